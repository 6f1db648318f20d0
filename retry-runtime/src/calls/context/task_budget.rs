//! Budgets for all retries inside a task.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::internal::RetryCounter;

use crate::calls::context::frame::Frame;
use crate::calls::context::propagate::CapturedContext;

pin_project! {
    /// Future within a task budget: returned by [`TaskBudget::scope`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct TaskBudgetScope<F> {
        budget: TaskBudget,
        // Captured by the first poll.
        context: Option<CapturedContext>,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for TaskBudgetScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.context.get_or_insert_with(|| this.budget.capture()).run(|| this.body.poll(cx))
    }
}

/// Bound on the retries of all operations called inside a future or a closure.
///
/// A request that calls ten operations may meet ten that retry, each within its bounds, and still be slow. A task budget
/// bounds the sum. When it is empty, a call ends with its last error and
/// [`StopReason::Budget`](crate::StopReason::Budget).
///
/// Clones share the count. Give one to each task that belongs to the work, in a [`scope`](Self::scope) of its own, or
/// [`propagate`](crate::propagate) the context into the tasks.
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
    counter: Arc<RetryCounter>,
}

impl TaskBudget {
    /// Creates a budget of `retries` retries; 0 allows none.
    pub fn new(retries: u32) -> Self {
        Self { counter: Arc::new(RetryCounter::new(retries)) }
    }

    /// Returns the number of retries left.
    pub fn left(&self) -> u32 {
        self.counter.left()
    }

    /// Applies the budget to a future.
    ///
    /// Tasks that it spawns are outside unless the context is propagated.
    ///
    /// # Cancel safety
    ///
    /// The returned future is as cancel safe as `future`. A retry that is still waiting for its delay is given back.
    pub fn scope<F: Future>(&self, future: F) -> TaskBudgetScope<F> {
        TaskBudgetScope { budget: self.clone(), context: None, body: future }
    }

    /// Applies the budget to a closure.
    pub fn run<T>(&self, body: impl FnOnce() -> T) -> T {
        self.capture().run(body)
    }

    fn capture(&self) -> CapturedContext {
        let mut context = CapturedContext::capture();
        // A scope inside a scope of the same budget counts once.
        if context.innermost.as_ref().is_some_and(|innermost| innermost.takes_from(&self.counter)) {
            return context;
        }
        context.innermost = Some(Frame::of_task(self.counter.clone(), context.innermost.take()));
        context
    }
}
