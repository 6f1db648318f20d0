//! The delay before a retry, and the wait in line for its budget.

use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::boxed::Box;
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::futures::timer::{Timer, timer};
use crate::calls::call::start::Start;
use crate::calls::call::state::CallState;
use crate::calls::context::{self, Frame};
use crate::calls::driver::AsyncDriver;
use crate::calls::line::Waiting;
use crate::outcome::Outcome;

pin_project! {
    /// Waits until the retry starts.
    ///
    /// Returns the outcome of a call that ends meanwhile. If it is dropped before it is over, the call gives up, and what the retry has taken is refunded.
    ///
    /// ```text
    /// line    timer     the call
    /// None    Some      waits for its delay
    /// Some    Some      stands in line, until the timer at most
    /// ```
    #[must_use = "a delay does nothing unless it is awaited"]
    pub(super) struct WaitFuture<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        // Until it is over.
        call: Option<&'c mut Call<R, D, T>>,
        // Of the attempt that is retried, unless the call keeps it.
        outcome: Option<R>,
        #[pin]
        timer: Option<Timer<D::Sleep>>,
        line: Option<Box<Waiting>>,
        // Innermost frame when the retry was withdrawn.
        frame: Option<Arc<Frame>>,
    }

    impl<R, D, T> PinnedDrop for WaitFuture<'_, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(call) = this.call {
                drop_wait(call, this.line, this.frame);
            }
        }
    }
}

/// Ends the call because its wait is dropped.
#[cold]
#[inline(never)]
fn drop_wait<R: Outcome, D: AsyncDriver, T: CallState<R>>(
    call: &mut Call<R, D, T>,
    line: &mut Option<Box<Waiting>>,
    frame: &mut Option<Arc<Frame>>,
) {
    if let Some(waiting) = line {
        call.leave_line(waiting);
    }
    call.drop_retry(frame.as_ref());
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>> WaitFuture<'c, R, D, T> {
    /// Waits in line from now on.
    pub(super) fn in_line(call: &'c mut Call<R, D, T>, waiting: Box<Waiting>, outcome: Option<R>) -> Self {
        Self { call: Some(call), outcome, timer: None, line: Some(waiting), frame: context::innermost() }
    }

    /// Waits for `delay`.
    ///
    /// If the call ends meanwhile, it ends with `outcome`, or with one that it keeps.
    pub(super) fn new(call: &'c mut Call<R, D, T>, delay: Span, outcome: Option<R>) -> Self {
        let timer = (delay > Span::ZERO).then(|| timer::<D>(call.operation, delay));
        Self { call: Some(call), outcome, timer, line: None, frame: context::innermost() }
    }

    /// Creates a delay that is over.
    pub(super) const fn over() -> Self {
        Self { call: None, outcome: None, timer: None, line: None, frame: None }
    }

    /// Waits for the delay. Returns what follows it.
    fn poll_delay(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Start> {
        let mut this = self.project();
        let Some(call) = this.call.as_deref_mut() else { return Poll::Ready(Start::Go) };
        match this.timer.as_mut().as_pin_mut().map(|timer| timer.poll(cx)) {
            Some(Poll::Ready(())) => {}
            // A delay of zero is over at once, unless the call is cancelled.
            _ if call.driver.poll_cancelled(cx) => return Poll::Ready(Start::Stop(StopReason::Cancelled)),
            Some(Poll::Pending) => return Poll::Pending,
            None => {}
        }
        this.timer.set(None);
        Poll::Ready(call.start_retry(|| cx.waker().clone()))
    }

    /// Waits in line. Returns what follows.
    fn poll_line(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Start> {
        let mut this = self.project();
        let (Some(call), Some(waiting)) = (this.call.as_deref_mut(), this.line) else { return Poll::Ready(Start::Go) };
        if call.driver.poll_cancelled(cx) {
            call.leave_line(waiting);
            return Poll::Ready(Start::Stop(StopReason::Cancelled));
        }
        loop {
            match call.poll_line(waiting, cx.waker()) {
                ControlFlow::Break(start) => return Poll::Ready(start),
                ControlFlow::Continue(until) if until != waiting.until || this.timer.is_none() => {
                    waiting.until = until;
                    this.timer.set(Some(timer::<D>(call.operation, until.since(D::now()))));
                }
                ControlFlow::Continue(_) => {}
            }
            if this.timer.as_mut().as_pin_mut().is_some_and(|timer| timer.poll(cx).is_pending()) {
                return Poll::Pending;
            }
            this.timer.set(None);
        }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Future for WaitFuture<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        loop {
            let is_in_line = self.as_mut().project().line.is_some();
            let polled = if is_in_line { self.as_mut().poll_line(cx) } else { self.as_mut().poll_delay(cx) };
            let Poll::Ready(start) = polled else { return Poll::Pending };
            let this = self.as_mut().project();
            let outcome = match start {
                Start::Wait(waiting) => {
                    *this.line = Some(waiting);
                    continue;
                }
                Start::Go => None,
                Start::Stop(reason) => {
                    let kept = this.call.as_deref_mut().and_then(|call| call.stop_retry(reason).break_value());
                    kept.or(this.outcome.take())
                }
                Start::Deny(waited) => {
                    let kept = this.call.as_deref_mut().and_then(|call| call.deny_retry(waited).break_value());
                    kept.or(this.outcome.take())
                }
            };
            *this.line = None;
            *this.call = None;
            return Poll::Ready(outcome);
        }
    }
}
