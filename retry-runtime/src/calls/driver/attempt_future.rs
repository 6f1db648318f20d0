//! The future of one attempt and of the wait that follows it, over any async driver.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use retry_core::internal::STOP;
use retry_core::{Progress, StopReason};

use crate::calls::call::Call;
use crate::calls::call_state::{CallState, FullState};
use crate::calls::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::context::{ContextExit, NestedCalls};
use crate::calls::driver::AsyncDriver;
use crate::calls::driver::attempt_body::{Body, Plain, Run, abandon};
use crate::calls::driver::wait_future::Pause;
use crate::classify::Classify;
use crate::outcome::Outcome;

pin_project! {
    #[project = StageProj]
    enum Stage<'c, R, D, T, B>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        Run { #[pin] run: Run<B> },
        // Also the end, as a wait that is over, and an attempt that was not admitted, whose reason stands in the progress:
        // every call asks which stage it drops, and two are told apart faster than four.
        Wait { #[pin] pause: Pause<'c, R, D, T> },
    }
}

pin_project! {
    /// Runs one attempt, decides, and waits: `Some` is what the call ends with. Attempt and wait share one place.
    #[must_use = "an attempt does nothing unless it is awaited"]
    struct Attempting<'c, R, D, T, B, J>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        // Until the wait has it.
        call: Option<&'c mut Call<R, D, T>>,
        classifier: J,
        #[pin]
        stage: Stage<'c, R, D, T, B>,
    }

    impl<R, D, T, B, J> PinnedDrop for Attempting<'_, R, D, T, B, J>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            // A call that has ended is gone from here, but for one that succeeded at once.
            if let Some(call) = this.project().call {
                call.drop_attempt();
            }
        }
    }
}

