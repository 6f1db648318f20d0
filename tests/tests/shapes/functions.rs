//! Every kind of free function: each retries twice and then gives what the body gave.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::Pin;

use retry_runtime::{Class, Classify, retry};
use retry_tests::Flaky;

type Outcome<T> = Result<T, io::Error>;

struct Named<'a> {
    name: &'a str,
}

#[retry(retry_on = transient, backoff = none)]
fn blocking(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none)]
async fn waiting(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(retry_on = transient, backoff = none)]
fn by_value(flaky: &Flaky, text: String, list: Vec<u8>) -> io::Result<usize> {
    flaky.work()?;
    Ok(text.len() + list.len())
}

#[retry(retry_on = transient, backoff = none)]
async fn by_value_async(flaky: &Flaky, text: String, list: Vec<u8>) -> io::Result<usize> {
    flaky.work()?;
    tokio::task::yield_now().await;
    Ok(text.len() + list.len())
}

#[retry(retry_on = transient, backoff = none, clone = (text, list))]
fn consumed(flaky: &Flaky, text: String, mut list: Vec<u8>) -> io::Result<Vec<u8>> {
    list.extend(text.into_bytes());
    flaky.work()?;
    Ok(list)
}

#[retry(retry_on = transient, backoff = none, clone(text))]
async fn consumed_async(flaky: &Flaky, mut text: String) -> io::Result<String> {
    text.push('!');
    flaky.work()?;
    Ok(text)
}

#[retry(retry_on = transient, backoff = none)]
fn changed(mut tries: u32, seen: &mut Vec<u32>, flaky: &Flaky) -> io::Result<u32> {
    tries += 1;
    seen.push(tries);
    flaky.work()
}

#[retry(retry_on = transient, backoff = none)]
async fn changed_async(mut tries: u32, seen: &mut Vec<u32>, flaky: &Flaky) -> io::Result<u32> {
    tries += 1;
    seen.push(tries);
    flaky.work()
}

#[retry(retry_on = transient, backoff = none)]
fn patterns((a, b): (u32, u32), [c, ..]: [u32; 3], Named { name }: &Named<'_>, flaky: &Flaky) -> io::Result<usize> {
    flaky.work()?;
    Ok((a + b + c) as usize + name.len())
}

#[retry(retry_on = transient, backoff = none)]
async fn patterns_async(&(a, ref b): &(u32, String), _: u32, flaky: &Flaky) -> io::Result<usize> {
    flaky.work()?;
    Ok(a as usize + b.len())
}

#[retry(retry_on = transient, backoff = none)]
fn generic<T: Display + ?Sized, const N: usize>(value: &T, list: [u8; N], flaky: &Flaky) -> io::Result<String>
where
    T: Send,
{
    flaky.work()?;
    Ok(format!("{value}{}", N + list.len()))
}

#[retry(retry_on = transient, backoff = none)]
async fn generic_async<T, const N: usize>(value: T, list: [T; N], flaky: &Flaky) -> io::Result<usize>
where
    T: Clone + PartialEq,
{
    flaky.work()?;
    Ok(list.iter().filter(|item| **item == value.clone()).count())
}

#[retry(retry_on = transient, backoff = none)]
fn elided(text: &str) -> io::Result<&str> {
    Ok(text.trim())
}

#[retry(retry_on = transient, backoff = none)]
async fn lifetimes<'a, 'b: 'a>(text: &'a str, other: &'b str, flaky: &Flaky) -> io::Result<&'a str> {
    flaky.work()?;
    Ok(if text.is_empty() { other } else { text })
}

#[retry(retry_on = transient, backoff = none)]
fn impl_traits(values: impl IntoIterator<Item = u32> + Clone, flaky: &Flaky) -> io::Result<impl Iterator<Item = u32>> {
    flaky.work()?;
    Ok(values.clone().into_iter().map(|value| value * 2))
}

#[retry(retry_on = transient, backoff = none)]
async fn impl_traits_async(values: &impl Display, flaky: &Flaky) -> Result<impl Display, io::Error> {
    flaky.work()?;
    let _ = values;
    Ok(3)
}

#[retry(retry_on = transient, backoff = none)]
fn aliased(flaky: &Flaky) -> Outcome<u32> {
    flaky.work()
}

#[retry(retry_on = None, backoff = none)]
fn optional(flaky: &Flaky) -> Option<u32> {
    let found = flaky.work().ok()?;
    Some(found)
}

#[retry(retry_on = None, backoff = none)]
async fn optional_async(flaky: &Flaky) -> Option<u32> {
    flaky.work().ok()
}

