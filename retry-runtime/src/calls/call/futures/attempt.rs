//! One attempt and the delay after it as one future, over any async driver.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use retry_core::internal::Span;
use retry_core::{Progress, StopReason, TimedPolicy};

use crate::calls::call::Call;
use crate::calls::call::classifier::Classifier;
use crate::calls::call::futures::body::{AttemptBody, RunningBody, drop_body};
use crate::calls::call::futures::wait::WaitFuture;
use crate::calls::call::start::Start;
use crate::calls::call::state::CallState;
use crate::calls::context::{ContextExit, NestedCalls};
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

pin_project! {
    #[project = StageProj]
    enum Stage<'c, R, D, T, B>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        Run { #[pin] body: RunningBody<B> },
        // Two more stages are a wait that is over: the end, and an attempt that was not admitted, whose reason is in the
        // progress. Every call checks its stage when it is dropped, and two variants are compared faster than four.
        Wait { #[pin] wait: WaitFuture<'c, R, D, T> },
    }
}

pin_project! {
    /// Runs one attempt, decides, and waits.
    ///
    /// Its output is the outcome of a call that has ended.
    ///
    /// ```text
    /// call      stage         the attempt
    /// Some      Run           is pending
    /// Some      Wait, over    was not admitted
    /// None      Wait          waits for the delay
    /// None      any           is over
    /// ```
    #[must_use = "an attempt does nothing unless it is awaited"]
    pub(in crate::calls::call) struct AttemptFuture<'c, R, D, T, B, C>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        call: Option<&'c mut Call<R, D, T>>,
        classifier: C,
        #[pin]
        stage: Stage<'c, R, D, T, B>,
    }

    impl<R, D, T, B, C> PinnedDrop for AttemptFuture<'_, R, D, T, B, C>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(call) = this.call {
                // The body first: its place is free once nothing of it runs.
                this.stage.set(Stage::Wait { wait: WaitFuture::over() });
                call.drop_attempt();
            }
        }
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B, C> AttemptFuture<'c, R, D, T, B, C> {
    #[inline]
    pub(in crate::calls::call) fn new(call: &'c mut Call<R, D, T>, body: B, classifier: C) -> Self {
        let stage = match call.admit_uncancelled() {
            None => Stage::Run { body: RunningBody::new(body) },
            Some(reason) => {
                let _ = call.progress.get_or_insert_with(Progress::new).stopped(reason);
                Stage::Wait { wait: WaitFuture::over() }
            }
        };
        Self { call: Some(call), classifier, stage }
    }
}

impl<R, D, T, B, C> Future for AttemptFuture<'_, R, D, T, B, C>
where
    R: Outcome,
    D: AsyncDriver,
    T: CallState<R>,
    B: AttemptBody<R>,
    C: Classifier<R>,
{
    type Output = Option<R>;

    /// Handles pending attempts and immediate successes.
    ///
    /// Everything else is in cold functions.
    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let mut this = self.as_mut().project();
        let mut is_timeout = false;
        if let (Some(call), StageProj::Run { mut body }) = (this.call.as_deref_mut(), this.stage.as_mut().project()) {
            let hold = call.state.enter_hold();
            let (polled, exit) = body.as_mut().poll(call, cx);
            call.leave_hold(hold, matches!(polled, Poll::Ready(_)));
            match polled {
                // A guard inspects the outcome in its place; a binding would copy it first.
                Poll::Ready(outcome)
                    if exit.is_quiet() && this.classifier.is_success(&outcome) && call.operation.is_at_rest() =>
                {
                    call.record_first_success();
                    *this.call = None;
                    return Poll::Ready(Some(outcome));
                }
                Poll::Ready(outcome) => return self.returned(outcome, exit, cx),
                Poll::Pending => {}
            }
            body.as_mut().save(call, exit);
            is_timeout = body.poll_timeout(cx);
            if !is_timeout && !call.driver.poll_cancelled(cx) {
                call.state.pending(D::now);
                return Poll::Pending;
            }
        }
        poll_cold(this.call, this.stage, is_timeout, cx)
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>, B, C: Classifier<R>> AttemptFuture<'_, R, D, T, B, C> {
    /// Decides after an attempt, and ends the call or begins to wait.
    #[cold]
    #[inline(never)]
    fn returned(self: Pin<&mut Self>, outcome: R, exit: ContextExit, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        let Some(call) = this.call.as_deref_mut() else { return Poll::Ready(Some(outcome)) };
        match call.after(&outcome, this.classifier, exit.nested_calls()).delay() {
            None => {
                *this.call = None;
                Poll::Ready(Some(outcome))
            }
            Some(delay) => {
                let outcome = call.state.keep(outcome);
                // There is neither a delay nor a cancellation to wait for.
                if delay == Span::ZERO && D::NEVER_CANCELLED {
                    begin_at_once(this.call, this.stage, outcome, cx)
                } else {
                    begin_wait(this.call, this.stage, delay, outcome, cx)
                }
            }
        }
    }
}

