//! Timer of a delay: that of the driver, or none in a scope that skips it.

pub(in crate::calls::call) use self::choice::{Timer, timed, timer, timer_of_driver};

#[cfg(not(feature = "testing"))]
mod choice {
    use retry_core::internal::Span;

    use crate::calls::driver::AsyncDriver;
    use crate::calls::operation::Operation;

    /// Timer of a delay.
    pub(in crate::calls::call) type Timer<S> = S;

    /// Returns a timer that completes after `delay`.
    #[inline]
    pub(in crate::calls::call) fn timer<D: AsyncDriver>(_: &Operation, delay: Span) -> Timer<D::Sleep> {
        D::sleep(delay.as_duration())
    }

    /// Returns a timer that completes after `delay`, in scopes too.
    #[inline]
    pub(in crate::calls::call) fn timer_of_driver<D: AsyncDriver>(delay: Span) -> Timer<D::Sleep> {
        D::sleep(delay.as_duration())
    }

    /// Returns `future`, because all code has the time of its driver.
    #[inline(always)]
    #[allow(clippy::inline_always)] // it is nothing
    pub(in crate::calls::call) fn timed<F>(future: F) -> F {
        future
    }
}

#[cfg(feature = "testing")]
mod choice {
    use core::future::Future;
    use core::pin::Pin;
    use core::task::{Context, Poll};

    use pin_project_lite::pin_project;
    use retry_core::internal::Span;

    use crate::calls::driver::AsyncDriver;
    use crate::calls::operation::Operation;
    use crate::test_scope::clock::Timed;

    pin_project! {
        /// Timer of a delay.
        #[project = TimerProj]
        pub(in crate::calls::call) enum Timer<S> {
            Driver { #[pin] timer: S },
            // Passes once other tasks have had their turn. The delay is `None` when it is over.
            Skipped { delay: Option<Span>, has_yielded: bool },
        }
    }

    /// Returns a timer that completes after `delay`.
    pub(in crate::calls::call) fn timer<D: AsyncDriver>(operation: &Operation, delay: Span) -> Timer<D::Sleep> {
        if operation.skips_delays() {
            Timer::Skipped { delay: Some(delay), has_yielded: false }
        } else {
            timer_of_driver::<D>(delay)
        }
    }

    /// Returns a timer that completes after `delay`, in scopes too.
    pub(in crate::calls::call) fn timer_of_driver<D: AsyncDriver>(delay: Span) -> Timer<D::Sleep> {
        Timer::Driver { timer: D::sleep(delay.as_duration()) }
    }

    impl<S: Future<Output = ()>> Future for Timer<S> {
        type Output = ();

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            match self.project() {
                TimerProj::Driver { timer } => timer.poll(cx),
                TimerProj::Skipped { delay, has_yielded } => {
                    if !core::mem::replace(has_yielded, true) {
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    if let Some(delay) = delay.take() {
                        Operation::skip(delay);
                    }
                    Poll::Ready(())
                }
            }
        }
    }

    /// Gives `future` a time of its own inside a scope.
    pub(in crate::calls::call) fn timed<F: Future>(future: F) -> Timed<F> {
        Timed::new(future)
    }
}
