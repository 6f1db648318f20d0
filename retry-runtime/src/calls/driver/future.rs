//! The future of one attempt and of the wait that follows it, over any async driver.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use retry_core::StopReason;
use retry_core::internal::NEVER;

use crate::calls::call::{Call, Ran};
use crate::calls::context::Scope;
use crate::calls::driver::Driver;
use crate::calls::hook::{Failed, HookResult};
use crate::calls::judge::{ByClass, ByQuestion, Ended, Judge};
use crate::calls::track::{Cuttable, Track};
use crate::classify::Classify;
use crate::outcome::Outcome;

/// An async runtime: its clock, its timer, and what cancels a call.
pub trait AsyncDriver: Driver {
    /// A timer.
    type Sleep: Future<Output = ()>;

    /// Completes after so many nanoseconds.
    fn sleep(nanos: u64) -> Self::Sleep;

    /// Whether the call is cancelled; else `cx` is woken when it is.
    fn poll_cancelled(&mut self, cx: &mut Context<'_>) -> bool;
}

/// The body of an attempt.
trait Body<R> {
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R>;

    /// Whether a body that is pending is cut.
    fn poll_cut(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool;
}

pin_project! {
    /// A body that runs to its end.
    #[derive(Debug)]
    struct Plain<F> { #[pin] body: F }
}

pin_project! {
    /// A body that a timer cuts.
    #[derive(Debug)]
    struct Cut<F, S> { #[pin] body: F, #[pin] timer: Option<S> }
}

impl<F: Future> Body<F::Output> for Plain<F> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_cut(self: Pin<&mut Self>, _: &mut Context<'_>) -> bool {
        false
    }
}

impl<F: Future, S: Future> Body<F::Output> for Cut<F, S> {
    #[inline]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().body.poll(cx)
    }

    #[inline]
    fn poll_cut(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        self.project().timer.as_pin_mut().is_some_and(|timer| timer.poll(cx).is_ready())
    }
}

pin_project! {
    #[project = StageProj]
    enum Stage<B, S> {
        Run { #[pin] body: B },
        Wait { #[pin] timer: S },
    }
}

pin_project! {
    /// Runs one attempt, decides, and waits: `Some` is what the call ends with. Attempt and wait share one place.
    #[must_use = "an attempt does nothing unless it is awaited"]
    struct Attempting<'c, 'p, R, D, T, B, J>
    where
        D: AsyncDriver,
    {
        call: &'c mut Call<'p, R, D, T>,
        judge: J,
        #[pin]
        stage: Stage<B, D::Sleep>,
    }
}

/// The answers are opaque, so that an error without classes is told once, where it is asked, and not at `.await` too.
impl<'p, R: Outcome, D: AsyncDriver, T: Track<R>> Call<'p, R, D, T> {
    /// Runs one attempt, decides by the policy's classes, and waits. `Some` is what the call ends with.
    #[inline]
    pub fn attempt<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Option<R>>
    where
        R::Error: Classify,
    {
        self.attempting(Plain { body }, ByClass)
    }

    /// As [`attempt`](Self::attempt); `retry` says whether what ended is worth a retry.
    #[inline]
    pub fn attempt_if<F: Future<Output = R>, Q: FnMut(&mut Ended<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: Q,
    ) -> impl Future<Output = Option<R>> {
        self.attempting(Plain { body }, ByQuestion(retry))
    }

    /// Runs one attempt; [`decide`](Call::decide) and [`wait`](Call::wait) follow, with `on_retry` between them.
    pub fn run<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Ran<R>> {
        self.progress.begin_attempt();
        Running { call: self, body: Plain { body } }
    }

    #[inline]
    fn attempting<B, J>(&mut self, body: B, judge: J) -> Attempting<'_, 'p, R, D, T, B, J> {
        self.progress.begin_attempt();
        Attempting { call: self, judge, stage: Stage::Run { body } }
    }

    /// `body` with a timer for an attempt that begins now: its timeout, which shrinks to what is left of the deadline.
    /// Without a timeout the deadline cuts nothing.
    fn with_timer<F>(&self, body: F) -> Cut<F, D::Sleep> {
        let (deadline, timeout) = (self.progress.deadline(), self.track.attempt_timeout());
        let timer = (timeout != NEVER).then(|| {
            let left = if deadline == NEVER { NEVER } else { deadline.saturating_sub(D::now()) };
            D::sleep(left.min(timeout))
        });
        Cut { body, timer }
    }
}

impl<R: Outcome, D: AsyncDriver> Call<'_, R, D, Cuttable<R>> {
    /// As [`attempt`](Self::attempt), cut by the attempt's timeout or by the call's deadline, whichever is sooner.
    pub fn timed_attempt<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Option<R>>
    where
        R::Error: Classify,
    {
        let body = self.with_timer(body);
        self.attempting(body, ByClass)
    }

    /// As [`attempt_if`](Self::attempt_if), cut as a [`timed_attempt`](Self::timed_attempt).
    pub fn timed_attempt_if<F: Future<Output = R>, Q: FnMut(&mut Ended<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: Q,
    ) -> impl Future<Output = Option<R>> {
        let body = self.with_timer(body);
        self.attempting(body, ByQuestion(retry))
    }

    /// As [`run`](Self::run), cut as a [`timed_attempt`](Self::timed_attempt).
    pub fn timed_run<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Ran<R>> {
        let body = self.with_timer(body);
        self.progress.begin_attempt();
        Running { call: self, body }
    }
}

/// Polls a running attempt, inside its context.
#[inline]
fn poll_body<R, D, T>(call: &Call<'_, R, D, T>, body: Pin<&mut impl Body<R>>, cx: &mut Context<'_>) -> Poll<R> {
    let _scope = Scope::enter(call.progress.deadline());
    body.poll_body(cx)
}

/// Whether an attempt that is pending ends all the same, and how.
#[inline]
fn poll_end<R, D: AsyncDriver, T>(
    call: &mut Call<'_, R, D, T>,
    body: Pin<&mut impl Body<R>>,
    cx: &mut Context<'_>,
) -> Poll<Ran<R>> {
    if body.poll_cut(cx) {
        return Poll::Ready(Ran::Cut);
    }
    if call.driver.poll_cancelled(cx) {
        return Poll::Ready(Ran::Cancelled);
    }
    Poll::Pending
}

impl<R: Outcome, D: AsyncDriver, T: Track<R>, B: Body<R>, J: Judge<R>> Future for Attempting<'_, '_, R, D, T, B, J> {
    type Output = Option<R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let mut this = self.project();
        loop {
            match this.stage.as_mut().project() {
                StageProj::Run { mut body } => {
                    let decided = match poll_body(this.call, body.as_mut(), cx) {
                        Poll::Ready(outcome) if this.judge.is_success(&outcome) => return Poll::Ready(Some(outcome)),
                        Poll::Ready(outcome) => decided_apart(this.call, outcome, this.judge),
                        Poll::Pending => {
                            let cut = ready!(poll_end(this.call, body, cx));
                            this.call.after_cut(matches!(cut, Ran::Cancelled))
                        }
                    };
                    match decided {
                        ControlFlow::Break(outcome) => return Poll::Ready(Some(outcome)),
                        ControlFlow::Continue(0) => return Poll::Ready(unless_cancelled(this.call, cx)),
                        ControlFlow::Continue(wait) => this.stage.set(Stage::Wait { timer: D::sleep(wait) }),
                    }
                }
                StageProj::Wait { timer } => return poll_wait(this.call, timer, cx),
            }
        }
    }
}

/// What a call ends with that was cancelled before a retry that does not wait.
fn unless_cancelled<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<'_, R, D, T>,
    cx: &mut Context<'_>,
) -> Option<R> {
    if call.driver.poll_cancelled(cx) { call.stop(StopReason::Cancelled) } else { None }
}

#[cold]
#[inline(never)]
fn decided_apart<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<'_, R, D, T>,
    outcome: R,
    judge: &mut impl Judge<R>,
) -> ControlFlow<R, u64> {
    call.decided(outcome, judge)
}

