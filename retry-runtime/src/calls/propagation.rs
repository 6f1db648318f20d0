//! What crosses between processes: what a request tells the service, and what the service learns while it serves.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use core::time::Duration;

use pin_project_lite::pin_project;
use retry_core::internal::NEVER;
use retry_core::units;

use crate::calls::clock;
use crate::calls::context::{self, AttemptScope, SavedContext};

/// What a request of the code that runs now should tell the service.
///
/// Client adapters write it into requests (`http`, `reqwest`, `tonic`); for a protocol of your own, send both numbers and
/// hand them to [`serve`] on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    attempt: u32,
    remaining: Option<Duration>,
}

impl Outgoing {
    /// As a server reads it from a request: the number of the attempt, from 1, and the time that the caller still waits.
    pub const fn new(attempt: u32, remaining: Option<Duration>) -> Self {
        Self { attempt, remaining }
    }

    /// Of the attempt around the code that runs now; outside of attempts the first, without a deadline.
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
        let (deadline, attempt) = context::attempt_around().unwrap_or((NEVER, 1));
        let left = || Duration::from_nanos(deadline.saturating_sub(clock::now()));
        Self { attempt, remaining: (deadline != NEVER).then(left) }
    }

    /// The number of the attempt, from 1; above it the request is a retry.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The time left to the deadline of the call around; `None` without one.
    pub const fn remaining(&self) -> Option<Duration> {
        self.remaining
    }
}

/// What stands around a request while it is served, and what is nested there. An answer that is made piece by piece is
/// served to its end, so this is no future.
#[derive(Clone, Debug)]
pub(crate) struct ServerContext {
    deadline: u64,
    kept: SavedContext,
}

impl ServerContext {
    pub(crate) fn new(request: Outgoing) -> Self {
        let deadline = request.remaining.map_or(NEVER, |left| clock::now().saturating_add(units::from(left)));
        Self { deadline, kept: SavedContext::default() }
    }

    /// One step of serving.
    pub(crate) fn run<T>(&mut self, step: impl FnOnce() -> T) -> T {
        let scope = AttemptScope::enter(self.deadline, 1, self.kept.marks, &mut self.kept.frame);
        let done = step();
        self.kept = scope.leave().kept();
        done
    }

    /// Whether an operation inside has given up, and none has made up for it.
    pub(crate) fn gave_up(&self) -> bool {
        self.kept.nested().gave_up
    }
}

pin_project! {
    /// A request that is served; see [`serve`].
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Serving<F> {
        served: ServerContext,
        #[pin]
        body: F,
    }
}

/// Serves a request inside the caller's deadline, and says at its end whether an operation inside has given up.
///
/// Where it has, and the answer is a failure, the answer should say so: then the caller does not repeat what was
/// repeated here already, and retries add from layer to layer and do not multiply. Server adapters do all of it (`tower`).
///
/// # Cancel safety
///
/// As the future's.
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
    Serving { served: ServerContext::new(request), body: future }
}

impl<F: Future> Future for Serving<F> {
    type Output = (F::Output, bool);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answer = ready!(this.served.run(|| this.body.poll(cx)));
        Poll::Ready((answer, this.served.gave_up()))
    }
}
