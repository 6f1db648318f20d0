//! Attempt and delay as separate futures.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::futures::body::{AttemptBody, RunningBody, drop_body};
use crate::calls::call::futures::wait::WaitFuture;
use crate::calls::call::state::CallState;
use crate::calls::call::stepwise::{AttemptEnd, FinishedAttempt};
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

pin_project! {
    /// Runs one attempt without deciding.
    #[must_use = "an attempt does nothing unless it is awaited"]
    pub(in crate::calls::call) struct RunFuture<'c, R, D, T, B>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        call: &'c mut Call<R, D, T>,
        rejection: Option<StopReason>,
        // Until it is over.
        #[pin]
        body: Option<RunningBody<B>>,
    }

    impl<R, D, T, B> PinnedDrop for RunFuture<'_, R, D, T, B>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.body.is_some() {
                this.body.set(None);
                this.call.drop_attempt();
            }
        }
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>, B: AttemptBody<R>> RunFuture<'c, R, D, T, B> {
    pub(in crate::calls::call) fn new(call: &'c mut Call<R, D, T>, body: B) -> Self {
        let rejection = call.admit_uncancelled();
        let body = rejection.is_none().then(|| RunningBody::new(body));
        Self { call, rejection, body }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>, B: AttemptBody<R>> Future for RunFuture<'_, R, D, T, B> {
    type Output = FinishedAttempt<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<FinishedAttempt<R>> {
        let mut this = self.project();
        let Some(mut body) = this.body.as_mut().as_pin_mut() else {
            let reason = this.rejection.take().unwrap_or(StopReason::Cancelled);
            return Poll::Ready(FinishedAttempt::rejected(reason));
        };
        let hold = this.call.state.enter_hold();
        let (polled, exit) = body.as_mut().poll(this.call, cx);
        this.call.leave_hold(hold, matches!(polled, Poll::Ready(_)));
        if let Poll::Ready(outcome) = polled {
            let nested = exit.nested_calls();
            this.body.set(None);
            return Poll::Ready(FinishedAttempt { end: AttemptEnd::Returned(outcome), nested });
        }
        body.as_mut().save(this.call, exit);
        let end = if body.poll_timeout(cx) {
            AttemptEnd::TimedOut
        } else if this.call.driver.poll_cancelled(cx) {
            AttemptEnd::Cancelled
        } else {
            this.call.state.pending(D::now);
            return Poll::Pending;
        };
        let (progress, policy) = (this.call.progress_mut().clone(), this.call.policy());
        let nested = drop_body(this.body, Option::as_pin_mut, |mut body| body.set(None), &progress, policy);
        Poll::Ready(FinishedAttempt { end, nested })
    }
}

pin_project! {
    /// Waits before the next attempt.
    ///
    /// Its output is the outcome of a call that ends instead.
    #[must_use = "a delay does nothing unless it is awaited"]
    pub(in crate::calls::call) struct WaitStep<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        outcome: Option<R>,
        #[pin]
        wait: Option<WaitFuture<'c, R, D, T>>,
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>> WaitStep<'c, R, D, T> {
    /// Waits for the delay of `flow`, or is ready with its outcome.
    pub(in crate::calls::call) fn new(call: &'c mut Call<R, D, T>, flow: ControlFlow<R, (Span, Option<R>)>) -> Self {
        match flow {
            ControlFlow::Break(outcome) => Self { outcome: Some(outcome), wait: None },
            ControlFlow::Continue((delay, outcome)) => {
                Self { outcome: None, wait: Some(WaitFuture::new(call, delay, outcome)) }
            }
        }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Future for WaitStep<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        match this.wait.as_pin_mut() {
            Some(wait) => wait.poll(cx),
            None => Poll::Ready(this.outcome.take()),
        }
    }
}
