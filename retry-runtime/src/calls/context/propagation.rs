//! Propagation of an attempt's context to other processes.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;
use retry_core::Moment;

use crate::calls::context::current::enclosing_attempt;
use crate::calls::context::scope::{AttemptScope, SavedContext};
use crate::calls::env::clock;

/// Part of an attempt's context that a request carries to a service.
///
/// Client adapters write it into requests (`http`, `reqwest`, `tonic`). For a protocol of your own, send both numbers and
/// pass them to [`serve`] on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    attempt: u32,
    remaining: Option<Duration>,
}

impl Outgoing {
    /// Creates the context that a server has read from a request.
    ///
    /// It is the number of the attempt, from 1, and the time that the caller still waits.
    pub const fn new(attempt: u32, remaining: Option<Duration>) -> Self {
        Self { attempt, remaining }
    }

    /// Returns the context of the running attempt.
    ///
    /// Outside of attempts it is a first attempt without a deadline.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Outgoing, retry};
    ///
    /// #[retry(retry_on = transient, deadline = 10s)]
    /// fn ask() -> Result<Outgoing, std::io::Error> {
    ///     Ok(Outgoing::here())
    /// }
    ///
    /// assert_eq!(ask().unwrap().attempt(), 1);
    /// assert!(ask().unwrap().remaining() > Some(Duration::from_secs(9)));
    /// assert_eq!(Outgoing::here(), Outgoing::new(1, None));
    /// ```
    pub fn here() -> Self {
        let (deadline, attempt) = enclosing_attempt().unwrap_or((Moment::NEVER, 1));
        let left = || deadline.since(clock::now()).as_duration();
        Self { attempt, remaining: (!deadline.is_never()).then(left) }
    }

    /// Returns the number of the attempt, from 1.
    ///
    /// A request with a greater number is a retry.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the time until the deadline of the caller, or `None` without one.
    pub const fn remaining(&self) -> Option<Duration> {
        self.remaining
    }
}

/// Context of a request while it is served.
///
/// It is not a future, because a response body is served in pieces after the response's future is done.
#[derive(Clone, Debug)]
pub(crate) struct ServerContext {
    deadline: Moment,
    saved: SavedContext,
}

impl ServerContext {
    pub(crate) fn new(request: Outgoing) -> Self {
        let deadline = request.remaining.map_or(Moment::NEVER, |left| clock::now().after(left));
        Self { deadline, saved: SavedContext::default() }
    }

    /// Runs one step of serving inside the context.
    pub(crate) fn run<T>(&mut self, step: impl FnOnce() -> T) -> T {
        let scope = AttemptScope::enter_saved(self.deadline, 1, core::mem::take(&mut self.saved));
        let done = step();
        self.saved = scope.leave().save();
        done
    }

    /// Returns whether an operation inside has given up for good.
    ///
    /// A later success of a call inside clears it.
    pub(crate) fn gave_up(&self) -> bool {
        self.saved.nested_calls().give_up.is_some()
    }
}

pin_project! {
    /// Future that serves a request: returned by [`serve`].
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Serving<F> {
        context: ServerContext,
        #[pin]
        body: F,
    }
}

/// Serves a request inside the caller's deadline.
///
/// Returns with the response whether an operation inside gave up.
///
/// If it did and the response is a failure, the response should say so. Then the caller does not repeat what was repeated
/// here already, and retries of several layers add instead of multiplying. Server adapters do this (`tower`).
///
/// # Cancel safety
///
/// The returned future is as cancel safe as `future`.
///
/// ```
/// use retry_runtime::{Outgoing, retry, serve};
///
/// #[retry(retry_on = transient, backoff = none)]
/// async fn storage() -> Result<u32, std::io::Error> {
///     Err(std::io::ErrorKind::TimedOut.into())
/// }
///
/// # async fn f() {
/// let request = Outgoing::new(1, None); // as read from the request
/// let (answer, gave_up) = serve(request, storage()).await;
/// assert!(answer.is_err() && gave_up);
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(f());
/// ```
pub fn serve<F: Future>(request: Outgoing, future: F) -> Serving<F> {
    Serving { context: ServerContext::new(request), body: future }
}

impl<F: Future> Future for Serving<F> {
    type Output = (F::Output, bool);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.context.run(|| this.body.poll(cx)));
        Poll::Ready((answer, this.context.gave_up()))
    }
}
