//! Lints that a crate may turn on for its own lines.

use std::io;

use retry_runtime::{Attempt, retry};

#[retry(retry_on = transient)]
fn plain(number: u32) -> io::Result<u32> {
    return Ok(number);
}

#[retry(retry_on = transient, backoff = none, on_retry = again, fallback = given, context = attempt, clone(text))]
async fn whole(text: String) -> io::Result<usize> {
    let length = text.len();
    drop(text);
    tokio::task::yield_now().await;
    return if attempt.number() == 1 { Err(io::ErrorKind::TimedOut.into()) } else { Ok(length) };
}

async fn again(_: &Attempt, _: &io::Error) {}

async fn given(_: &Attempt, error: io::Error) -> io::Result<usize> {
    return Err(error);
}

#[tokio::test]
async fn they_skip_the_expansion() {
    assert_eq!(plain(7).unwrap(), 7);
    assert_eq!(whole("text".into()).await.unwrap(), 4);
}
