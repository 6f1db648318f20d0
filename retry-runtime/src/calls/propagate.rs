//! The context of an attempt in other tasks and threads, and budgets for tasks.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::internal::RetryCounter;

use crate::calls::context::{self, AttemptScope, FrameGuard, SavedContext};
use crate::calls::frame::Frame;
#[cfg(feature = "idempotency-key")]
use crate::calls::key::CurrentKey;

/// What stood around a piece of code, to be put around another.
#[derive(Clone, Debug)]
struct CapturedContext {
    /// The attempt, whose marks and deadline it shares.
    attempt: Option<Arc<Frame>>,
    innermost: Option<Arc<Frame>>,
    #[cfg(feature = "idempotency-key")]
    key: Option<Arc<CurrentKey>>,
}

impl CapturedContext {
    fn here() -> Self {
        let attempt = context::attempt_node();
        Self {
            attempt,
            innermost: context::innermost(),
            #[cfg(feature = "idempotency-key")]
            key: CurrentKey::get(),
        }
    }

    fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        let _scope = self.attempt.as_ref().map(|attempt| {
            let (deadline, number) = attempt.deadline_and_number();
            let mut kept = SavedContext::of_node(attempt.clone());
            Within(Some(AttemptScope::enter(deadline, number, kept.marks, &mut kept.frame)))
        });
        let is_further_in = match (&self.attempt, &self.innermost) {
            (Some(attempt), Some(innermost)) => !Arc::ptr_eq(attempt, innermost),
            (_, innermost) => innermost.is_some(),
        };
        let _link = self.innermost.clone().filter(|_| is_further_in).map(FrameGuard::enter);
        #[cfg(feature = "idempotency-key")]
        if let Some(key) = &self.key {
            return key.run(body);
        }
        body()
    }
}

/// A scope that is left when this is dropped: all that there is to keep stands in the frame.
struct Within(Option<AttemptScope>);

impl Drop for Within {
    fn drop(&mut self) {
        if let Some(scope) = self.0.take() {
            scope.leave().kept();
        }
    }
}

pin_project! {
    /// A future that runs in the surroundings of another piece of code; see [`propagate`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Propagated<F> {
        around: CapturedContext,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for Propagated<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.around.run(|| this.body.poll(cx))
    }
}

/// Brings the attempt that runs now into a task that it spawns: its deadline, its marks and its counts, and its
/// idempotency key.
///
/// A spawned task stands alone: it may outlive the call that spawned it. Where its work is part of the attempt, propagate
/// the context along, so that the operations called in the task end in time, use up the attempts around them, and tell
/// the attempt when they have given up, as they would without the task. Outside of attempts it changes nothing, but for
/// the [`TaskBudget`] that may be around.
///
/// # Cancel safety
///
/// As the future that is carried: dropping it drops that.
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
    Propagated { around: CapturedContext::here(), body: future }
}

/// As [`propagate`], for a closure that another thread runs.
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
    let around = CapturedContext::here();
    move || around.run(body)
}

pin_project! {
    /// A future within a budget; see [`TaskBudget::scope`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct TaskBudgetScope<F> {
        budget: TaskBudget,
        // What is around it where it is polled first.
        around: Option<CapturedContext>,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for TaskBudgetScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.around.get_or_insert_with(|| this.budget.around()).run(|| this.body.poll(cx))
    }
}

/// At most so many retries in all, through every operation called inside a future or a closure.
///
/// A request that calls ten operations may meet ten that retry, each within its bounds, and be slow all the same. A
/// budget for the task bounds the sum. Where it is empty a call ends with its last error, for
/// [`StopReason::Budget`](crate::StopReason::Budget).
///
/// Clones share the count: give one to the tasks that belong to it, each in a [`scope`](Self::scope) of its own, or
/// [`propagate`] their futures.
///
/// ```
/// use retry_runtime::{TaskBudget, retry};
///
/// #[retry(retry_on = transient, backoff = none)]
/// fn always() -> Result<(), std::io::Error> {
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// let budget = TaskBudget::new(3);
/// budget.run(|| {
///     let _ = always(); // two retries
///     let _ = always(); // one
/// });
/// assert_eq!(budget.left(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct TaskBudget {
    count: Arc<RetryCounter>,
}

impl TaskBudget {
    /// So many retries, in all; 0 for none.
    pub fn new(retries: u32) -> Self {
        Self { count: Arc::new(RetryCounter::new(retries)) }
    }

    /// How many are left.
    pub fn left(&self) -> u32 {
        self.count.left()
    }

    /// Puts the budget around a future. Tasks that it spawns are outside, unless they are carried.
    ///
    /// # Cancel safety
    ///
    /// As the future's. A retry that was waited for and never made is given back.
    pub fn scope<F: Future>(&self, future: F) -> TaskBudgetScope<F> {
        TaskBudgetScope { budget: self.clone(), around: None, body: future }
    }

    /// Puts the budget around a closure.
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        self.around().run(body)
    }

    fn around(&self) -> CapturedContext {
        let here = CapturedContext::here();
        // A scope inside a scope of the same budget counts once.
        if here.innermost.as_ref().is_some_and(|innermost| innermost.takes_from(&self.count)) {
            return here;
        }
        let innermost = Some(Frame::of_task(self.count.clone(), here.innermost.clone()));
        CapturedContext { innermost, ..here }
    }
}