#[retry(retry_on = transient, backoff = none)]
fn left_from_anywhere(flaky: &Flaky) -> io::Result<u32> {
    fn nested(flaky: &Flaky) -> io::Result<u32> {
        let found = flaky.work()?;
        return Ok(found);
    }
    let closure = || -> io::Result<u32> {
        if flaky.tries() > 9 {
            return Ok(0);
        }
        let found = nested(flaky)?;
        Ok(found)
    };
    let found = 'outer: loop {
        for tries in 0..2 {
            if tries == 1 {
                break 'outer closure()?;
            }
            continue;
        }
    };
    if found > 2 {
        return Ok(found);
    }
    Ok(0)
}

#[retry(retry_on = transient, backoff = none)]
async fn left_from_anywhere_async(flaky: &Flaky) -> io::Result<u32> {
    let block = async { flaky.work().map(|found| found + 1) };
    let found = 'outer: loop {
        loop {
            break 'outer block.await?;
        }
    };
    if found > 2 {
        return Ok(found - 1);
    }
    Ok(0)
}

#[retry(retry_if = |_| true, backoff = none)]
fn boxed_error(flaky: &Flaky) -> Result<u32, Box<dyn Error>> {
    match flaky.work() {
        Ok(found) => Ok(found),
        Err(error) => return Err(Box::new(error)),
    }
}

#[retry(retry_on = transient, backoff = none)]
async fn boxed_error_async(flaky: &Flaky) -> Result<u32, Box<dyn Error + Send + Sync>> {
    if let Err(error) = flaky.work() {
        return Err(Box::new(error));
    }
    Ok("3".parse::<u32>()?)
}

#[retry(retry_on = transient, backoff = none)]
fn unsized_slice<'a>(list: &'a Vec<u8>, flaky: &Flaky) -> io::Result<&'a [u8]> {
    flaky.work()?;
    Ok(list)
}

#[retry(retry_on = transient, backoff = none)]
async fn unsized_slice_async<'a>(list: &'a Vec<u8>, flaky: &Flaky) -> io::Result<&'a [u8]> {
    flaky.work()?;
    Ok(list)
}

#[retry(retry_on = transient, backoff = none)]
async fn recursive(depth: u32, flaky: &Flaky) -> io::Result<u32> {
    if depth == 0 { flaky.work() } else { Ok(Box::pin(recursive(depth - 1, flaky)).await? + 1) }
}

#[retry(retry_on = transient, backoff = none)]
fn recursive_blocking(depth: u32, flaky: &Flaky) -> io::Result<u32> {
    if depth == 0 { flaky.work() } else { Ok(recursive_blocking(depth - 1, flaky)? + 1) }
}

#[retry(retry_on = transient, backoff = none)]
pub(crate) extern "Rust" fn foreign_abi(fails: bool) -> Result<u32, io::Error> {
    if fails { Err(io::ErrorKind::TimedOut.into()) } else { Ok(3) }
}

#[retry(retry_on = transient, backoff = none)]
fn with_cfg(#[cfg(any())] absent: u32, #[cfg(all())] present: u32, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()?;
    Ok(present)
}

#[retry(retry_on = transient, backoff = none)]
fn impl_future(flaky: &Flaky) -> impl Future<Output = io::Result<u32>> {
    async move { flaky.work() }
}

#[retry(retry_on = transient, backoff = none)]
fn pinned<'a>(flaky: &'a Flaky, text: String) -> Pin<Box<dyn Future<Output = io::Result<usize>> + Send + 'a>> {
    let length = text.len();
    Box::pin(async move {
        let text = text;
        flaky.work()?;
        Ok(text.len() + length)
    })
}

#[retry(retry_on = transient, backoff = none)]
fn boxed(flaky: &Flaky) -> futures_util::future::BoxFuture<'_, io::Result<u32>> {
    Box::pin(async move {
        let found = flaky.work()?;
        Ok(found)
    })
}

macro_rules! annotated {
    ($name:ident, $most:expr, $base:expr, $class:pat, $argument:ident, $body:block, $outcome:ty) => {
        #[retry(retry_on = $class, max_attempts = $most, backoff = exp($base, 1s), jitter = none)]
        fn $name($argument: &Flaky) -> $outcome $body
    };
    ($name:ident, $attempts:literal, |$argument:ident| $body:expr) => {
        #[retry(retry_on = transient, max_attempts = $attempts, backoff = none)]
        fn $name($argument: &Flaky) -> io::Result<u32> {
            $body
        }
    };
}

