//! Retries for an expression, where an attribute cannot be placed.

mod call_site;
mod delays;

#[cfg(feature = "tokio")]
use core::future::Future;
use core::panic::Location;

use retry_core::Policy;

pub use self::delays::Delays;
use crate::calls::call::{AttemptResult, Call};
use crate::calls::driver::Blocking;
#[cfg(feature = "tokio")]
use crate::calls::driver::Tokio;
use crate::calls::expression::call_site::operation_at;
use crate::classify::Classify;
use crate::outcome::Outcome;

/// Calls `body` until it succeeds or `policy` stops, and returns the last outcome.
///
/// # Errors
///
/// The error of the last attempt.
///
/// `policy.attempt_timeout` has no effect here, because there may be no error to return; use `tokio::time::timeout` in the
/// body. A policy that is `unbounded` without a deadline makes 100 attempts, because nothing else would end the call.
///
/// # Budget
///
/// Retries are withdrawn from a budget ([`Budget::credit`](crate::Budget::credit)), like those of an annotated function.
/// Each place in the source that calls this function is an operation of its own, named like `src/shop.rs:12`.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Examples
///
/// ```
/// use retry_runtime::{Class, Classes, Classify, Policy};
/// # struct Refused;
/// # impl Classify for Refused { fn class(&self) -> Class { Class::Connect } }
/// # async fn connect(_: &str) -> Result<u8, Refused> { Err(Refused) }
///
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().connect()).max_attempts(2);
///
/// # async fn f() {
/// let mut tried = 0;
/// let answer = retry_runtime::call(&POLICY, async || {
///     tried += 1;
///     connect("db.internal").await
/// })
/// .await;
/// assert!(answer.is_err());
/// assert_eq!(tried, 2);
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
#[cfg(feature = "tokio")]
#[track_caller]
pub fn call<R: Outcome<Error: Classify>>(policy: &Policy, mut body: impl AsyncFnMut() -> R) -> impl Future<Output = R> {
    let policy = policy.clone().with_an_end();
    let operation = operation_at(Location::caller(), &policy);
    async move {
        let mut call = Call::<R, Tokio>::begin(operation).with_policy(&policy);
        loop {
            if let Some(outcome) = call.attempt(body()).await {
                return outcome;
            }
        }
    }
}

/// Calls `body` like [`call`], and retries if `retry` returns true.
///
/// The error needs no classes.
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Cancel safety
///
/// Dropping the future ends the call. Nothing continues in the background.
///
/// # Examples
///
/// ```
/// use retry_runtime::Policy;
///
/// # async fn f() {
/// let mut pages = [vec![], vec!["tea"]].into_iter();
/// let page = retry_runtime::call_if(
///     &Policy::new(),
///     async || pages.next(),
///     |result| result.ok(|page: &Vec<_>| page.is_empty()),
/// )
/// .await;
/// assert_eq!(page, Some(vec!["tea"]));
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(f());
/// ```
#[cfg(feature = "tokio")]
#[track_caller]
pub fn call_if<R: Outcome>(
    policy: &Policy,
    mut body: impl AsyncFnMut() -> R,
    mut retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
) -> impl Future<Output = R> {
    let policy = policy.clone().with_an_end();
    let operation = operation_at(Location::caller(), &policy);
    async move {
        let mut call = Call::<R, Tokio>::begin(operation).with_policy(&policy);
        loop {
            if let Some(outcome) = call.attempt_if(body(), &mut retry).await {
                return outcome;
            }
        }
    }
}

/// Calls `body` until it succeeds or `policy` stops, on a thread that may block.
///
/// Delays sleep the thread.
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Backoff, Classes, Policy};
///
/// const POLICY: Policy = Policy::new()
///     .retry_on(Classes::new().disconnected())
///     .backoff(Backoff::fixed(Duration::from_millis(1)));
///
/// let mut tried = 0;
/// let read = retry_runtime::call_blocking(&POLICY, || {
///     tried += 1;
///     if tried < 3 { Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe)) } else { Ok(tried) }
/// });
/// assert_eq!(read.unwrap(), 3);
/// ```
#[track_caller]
pub fn call_blocking<R: Outcome<Error: Classify>>(policy: &Policy, mut body: impl FnMut() -> R) -> R {
    let policy = policy.clone().with_an_end();
    let mut call = Call::<R, Blocking>::begin(operation_at(Location::caller(), &policy)).with_policy(&policy);
    loop {
        if let Some(outcome) = call.attempt(&mut body) {
            return outcome;
        }
    }
}

/// Calls `body` like [`call_blocking`], and retries if `retry` returns true.
///
/// The error needs no classes.
///
/// # Errors
///
/// The error of the last attempt.
///
/// # Examples
///
/// ```
/// use retry_runtime::{Backoff, Policy};
///
/// let policy = Policy::new().backoff(Backoff::none());
/// let mut left = 2;
/// let answer = retry_runtime::call_blocking_if(
///     &policy,
///     || { left -= 1; if left == 0 { Ok("here") } else { Err("not yet") } },
///     |result| result.error(|error: &&str| *error == "not yet"),
/// );
/// assert_eq!(answer, Ok("here"));
/// ```
#[track_caller]
pub fn call_blocking_if<R: Outcome>(
    policy: &Policy,
    mut body: impl FnMut() -> R,
    mut retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
) -> R {
    let policy = policy.clone().with_an_end();
    let mut call = Call::<R, Blocking>::begin(operation_at(Location::caller(), &policy)).with_policy(&policy);
    loop {
        if let Some(outcome) = call.attempt_if(&mut body, &mut retry) {
            return outcome;
        }
    }
}
