//! The delay before a retry that was withdrawn.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::state::CallState;
use crate::calls::context::{self, Frame};
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

pin_project! {
    /// Waits, and returns the outcome of a call that is cancelled meanwhile.
    ///
    /// If it is dropped before it is over, the call gives up, and the retry's withdrawal is refunded.
    #[must_use = "a delay does nothing unless it is awaited"]
    pub(super) struct WaitFuture<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        // Until it is over.
        call: Option<&'c mut Call<R, D, T>>,
        #[pin]
        timer: Option<D::Sleep>,
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
                call.drop_retry(this.frame.as_ref());
            }
        }
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>> WaitFuture<'c, R, D, T> {
    /// Waits for `delay`.
    pub(super) fn new(call: &'c mut Call<R, D, T>, delay: Span) -> Self {
        let timer = (delay > Span::ZERO).then(|| D::sleep(delay.as_duration()));
        Self { call: Some(call), timer, frame: context::innermost() }
    }

    /// Creates a delay that is over.
    pub(super) const fn over() -> Self {
        Self { call: None, timer: None, frame: None }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Future for WaitFuture<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        let timer = this.timer.as_pin_mut();
        let is_waiting = timer.is_some();
        if timer.is_some_and(|timer| timer.poll(cx).is_ready()) {
            *this.call = None;
        }
        let Some(call) = this.call.as_deref_mut() else { return Poll::Ready(None) };
        // A delay of zero is over at once, unless the call is cancelled.
        let is_cancelled = call.driver.poll_cancelled(cx);
        if is_waiting && !is_cancelled {
            return Poll::Pending;
        }
        let outcome = if is_cancelled { call.stop_retry(StopReason::Cancelled).break_value() } else { None };
        *this.call = None;
        Poll::Ready(outcome)
    }
}
