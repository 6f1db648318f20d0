//! The wait before a retry that was drawn for.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use retry_core::StopReason;

use crate::calls::call::Call;
use crate::calls::driver::AsyncDriver;
use crate::calls::track::Track;
use crate::outcome::Outcome;

pin_project! {
    /// Waits: `Some` is what the call ends with, if it is cancelled first. Dropped before it is over, the call gives up,
    /// and what the retry took is given back.
    #[must_use = "a wait does nothing unless it is awaited"]
    pub(super) struct Pause<'c, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: Track<R>,
    {
        call: &'c mut Call<R, D, T>,
        #[pin]
        timer: Option<D::Sleep>,
        is_over: bool,
    }

    impl<R, D, T> PinnedDrop for Pause<'_, R, D, T>
    where
        R: Outcome,
        D: AsyncDriver,
        T: Track<R>,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if !*this.is_over {
                this.call.drop_retry();
            }
        }
    }
}

impl<'c, R: Outcome, D: AsyncDriver, T: Track<R>> Pause<'c, R, D, T> {
    /// Of so many nanoseconds.
    pub(super) fn new(call: &'c mut Call<R, D, T>, wait: u64) -> Self {
        let timer = (wait > 0).then(|| D::sleep(wait));
        Self { call, timer, is_over: false }
    }
}

impl<R: Outcome, D: AsyncDriver, T: Track<R>> Future for Pause<'_, R, D, T> {
    type Output = Option<R>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let this = self.project();
        let timer = this.timer.as_pin_mut();
        // A wait of zero is over at once, unless the call is cancelled.
        let waits = timer.is_some();
        *this.is_over = timer.is_some_and(|timer| timer.poll(cx).is_ready());
        if *this.is_over {
            return Poll::Ready(None);
        }
        let is_cancelled = this.call.driver.poll_cancelled(cx);
        *this.is_over = is_cancelled || !waits;
        if is_cancelled {
            return Poll::Ready(this.call.stop_retry(StopReason::Cancelled).break_value());
        }
        if waits { Poll::Pending } else { Poll::Ready(None) }
    }
}