fn poll_wait<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<'_, R, D, T>,
    timer: Pin<&mut D::Sleep>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    if timer.poll(cx).is_ready() {
        return Poll::Ready(None);
    }
    if call.driver.poll_cancelled(cx) {
        return Poll::Ready(call.stop(StopReason::Cancelled));
    }
    Poll::Pending
}

pin_project! {
    /// Runs one attempt and decides nothing.
    #[must_use = "an attempt does nothing unless it is awaited"]
    struct Running<'c, 'p, R, D, T, B> {
        call: &'c mut Call<'p, R, D, T>,
        #[pin]
        body: B,
    }
}

impl<R: Outcome, D: AsyncDriver, T: Track<R>, B: Body<R>> Future for Running<'_, '_, R, D, T, B> {
    type Output = Ran<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ran<R>> {
        let mut this = self.project();
        match poll_body(this.call, this.body.as_mut(), cx) {
            Poll::Ready(outcome) => Poll::Ready(Ran::Returned(outcome)),
            Poll::Pending => poll_end(this.call, this.body, cx),
        }
    }
}

pin_project! {
    /// Waits before the next attempt: `Some` is what the call ends with.
    #[must_use = "a wait does nothing unless it is awaited"]
    pub struct Waiting<'c, 'p, R, D, T>
    where
        D: AsyncDriver,
    {
        call: &'c mut Call<'p, R, D, T>,
        ended: Option<R>,
        #[pin]
        timer: Option<D::Sleep>,
    }
}

impl<'p, R: Outcome, D: AsyncDriver, T: Track<R>> Call<'p, R, D, T> {
    /// Waits before the next attempt, once `on_retry` was told. `Some` is what the call ends with: the hook failed,
    /// it took until the deadline, or the call is cancelled.
    pub fn wait(&mut self, failed: Failed<R>, told: impl HookResult<R::Error>) -> Waiting<'_, 'p, R, D, T> {
        let (wait, ended) = self.before_wait(failed, told);
        let timer = (ended.is_none() && wait > 0).then(|| D::sleep(wait));
        Waiting { call: self, ended, timer }
    }
}

impl<R: Outcome, D: AsyncDriver, T: Track<R>> Future for Waiting<'_, '_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        match this.timer.as_pin_mut() {
            None => Poll::Ready(this.ended.take().or_else(|| unless_cancelled(this.call, cx))),
            Some(timer) => poll_wait(this.call, timer, cx),
        }
    }
}
