//! The future of one attempt and of the wait that follows it, over any async driver.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use retry_core::{Progress, StopReason};

use crate::calls::call::Call;
use crate::calls::context::{self, Learnt};
use crate::calls::driver::AsyncDriver;
use crate::calls::driver::body::{Body, Plain, Run, abandon};
use crate::calls::judge::{ByClass, ByQuestion, Ended, Judge};
use crate::calls::track::{Track, Tracked};
use crate::classify::Classify;
use crate::outcome::Outcome;

pin_project! {
    #[project = StageProj]
    enum Stage<B, S> {
        Run { #[pin] run: Run<B> },
        Wait { #[pin] timer: S },
        // No attempt was admitted.
        Refused { reason: StopReason },
        Over,
    }
}

pin_project! {
    /// Runs one attempt, decides, and waits: `Some` is what the call ends with. Attempt and wait share one place.
    #[must_use = "an attempt does nothing unless it is awaited"]
    struct Attempting<'c, R, D, T, B, J>
    where
        R: Outcome,
        D: AsyncDriver,
        T: Track<R>,
    {
        call: &'c mut Call<R, D, T>,
        judge: J,
        #[pin]
        stage: Stage<B, D::Sleep>,
    }

    impl<R, D, T, B, J> PinnedDrop for Attempting<'_, R, D, T, B, J>
    where
        R: Outcome,
        D: AsyncDriver,
        T: Track<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            match this.stage.project() {
                StageProj::Run { run } => if run.is_later { context::give_up() },
                StageProj::Wait { .. } => this.call.drop_retry(),
                StageProj::Refused { .. } | StageProj::Over => {}
            }
        }
    }
}

/// The answers are opaque, so that an error without classes is told once, where it is asked, and not at `.await` too.
impl<R: Outcome, D: AsyncDriver, T: Track<R>> Call<R, D, T> {
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

    #[inline]
    fn attempting<B, J>(&mut self, body: B, judge: J) -> Attempting<'_, R, D, T, B, J> {
        let stage = match self.admit() {
            None => Stage::Run { run: Run::begin(self, body) },
            Some(reason) => Stage::Refused { reason },
        };
        Attempting { call: self, judge, stage }
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D, Tracked<'_, R>> {
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
}

impl<R: Outcome, D: AsyncDriver, T: Track<R>, B: Body<R>, J: Judge<R>> Future for Attempting<'_, R, D, T, B, J> {
    type Output = Option<R>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let mut this = self.project();
        loop {
            let decided = match this.stage.as_mut().project() {
                StageProj::Run { mut run } => match run.as_mut().poll(&this.call.progress, cx) {
                    Poll::Ready(outcome) if this.judge.is_success(&outcome) => {
                        this.call.succeed();
                        run.finish();
                        return Poll::Ready(Some(outcome));
                    }
                    Poll::Ready(outcome) => decided_apart(this.call, outcome, this.judge, run.learnt()),
                    Poll::Pending => {
                        let is_cut = run.poll_cut(cx);
                        if !is_cut && !this.call.driver.poll_cancelled(cx) {
                            return Poll::Pending;
                        }
                        let learnt = abandoned(this.stage.as_mut(), &this.call.progress);
                        if is_cut { this.call.after_cut(learnt) } else { this.call.stop(StopReason::Cancelled) }
                    }
                },
                StageProj::Wait { timer } => {
                    let outcome = ready!(poll_wait(this.call, timer, cx));
                    this.stage.set(Stage::Over);
                    return Poll::Ready(outcome);
                }
                StageProj::Refused { reason } => this.call.refuse(*reason),
                StageProj::Over => return Poll::Ready(None),
            };
            match decided {
                ControlFlow::Continue(wait) if wait > 0 => this.stage.set(Stage::Wait { timer: D::sleep(wait) }),
                decided => {
                    this.stage.set(Stage::Over);
                    return Poll::Ready(ended(this.call, decided, cx));
                }
            }
        }
    }
}

/// What the call ends with, if it does: also one that is cancelled before a retry that does not wait.
fn ended<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<R, D, T>,
    decided: ControlFlow<R, u64>,
    cx: &mut Context<'_>,
) -> Option<R> {
    match decided {
        ControlFlow::Break(outcome) => Some(outcome),
        ControlFlow::Continue(_) => unless_cancelled(call, cx),
    }
}

fn abandoned<B, S>(stage: Pin<&mut Stage<B, S>>, progress: &Progress) -> Learnt {
    abandon(stage, running, |mut stage| stage.set(Stage::Over), progress)
}

fn running<B, S>(stage: Pin<&mut Stage<B, S>>) -> Option<Pin<&mut Run<B>>> {
    match stage.project() {
        StageProj::Run { run } => Some(run),
        _ => None,
    }
}

#[cold]
#[inline(never)]
fn decided_apart<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<R, D, T>,
    outcome: R,
    judge: &mut impl Judge<R>,
    learnt: Learnt,
) -> ControlFlow<R, u64> {
    call.decided(outcome, judge, learnt)
}

/// What a call ends with that was cancelled before a retry that does not wait.
pub(super) fn unless_cancelled<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<R, D, T>,
    cx: &mut Context<'_>,
) -> Option<R> {
    if call.driver.poll_cancelled(cx) { call.stop_retry(StopReason::Cancelled).break_value() } else { None }
}

pub(super) fn poll_wait<R: Outcome, D: AsyncDriver, T: Track<R>>(
    call: &mut Call<R, D, T>,
    timer: Pin<&mut D::Sleep>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    if timer.poll(cx).is_ready() {
        return Poll::Ready(None);
    }
    if call.driver.poll_cancelled(cx) {
        return Poll::Ready(call.stop_retry(StopReason::Cancelled).break_value());
    }
    Poll::Pending
}
