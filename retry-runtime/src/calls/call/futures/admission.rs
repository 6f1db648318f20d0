//! The wait for the limits before an attempt, as a future.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use std::sync::Arc;

use pin_project_lite::pin_project;
use retry_core::Moment;

use crate::calls::call::Call;
use crate::calls::call::futures::timer::{Timer, timer, timer_of_driver};
use crate::calls::call::limited::LimitedState;
use crate::calls::context::{self, Frame};
use crate::calls::driver::AsyncDriver;
use crate::outcome::Outcome;

pin_project! {
    /// Waits until the limits allow the next attempt.
    ///
    /// Does not wait if the attempt may begin, or the call is to end.
    #[must_use = "a limit does nothing unless it is awaited"]
    pub(in crate::calls::call) struct AdmissionFuture<'c, 'p, R, D, H>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        call: &'c mut Call<R, D, LimitedState<'p, R, H>>,
        // Time for which the timer was made; the call waits from the first poll on.
        until: Option<Moment>,
        #[pin]
        timer: Option<Timer<D::Sleep>>,
        // Innermost frame when the retry was withdrawn.
        frame: Option<Arc<Frame>>,
    }

    impl<R, D, H> PinnedDrop for AdmissionFuture<'_, '_, R, D, H>
    where
        R: Outcome,
        D: AsyncDriver,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.until.is_some() {
                this.call.leave_limits();
                if this.call.progress().attempt() > 0 {
                    this.call.drop_retry(this.frame.as_ref());
                }
            }
        }
    }
}

impl<'c, 'p, R: Outcome, D: AsyncDriver, H> AdmissionFuture<'c, 'p, R, D, H> {
    pub(in crate::calls::call) fn new(call: &'c mut Call<R, D, LimitedState<'p, R, H>>) -> Self {
        call.reject_if_open();
        Self { call, until: None, timer: None, frame: context::innermost() }
    }
}

impl<R: Outcome, D: AsyncDriver, H> Future for AdmissionFuture<'_, '_, R, D, H> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        while let Some(until) = this.call.step(cx.waker()) {
            if this.until.is_none() {
                this.call.emit_wait(until);
            }
            if *this.until != Some(until) || this.timer.is_none() {
                *this.until = Some(until);
                let left = until.since(D::now());
                // A place becomes free by what other calls do, which takes its time in a scope too.
                let timer = if this.call.state.limits.waits_for_others() {
                    timer_of_driver::<D>(left)
                } else {
                    timer::<D>(this.call.operation, left)
                };
                this.timer.set(Some(timer));
            }
            if this.timer.as_mut().as_pin_mut().is_some_and(|timer| timer.poll(cx).is_pending()) {
                if !this.call.driver.poll_cancelled(cx) {
                    return Poll::Pending;
                }
                this.call.cancel_admission();
                break;
            }
            this.timer.set(None);
        }
        *this.until = None;
        this.timer.set(None);
        Poll::Ready(())
    }
}