/// Starts a retry that has no delay, or waits in line for it.
#[inline]
fn begin_at_once<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    call: &mut Option<&'c mut Call<R, D, T>>,
    mut stage: Pin<&mut Stage<'c, R, D, T, B>>,
    outcome: Option<R>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    let Some(begun) = call.take() else { return Poll::Ready(outcome) };
    match begun.start_retry(|| cx.waker().clone()) {
        Start::Go => Poll::Ready(None),
        Start::Stop(reason) => Poll::Ready(begun.stop_retry(reason).break_value().or(outcome)),
        Start::Deny(waited) => Poll::Ready(begun.deny_retry(waited).break_value().or(outcome)),
        Start::Wait(waiting) => {
            stage.set(Stage::Wait { wait: WaitFuture::in_line(begun, waiting, outcome) });
            poll_wait(stage, cx)
        }
    }
}

#[cold]
#[inline(never)]
fn begin_wait<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    call: &mut Option<&'c mut Call<R, D, T>>,
    mut stage: Pin<&mut Stage<'c, R, D, T, B>>,
    delay: Span,
    outcome: Option<R>,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    if let Some(call) = call.take() {
        stage.set(Stage::Wait { wait: WaitFuture::new(call, delay, outcome) });
    }
    poll_wait(stage, cx)
}

/// Ends an interrupted body or an attempt that was not admitted, or polls a delay.
#[cold]
#[inline(never)]
fn poll_cold<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B: AttemptBody<R>>(
    call: &mut Option<&'c mut Call<R, D, T>>,
    mut stage: Pin<&mut Stage<'c, R, D, T, B>>,
    is_timeout: bool,
    cx: &mut Context<'_>,
) -> Poll<Option<R>> {
    let Some(running) = call.as_deref_mut() else { return poll_wait(stage, cx) };
    let flow = match stage.as_mut().project() {
        StageProj::Run { .. } => {
            let (progress, policy) = (running.progress_mut().clone(), running.policy());
            let nested = interrupt(stage.as_mut(), &progress, policy);
            if is_timeout { running.after_timeout(nested) } else { running.stop(StopReason::Cancelled) }
        }
        StageProj::Wait { .. } => running.reject(running.progress().stop_reason()),
    };
    match flow {
        ControlFlow::Continue(delay) => begin_wait(call, stage, delay, None, cx),
        ControlFlow::Break(outcome) => {
            *call = None;
            stage.set(Stage::Wait { wait: WaitFuture::over() });
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
    let StageProj::Wait { wait } = stage.as_mut().project() else { return Poll::Ready(None) };
    let outcome = ready!(wait.poll(cx));
    stage.set(Stage::Wait { wait: WaitFuture::over() });
    Poll::Ready(outcome)
}

/// Drops the running body inside its context.
fn interrupt<R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    stage: Pin<&mut Stage<'_, R, D, T, B>>,
    progress: &Progress,
    policy: &TimedPolicy,
) -> NestedCalls {
    drop_body(stage, running, |mut stage| stage.set(Stage::Wait { wait: WaitFuture::over() }), progress, policy)
}

fn running<'a, R: Outcome, D: AsyncDriver, T: CallState<R>, B>(
    stage: Pin<&'a mut Stage<'_, R, D, T, B>>,
) -> Option<Pin<&'a mut RunningBody<B>>> {
    match stage.project() {
        StageProj::Run { body } => Some(body),
        StageProj::Wait { .. } => None,
    }
}
