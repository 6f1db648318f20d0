//! Retries for an expression that blocks its thread.

use core::panic::Location;

use retry_core::Policy;

use crate::calls::call::{AttemptResult, Call};
use crate::calls::driver::Blocking;
use crate::calls::expression::call_site::operation_at;
use crate::classify::Classify;
use crate::outcome::Outcome;

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
    let policy = policy.to_timed().with_an_end();
    let mut call = Call::<R, Blocking>::begin(operation_at(Location::caller(), &policy)).with_timed_policy(&policy);
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
    let policy = policy.to_timed().with_an_end();
    let mut call = Call::<R, Blocking>::begin(operation_at(Location::caller(), &policy)).with_timed_policy(&policy);
    loop {
        if let Some(outcome) = call.attempt_if(&mut body, &mut retry) {
            return outcome;
        }
    }
}
