//! Propagation of an attempt's context into other tasks and threads.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;

use crate::calls::context::current::attempt_frame;
use crate::calls::context::frame::Frame;
use crate::calls::context::scope::{AttemptScope, SavedContext};
use crate::calls::context::stack::{FrameGuard, innermost};
#[cfg(feature = "idempotency-key")]
use crate::calls::key::CurrentKey;
#[cfg(feature = "testing")]
use crate::test_scope::{self, ScopeState};

/// Context of a piece of code, captured to run other code inside it.
#[derive(Clone, Debug)]
pub(super) struct CapturedContext {
    /// Frame of the attempt, whose nesting and deadline the other code shares.
    attempt: Option<Arc<Frame>>,
    pub(super) innermost: Option<Arc<Frame>>,
    #[cfg(feature = "idempotency-key")]
    key: Option<Arc<CurrentKey>>,
    #[cfg(feature = "testing")]
    scope: Option<Arc<ScopeState>>,
}

impl CapturedContext {
    /// Captures the context of the running code.
    pub(super) fn capture() -> Self {
        // Creating the attempt's frame changes which frame is innermost, so it comes first.
        let attempt = attempt_frame();
        Self {
            attempt,
            innermost: innermost(),
            #[cfg(feature = "idempotency-key")]
            key: CurrentKey::get(),
            #[cfg(feature = "testing")]
            scope: test_scope::current(),
        }
    }

    /// Runs `body` inside the context.
    pub(super) fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        #[cfg(feature = "testing")]
        let _test = self.scope.clone().map(test_scope::Entry::new);
        let _scope = self.attempt.as_ref().map(|attempt| {
            let (deadline, number) = attempt.deadline_and_number();
            let saved = SavedContext::of_frame(attempt.clone());
            LeaveOnDrop(Some(AttemptScope::enter_saved(deadline, number, saved)))
        });
        let is_further_in = match (&self.attempt, &self.innermost) {
            (Some(attempt), Some(innermost)) => !Arc::ptr_eq(attempt, innermost),
            (_, innermost) => innermost.is_some(),
        };
        let _frame = self.innermost.clone().filter(|_| is_further_in).map(FrameGuard::push);
        #[cfg(feature = "idempotency-key")]
        if let Some(key) = &self.key {
            return key.run(body);
        }
        body()
    }
}

/// Leaves a scope when dropped.
///
/// Its context needs no saving, because all of it is in the frame.
struct LeaveOnDrop(Option<AttemptScope>);

impl Drop for LeaveOnDrop {
    fn drop(&mut self) {
        if let Some(scope) = self.0.take() {
            scope.leave().save();
        }
    }
}

pin_project! {
    /// Future that runs in a captured context: returned by [`propagate`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Propagated<F> {
        context: CapturedContext,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for Propagated<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.context.run(|| this.body.poll(cx))
    }
}

/// Propagates the context of the running attempt into a task.
///
/// The context is its deadline, its nesting, the retry counts, and the idempotency key.
///
/// A spawned task has no context, because it may outlive the call that spawned it. If its work is part of the attempt,
/// propagate the context. Then operations called in the task end before the deadline, their retries use up attempts of the
/// calls around them, and the attempt learns that they gave up, as without the task. Outside of attempts only a
/// [`TaskBudget`](crate::TaskBudget) is propagated, and the scope of a test (feature `testing`).
///
/// # Cancel safety
///
/// The returned future is as cancel safe as `future`; dropping it drops `future`.
///
/// # Examples
///
/// ```
/// use retry_runtime::{propagate, retry};
///
/// #[retry(retry_on = transient, backoff = none)]
/// async fn part(n: u32) -> Result<u32, std::io::Error> {
///     Ok(n)
/// }
///
/// #[retry(retry_on = transient, deadline = 5s)]
/// async fn whole() -> Result<u32, std::io::Error> {
///     let first = tokio::spawn(propagate(part(1)));
///     let second = part(2).await?;
///     Ok(first.await.map_err(std::io::Error::other)?? + second)
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # assert_eq!(runtime.block_on(whole()).unwrap(), 3);
/// ```
pub fn propagate<F: Future>(future: F) -> Propagated<F> {
    Propagated { context: CapturedContext::capture(), body: future }
}

/// Propagates the context of the running attempt into a closure.
///
/// Another thread runs the closure; see [`propagate`].
///
/// ```
/// use retry_runtime::{propagate_blocking, retry};
///
/// #[retry(retry_on = transient)]
/// fn part() -> Result<u32, std::io::Error> {
///     Ok(1)
/// }
///
/// #[retry(retry_on = transient, deadline = 5s)]
/// fn whole() -> Result<u32, std::io::Error> {
///     std::thread::spawn(propagate_blocking(part)).join().expect("it does not panic")
/// }
/// # assert_eq!(whole().unwrap(), 1);
/// ```
pub fn propagate_blocking<T>(body: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let context = CapturedContext::capture();
    move || context.run(body)
}