/// The answers are opaque, so that an error without classes is told once, where it is asked, and not at `.await` too.
impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Call<R, D, T> {
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
    pub fn attempt_if<F: Future<Output = R>, Q: FnMut(&mut AttemptResult<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: Q,
    ) -> impl Future<Output = Option<R>> {
        self.attempting(Plain { body }, ByPredicate(retry))
    }

    #[inline]
    fn attempting<B, J>(&mut self, body: B, classifier: J) -> Attempting<'_, R, D, T, B, J> {
        let stage = match self.admit() {
            None => Stage::Run { run: Run::begin(self, body) },
            Some(reason) => {
                self.progress.stopped(reason);
                Stage::Wait { pause: Pause::over() }
            }
        };
        Attempting { call: Some(self), classifier, stage }
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D, FullState<'_, R>> {
    /// As [`attempt`](Self::attempt), cut by the attempt's timeout or by the call's deadline, whichever is sooner.
    pub fn attempt_with_timeout<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = Option<R>>
    where
        R::Error: Classify,
    {
        let body = self.with_timer(body);
        self.attempting(body, ByClass)
    }

    /// As [`attempt_if`](Self::attempt_if), cut as a [`attempt_with_timeout`](Self::attempt_with_timeout).
    pub fn attempt_with_timeout_if<F: Future<Output = R>, Q: FnMut(&mut AttemptResult<'_, R>) -> bool>(
        &mut self,
        body: F,
        retry: Q,
    ) -> impl Future<Output = Option<R>> {
        let body = self.with_timer(body);
        self.attempting(body, ByPredicate(retry))
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>, B: Body<R>, J: Classifier<R>> Future
    for Attempting<'_, R, D, T, B, J>
{
    type Output = Option<R>;

    /// Of a first attempt that succeeds and leaves nothing behind, and of any that is pending; all else is apart.
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let mut this = self.as_mut().project();
        if let (Some(call), StageProj::Run { mut run }) = (this.call.as_deref_mut(), this.stage.as_mut().project()) {
            let (polled, left) = run.as_mut().poll(&call.progress, cx);
            match polled {
                // A guard looks at the outcome where it is; what is bound first is copied first.
                Poll::Ready(outcome)
                    if left.is_quiet() && this.classifier.is_success(&outcome) && call.operation.is_at_rest() =>
                {
                    call.record_first_success();
                    return Poll::Ready(Some(outcome));
                }
                Poll::Ready(outcome) => return self.returned(outcome, left, cx),
                Poll::Pending => {}
            }
            run.as_mut().keep(left);
            if !run.poll_cut(cx) && !call.driver.poll_cancelled(cx) {
                return Poll::Pending;
            }
        }
        poll_apart(this.call, this.stage, cx)
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>, B, J: Classifier<R>> Attempting<'_, R, D, T, B, J> {
    /// The attempt has returned this, and it is no first success: decides, and goes on with the end of the call or a wait.
    #[cold]
    #[inline(never)]
    fn returned(self: Pin<&mut Self>, outcome: R, left: ContextExit, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let mut this = self.project();
        let (Some(call), Some(run)) = (this.call.as_deref_mut(), running(this.stage.as_mut())) else {
            return Poll::Ready(Some(outcome));
        };
        run.over();
        match call.after(&outcome, this.classifier, left.nested()) {
            STOP => {
                *this.call = None;
                Poll::Ready(Some(outcome))
            }
            wait => {
                call.state.keep(outcome);
                // Nothing to wait for, and nothing that is asked meanwhile.
                if wait == 0 && D::NEVER_CANCELLED {
                    *this.call = None;
                    Poll::Ready(None)
                } else {
                    begin_wait(this.call, this.stage, wait, cx)
                }
            }
        }
    }
}

#[cold]
#[inline(never)]
fn begin_wait<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    call: &mut Option<&'c mut Call<R, D, T>>,
    mut stage: Pin<&mut Stage<'c, R, D, T, B>>,
    wait: u64,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    if let Some(call) = call.take() {
        stage.set(Stage::Wait { pause: Pause::new(call, wait) });
    }
    poll_wait(stage, cx)
}

/// A body that is cut or cancelled, an attempt that was not admitted, and a wait.
#[cold]
#[inline(never)]
fn poll_apart<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B: Body<R>>(
    call: &mut Option<&'c mut Call<R, D, T>>,
    mut stage: Pin<&mut Stage<'c, R, D, T, B>>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    let Some(running) = call.as_deref_mut() else { return poll_wait(stage, cx) };
    let decided = match stage.as_mut().project() {
        StageProj::Run { run } => {
            // Asked again: a timer that has run out says so each time.
            let is_cut = run.poll_cut(cx);
            let nested = abandoned(stage.as_mut(), &running.progress);
            if is_cut { running.after_cut(nested) } else { running.stop(StopReason::Cancelled) }
        }
        StageProj::Wait { .. } => running.refuse(running.progress.stop_reason()),
    };
    match decided {
        ControlFlow::Continue(wait) => begin_wait(call, stage, wait, cx),
        ControlFlow::Break(outcome) => {
            *call = None;
            stage.set(Stage::Wait { pause: Pause::over() });
            Poll::Ready(Some(outcome))
        }
    }
}

#[cold]
#[inline(never)]
fn poll_wait<R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    mut stage: Pin<&mut Stage<'_, R, D, T, B>>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    let StageProj::Wait { pause } = stage.as_mut().project() else { return Poll::Ready(None) };
    let outcome = ready!(pause.poll(cx));
    stage.set(Stage::Wait { pause: Pause::over() });
    Poll::Ready(outcome)
}

fn abandoned<R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    stage: Pin<&mut Stage<'_, R, D, T, B>>,
    progress: &Progress,
) -> NestedCalls {
    abandon(stage, running, |mut stage| stage.set(Stage::Wait { pause: Pause::over() }), progress)
}

fn running<'a, R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    stage: Pin<&'a mut Stage<'_, R, D, T, B>>,
) -> Option<Pin<&'a mut Run<B>>> {
    match stage.project() {
        StageProj::Run { run } => Some(run),
        StageProj::Wait { .. } => None,
    }
}
