//! Attempt and wait as futures of their own, for what stands between them.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};
#[cfg(feature = "governor")]
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::StopReason;

use crate::calls::call::Call;
use crate::calls::call_state::{CallState, FullState};
#[cfg(feature = "governor")]
use crate::calls::context;
use crate::calls::context::NestedCalls;
use crate::calls::driver::AsyncDriver;
use crate::calls::driver::attempt_body::{Body, Plain, Run, abandon};
use crate::calls::driver::wait_future::Pause;
#[cfg(feature = "governor")]
use crate::calls::frame::Frame;
use crate::calls::hook::{AttemptDecision, AttemptEnd, FinishedAttempt, HookResult};
#[cfg(feature = "governor")]
use crate::calls::rate_limit::{Permit, RateLimit};
use crate::outcome::Outcome;

pin_project! {
    /// Runs one attempt and decides nothing.
    #[must_use = "an attempt does nothing unless it is awaited"]
    struct Running<'c, R, D, T, B> {
        call: &'c mut Call<R, D, T>,
        refused: Option<StopReason>,
        // Until it is over.
        #[pin]
        run: Option<Run<B>>,
    }

    impl<R, D, T, B> PinnedDrop for Running<'_, R, D, T, B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.run.is_some() {
                this.call.drop_attempt();
            }
        }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Call<R, D, T> {
    /// Runs one attempt; [`decide`](Call::decide) and [`wait`](Call::wait) follow, with `on_retry` between them.
    pub fn run<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = FinishedAttempt<R>> {
        self.running(Plain { body })
    }

    fn running<B: Body<R>>(&mut self, body: B) -> Running<'_, R, D, T, B> {
        let refused = self.admit();
        let run = refused.is_none().then(|| Run::begin(self, body));
        Running { call: self, refused, run }
    }
}

impl<R: Outcome, D: AsyncDriver> Call<R, D, FullState<'_, R>> {
    /// As [`run`](Self::run), cut as a [`attempt_with_timeout`](Self::attempt_with_timeout).
    pub fn run_with_timeout<F: Future<Output = R>>(&mut self, body: F) -> impl Future<Output = FinishedAttempt<R>> {
        let body = self.with_timer(body);
        self.running(body)
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>, B: Body<R>> Future for Running<'_, R, D, T, B> {
    type Output = FinishedAttempt<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<FinishedAttempt<R>> {
        let mut this = self.project();
        let Some(mut run) = this.run.as_mut().as_pin_mut() else {
            let reason = this.refused.take().unwrap_or(StopReason::Cancelled);
            return Poll::Ready(FinishedAttempt { end: AttemptEnd::Rejected(reason), nested: NestedCalls::default() });
        };
        let (polled, left) = run.as_mut().poll(&this.call.progress, cx);
        if let Poll::Ready(outcome) = polled {
            run.over();
            let nested = left.nested();
            this.run.set(None);
            return Poll::Ready(FinishedAttempt { end: AttemptEnd::Returned(outcome), nested });
        }
        run.as_mut().keep(left);
        let end = if run.poll_cut(cx) {
            AttemptEnd::TimedOut
        } else if this.call.driver.poll_cancelled(cx) {
            AttemptEnd::Cancelled
        } else {
            return Poll::Pending;
        };
        let nested = abandon(this.run, Option::as_pin_mut, |mut run| run.set(None), &this.call.progress);
        Poll::Ready(FinishedAttempt { end, nested })
    }
}

pin_project! {
    /// Delays before the next attempt: `Some` is what the call ends with.
    #[must_use = "a wait does nothing unless it is awaited"]
    struct Waiting<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        ended: Option<R>,
        #[pin]
        pause: Option<Pause<'c, R, D, T>>,
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Call<R, D, T> {
    /// Delays before the next attempt, once `on_retry` was told. `Some` is what the call ends with: the attempt itself,
    /// or the hook failed, it took until the deadline, or the call is cancelled.
    pub fn wait(
        &mut self,
        decision: AttemptDecision<R>,
        hook_result: impl HookResult<R::Error>,
    ) -> impl Future<Output = Option<R>> {
        match self.before_wait(decision, hook_result) {
            ControlFlow::Break(outcome) => Waiting { ended: Some(outcome), pause: None },
            ControlFlow::Continue(wait) => Waiting { ended: None, pause: Some(Pause::new(self, wait)) },
        }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Future for Waiting<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        match this.pause.as_pin_mut() {
            Some(pause) => pause.poll(cx),
            None => Poll::Ready(this.ended.take()),
        }
    }
}

#[cfg(feature = "governor")]
pin_project! {
    /// Delays until the rate limit allows an attempt, or the call is to end.
    #[must_use = "a limit does nothing unless it is awaited"]
    struct Permitting<'c, 'p, R, D>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        call: &'c mut Call<R, D, FullState<'p, R>>,
        limit: &'c RateLimit,
        #[pin]
        timer: Option<D::Sleep>,
        around: Option<Arc<Frame>>,
    }

    impl<R, D> PinnedDrop for Permitting<'_, '_, R, D>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.timer.is_some() && this.call.progress.attempt() > 0 {
                this.call.drop_retry(this.around.as_ref());
            }
        }
    }
}

#[cfg(feature = "governor")]
impl<'p, R: Outcome, D: AsyncDriver> Call<R, D, FullState<'p, R>> {
    /// Delays until the rate limit allows the next attempt; where it does not, that attempt ends the call.
    pub fn rate_limit<'c>(&'c mut self, limit: &'c RateLimit) -> impl Future<Output = ()> + use<'c, 'p, R, D> {
        Permitting { call: self, limit, timer: None, around: context::innermost() }
    }
}

#[cfg(feature = "governor")]
impl<R: Outcome, D: AsyncDriver> Future for Permitting<'_, '_, R, D> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        loop {
            if let Some(timer) = this.timer.as_mut().as_pin_mut() {
                if timer.poll(cx).is_pending() {
                    if !this.call.driver.poll_cancelled(cx) {
                        return Poll::Pending;
                    }
                    this.call.state.refused = Some(StopReason::Cancelled);
                    this.timer.set(None);
                    return Poll::Ready(());
                }
                this.timer.set(None);
            }
            match this.call.ask(this.limit) {
                Permit::Wait(wait) => this.timer.set(Some(D::sleep(wait))),
                Permit::Now | Permit::Never => return Poll::Ready(()),
            }
        }
    }
}
