use std::io::{self, BufRead, Read};
use std::pin::Pin;

use futures_util::Stream;
use retry_runtime::retry;
use tokio::io::AsyncRead;

#[retry(retry_on = transient)]
fn upload(body: &[u8]) -> io::Result<()> {
    (&mut &*body).read_to_end(&mut Vec::new()).map(drop)
}

#[retry(retry_on = transient)]
fn upload_dyn(open: impl Fn() -> io::Result<std::fs::File>) -> io::Result<()> {
    open()?.read_to_end(&mut Vec::new()).map(drop)
}

#[retry(retry_on = transient, read_once = allow)]
async fn upload_async<R>(body: &mut R) -> io::Result<()>
where
    R: AsyncRead + Unpin,
{
    let _ = body;
    Ok(())
}

#[retry(retry_on = transient, clone(items))]
fn add_all(mut items: impl Iterator<Item = u32> + Clone) -> io::Result<u32> {
    Ok(items.by_ref().sum())
}

#[retry(retry_on = transient)]
async fn send<S: Stream<Item = u32>>(open: impl Fn() -> S) -> io::Result<()> {
    let _ = open();
    Ok(())
}

#[retry(retry_on = transient)]
fn lines() -> io::Result<Vec<String>> {
    io::empty().lines().collect()
}

#[retry(retry_on = transient, read_once = allow)]
async fn ticks() -> io::Result<Pin<Box<dyn Stream<Item = io::Result<u32>>>>> {
    Err(io::ErrorKind::TimedOut.into())
}

#[retry(retry_on = transient, read_once = allow)]
fn wrong_word(body: &mut impl Read) -> io::Result<()> {
    body.read_to_end(&mut Vec::new()).map(drop)
}
