use std::io::{self, BufRead, Read};
use std::pin::Pin;

use futures_util::Stream;
use retry_runtime::retry;
use tokio::io::AsyncRead;

#[retry(retry_on = transient)]
fn upload(body: &mut impl Read) -> io::Result<()> {
    body.read_to_end(&mut Vec::new()).map(drop)
}

#[retry(retry_on = transient)]
fn upload_dyn(body: &mut (dyn BufRead + Send)) -> io::Result<()> {
    body.read_to_end(&mut Vec::new()).map(drop)
}

#[retry(retry_on = transient)]
async fn upload_async<R>(body: &mut R) -> io::Result<()>
where
    R: AsyncRead + Unpin,
{
    let _ = body;
    Ok(())
}

#[retry(retry_on = transient)]
fn add_all(mut items: impl Iterator<Item = u32>) -> io::Result<u32> {
    Ok(items.by_ref().sum())
}

#[retry(retry_on = transient)]
async fn send(items: Pin<&mut dyn Stream<Item = u32>>) -> io::Result<()> {
    let _ = items;
    Ok(())
}

#[retry(retry_on = transient)]
fn lines() -> io::Result<impl Iterator<Item = io::Result<String>>> {
    Ok(io::empty().lines())
}

#[retry(retry_on = transient)]
async fn ticks() -> io::Result<Pin<Box<dyn Stream<Item = io::Result<u32>>>>> {
    Err(io::ErrorKind::TimedOut.into())
}

#[retry(retry_on = transient, read_once = yes)]
fn wrong_word(body: &mut impl Read) -> io::Result<()> {
    body.read_to_end(&mut Vec::new()).map(drop)
}

fn main() {}