annotated!(of_a_macro, 3, |flaky| flaky.work());
annotated!(of_fragments, 3, 1ms, Timeout, flaky, { flaky.work() }, io::Result<u32>);
annotated!(
    of_more_fragments,
    1 + 2,
    std::time::Duration::from_millis(1),
    Timeout,
    flaky,
    { flaky.work() },
    Outcome<u32>
);

#[derive(Debug)]
enum Fault {
    Code(u32),
    Busy,
}

impl Classify for Fault {
    fn class(&self) -> Class {
        Class::Permanent
    }
}

#[retry(retry_on = (Fault::Code(n) if *n > limit, error(Fault::Busy)), backoff = none)]
async fn by_patterns(limit: u32, flaky: &Flaky) -> Result<u32, Fault> {
    match flaky.work() {
        Ok(found) => Ok(found),
        Err(_) if flaky.tries() == 1 => Err(Fault::Code(limit + 1)),
        Err(_) => Err(Fault::Busy),
    }
}

#[test]
fn blocking_functions_are_retried() {
    let flaky = Flaky::new;
    assert_eq!(blocking(&flaky()).unwrap(), 3);
    assert_eq!(by_value(&flaky(), "ab".into(), vec![1]).unwrap(), 3);
    assert_eq!(consumed(&flaky(), "a".into(), vec![1]).unwrap(), [1, b'a']);
    let mut seen = Vec::new();
    assert_eq!(changed(0, &mut seen, &flaky()).unwrap(), 3);
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(patterns((1, 2), [3, 4, 5], &Named { name: "ab" }, &flaky()).unwrap(), 8);
    assert_eq!(generic("a", [1, 2], &flaky()).unwrap(), "a4");
    assert_eq!(elided(" a ").unwrap(), "a");
    assert_eq!(impl_traits([1, 2], &flaky()).unwrap().sum::<u32>(), 6);
    assert_eq!(aliased(&flaky()).unwrap(), 3);
    assert_eq!(optional(&flaky()), Some(3));
    assert_eq!(left_from_anywhere(&flaky()).unwrap(), 3);
    assert_eq!(boxed_error(&flaky()).unwrap(), 3);
    assert_eq!(unsized_slice(&vec![1], &flaky()).unwrap(), [1]);
    assert_eq!(recursive_blocking(2, &flaky()).unwrap(), 5);
    assert_eq!(foreign_abi(false).unwrap(), 3);
    assert!(foreign_abi(true).is_err());
    assert_eq!(with_cfg(4, &flaky()).unwrap(), 4);
    assert_eq!(of_a_macro(&flaky()).unwrap(), 3);
    assert_eq!(of_fragments(&flaky()).unwrap(), 3);
    assert_eq!(of_more_fragments(&flaky()).unwrap(), 3);
}

#[tokio::test]
async fn async_functions_are_retried() {
    let flaky = Flaky::new;
    assert_eq!(waiting(&flaky()).await.unwrap(), 3);
    assert_eq!(by_value_async(&flaky(), "ab".into(), vec![1]).await.unwrap(), 3);
    assert_eq!(consumed_async(&flaky(), "a".into()).await.unwrap(), "a!");
    let mut seen = Vec::new();
    assert_eq!(changed_async(0, &mut seen, &flaky()).await.unwrap(), 3);
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(patterns_async(&(1, "ab".into()), 0, &flaky()).await.unwrap(), 3);
    assert_eq!(generic_async("a", ["a", "b", "a"], &flaky()).await.unwrap(), 2);
    assert_eq!(lifetimes("", "b", &flaky()).await.unwrap(), "b");
    assert_eq!(impl_traits_async(&3, &flaky()).await.unwrap().to_string(), "3");
    assert_eq!(optional_async(&flaky()).await, Some(3));
    assert_eq!(left_from_anywhere_async(&flaky()).await.unwrap(), 3);
    assert_eq!(boxed_error_async(&flaky()).await.unwrap(), 3);
    assert_eq!(unsized_slice_async(&vec![1], &flaky()).await.unwrap(), [1]);
    assert_eq!(recursive(2, &flaky()).await.unwrap(), 5);
    assert_eq!(by_patterns(3, &flaky()).await.unwrap(), 3);
}

#[tokio::test]
async fn functions_that_return_a_future_are_retried() {
    let flaky = Flaky::new;
    assert_eq!(impl_future(&flaky()).await.unwrap(), 3);
    assert_eq!(pinned(&flaky(), "a".into()).await.unwrap(), 2);
    assert_eq!(boxed(&flaky()).await.unwrap(), 3);
}
