//! The wait before a retry that was drawn for.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::StopReason;

use crate::calls::call::Call;
use crate::calls::call_state::CallState;
use crate::calls::context;
use crate::calls::driver::AsyncDriver;
use crate::calls::frame::Frame;
use crate::outcome::Outcome;

pin_project! {
    /// Delays: `Some` is what the call ends with, if it is cancelled first. Dropped before it is over, the call gives up,
    /// and what the retry took is given back.
    #[must_use = "a wait does nothing unless it is awaited"]
    pub(super) struct Pause<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        // Until it is over.
        call: Option<&'c mut Call<R, D, T>>,
        #[pin]
        timer: Option<D::Sleep>,
        // What was around it when the retry was drawn.
        around: Option<Arc<Frame>>,
    }

    impl<R, D, T> PinnedDrop for Pause<'_, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: CallState<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(call) = this.call {
                call.drop_retry(this.around.as_ref());
            }
        }
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: CallState<R>> Pause<'c, R, D, T> {
    /// Of so many nanoseconds.
    pub(super) fn new(call: &'c mut Call<R, D, T>, wait: u64) -> Self {
        let timer = (wait > 0).then(|| D::sleep(wait));
        Self { call: Some(call), timer, around: context::innermost() }
    }

    /// That is over.
    pub(super) const fn over() -> Self {
        Self { call: None, timer: None, around: None }
    }
}

impl<R: Outcome, D: AsyncDriver, T: CallState<R>> Future for Pause<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        let timer = this.timer.as_pin_mut();
        let waits = timer.is_some();
        if timer.is_some_and(|timer| timer.poll(cx).is_ready()) {
            *this.call = None;
        }
        let Some(call) = this.call.as_deref_mut() else { return Poll::Ready(None) };
        // A wait of zero is over at once, unless the call is cancelled.
        let is_cancelled = call.driver.poll_cancelled(cx);
        if waits && !is_cancelled {
            return Poll::Pending;
        }
        let ended = if is_cancelled { call.stop_retry(StopReason::Cancelled).break_value() } else { None };
        *this.call = None;
        Poll::Ready(ended)
    }
}
