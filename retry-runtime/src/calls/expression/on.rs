//! Retries for an expression on a runtime that the caller names.

use core::future::Future;
use core::marker::PhantomData;
use core::panic::Location;

use retry_core::Policy;

use crate::calls::call::{AttemptResult, Call};
use crate::calls::driver::{Async, Runtime};
use crate::calls::expression::call_site::operation_at;
use crate::classify::Classify;
use crate::outcome::Outcome;

/// Retries for an expression on the runtime `D`; see [`on`].
#[derive(Clone, Copy, Debug)]
pub struct CallsOn<D> {
    runtime: PhantomData<fn() -> D>,
}

/// Returns [`call`](crate::call) and its like for the runtime `D`.
///
/// ```
/// # #[cfg(feature = "smol")]
/// # fn main() {
/// use retry_runtime::driver::Smol;
/// use retry_runtime::{Classes, Policy};
///
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().connect()).max_attempts(2);
///
/// # async fn connect(_: &str) -> std::io::Result<u8> { Ok(7) }
/// # async fn f() {
/// let answer = retry_runtime::on::<Smol>().call(&POLICY, async || connect("db.internal").await).await;
/// assert_eq!(answer.unwrap(), 7);
/// # }
/// # async_io::block_on(f());
/// # }
/// # #[cfg(not(feature = "smol"))]
/// # fn main() {}
/// ```
pub const fn on<D: Runtime>() -> CallsOn<D> {
    CallsOn { runtime: PhantomData }
}

impl<D: Runtime> CallsOn<D> {
    /// Calls `body` like [`call`](crate::call).
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the call. Nothing continues in the background.
    #[track_caller]
    pub fn call<R, F, B>(self, policy: &Policy, mut body: B) -> impl Future<Output = R> + use<D, R, F, B>
    where
        R: Outcome<Error: Classify>,
        F: Future<Output = R>,
        B: FnMut() -> F,
    {
        let policy = policy.to_timed().with_an_end();
        let operation = operation_at(Location::caller(), &policy);
        async move {
            let mut call = Call::<R, Async<D>>::begin(operation).with_timed_policy(&policy);
            loop {
                if let Some(outcome) = call.attempt(body()).await {
                    return outcome;
                }
            }
        }
    }

    /// Calls `body` like [`call_mut`](crate::call_mut).
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the call. Nothing continues in the background.
    #[track_caller]
    pub fn call_mut<R, B>(self, policy: &Policy, mut body: B) -> impl Future<Output = R> + use<D, R, B>
    where
        R: Outcome<Error: Classify>,
        B: AsyncFnMut() -> R,
    {
        let policy = policy.to_timed().with_an_end();
        let operation = operation_at(Location::caller(), &policy);
        async move {
            let mut call = Call::<R, Async<D>>::begin(operation).with_timed_policy(&policy);
            loop {
                if let Some(outcome) = call.attempt(body()).await {
                    return outcome;
                }
            }
        }
    }

    /// Calls `body` like [`call_if`](crate::call_if).
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the call. Nothing continues in the background.
    #[track_caller]
    pub fn call_if<R, F, B, P>(
        self,
        policy: &Policy,
        mut body: B,
        mut retry: P,
    ) -> impl Future<Output = R> + use<D, R, F, B, P>
    where
        R: Outcome,
        F: Future<Output = R>,
        B: FnMut() -> F,
        P: FnMut(&mut AttemptResult<'_, R>) -> bool,
    {
        let policy = policy.to_timed().with_an_end();
        let operation = operation_at(Location::caller(), &policy);
        async move {
            let mut call = Call::<R, Async<D>>::begin(operation).with_timed_policy(&policy);
            loop {
                if let Some(outcome) = call.attempt_if(body(), &mut retry).await {
                    return outcome;
                }
            }
        }
    }

    /// Calls `body` like [`call_mut_if`](crate::call_mut_if).
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the call. Nothing continues in the background.
    #[track_caller]
    pub fn call_mut_if<R, B, P>(
        self,
        policy: &Policy,
        mut body: B,
        mut retry: P,
    ) -> impl Future<Output = R> + use<D, R, B, P>
    where
        R: Outcome,
        B: AsyncFnMut() -> R,
        P: FnMut(&mut AttemptResult<'_, R>) -> bool,
    {
        let policy = policy.to_timed().with_an_end();
        let operation = operation_at(Location::caller(), &policy);
        async move {
            let mut call = Call::<R, Async<D>>::begin(operation).with_timed_policy(&policy);
            loop {
                if let Some(outcome) = call.attempt_if(body(), &mut retry).await {
                    return outcome;
                }
            }
        }
    }
}
