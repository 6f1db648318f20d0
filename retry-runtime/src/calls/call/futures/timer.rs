//! Timer of a delay: that of the driver, or none in a scope that skips it.

pub(in crate::calls::call) use self::choice::{RaceTimes, Timer, timed, timer, timer_of_driver};

#[cfg(not(feature = "testing"))]
mod choice {
    use retry_core::Moment;
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

    /// Times of a first attempt and its hedge.
    ///
    /// Nothing, because all code has the time of its driver.
    #[derive(Debug)]
    pub(in crate::calls::call) struct RaceTimes;

    #[allow(clippy::inline_always, clippy::unused_self)] // it is nothing
    impl RaceTimes {
        #[inline(always)]
        pub(in crate::calls::call) const fn begin() -> Self {
            Self
        }

        #[inline(always)]
        pub(in crate::calls::call) const fn plan_hedge(&mut self, _: Span, _: fn() -> Moment) {}

        #[inline(always)]
        pub(in crate::calls::call) const fn passes_hedge(&self, _: fn() -> Moment) -> bool {
            false
        }

        #[inline(always)]
        pub(in crate::calls::call) const fn begin_hedge(&mut self) {}

        #[inline(always)]
        pub(in crate::calls::call) fn run<T>(
            &mut self,
            _: bool,
            _: fn() -> Moment,
            run: impl FnOnce() -> T,
            _: impl FnOnce(&T) -> bool,
        ) -> T {
            run()
        }
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
    use retry_core::Moment;
    use retry_core::internal::Span;

    use crate::calls::driver::AsyncDriver;
    use crate::calls::operation::Operation;
    use crate::test_scope::clock::{Timed, ahead};
    use crate::test_scope::race::{self, AttemptTime};

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
                    let Some(left) = *delay else { return Poll::Ready(()) };
                    let is_first_poll = !core::mem::replace(has_yielded, true);
                    if is_first_poll {
                        race::plan(left.as_nanos());
                    }
                    if is_first_poll || !race::may_pass(left.as_nanos()) {
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    *delay = None;
                    Operation::skip(left);
                    Poll::Ready(())
                }
            }
        }
    }

    /// Times of a first attempt and its hedge in a scope.
    #[derive(Debug)]
    pub(in crate::calls::call) struct RaceTimes {
        first: AttemptTime,
        hedge: AttemptTime,
        /// `None` without a hedge to come.
        hedge_at: Option<Moment>,
    }

    impl RaceTimes {
        pub(in crate::calls::call) fn begin() -> Self {
            Self { first: AttemptTime::begin(), hedge: AttemptTime::begin(), hedge_at: None }
        }

        /// Plans the hedge after `delay`.
        pub(in crate::calls::call) fn plan_hedge(&mut self, delay: Span, now: fn() -> Moment) {
            self.hedge_at = Some(now().plus(delay));
        }

        /// Returns whether delays of the first attempt pass the time of the hedge.
        ///
        /// The running code then has that time.
        pub(in crate::calls::call) fn passes_hedge(&self, now: fn() -> Moment) -> bool {
            let Some(left) = self.until_hedge(now) else { return false };
            let is_past = self.first.is_past(ahead().saturating_add(left.as_nanos()));
            if is_past {
                Operation::skip(left);
            }
            is_past
        }

        /// Begins the hedge, or does without it.
        pub(in crate::calls::call) fn begin_hedge(&mut self) {
            (self.hedge, self.hedge_at) = (AttemptTime::begin(), None);
        }

        fn until_hedge(&self, now: fn() -> Moment) -> Option<Span> {
            self.hedge_at.map(|at| at.since(now()))
        }

        /// Runs one attempt in its time. `is_over` decides whether it has ended.
        pub(in crate::calls::call) fn run<T>(
            &mut self,
            is_first: bool,
            now: fn() -> Moment,
            run: impl FnOnce() -> T,
            is_over: impl FnOnce(&T) -> bool,
        ) -> T {
            let hedge_at = self.until_hedge(now).map_or(u64::MAX, |left| ahead().saturating_add(left.as_nanos()));
            let (time, other) = if is_first { (&mut self.first, &self.hedge) } else { (&mut self.hedge, &self.first) };
            let entered = time.enter(other.next().min(hedge_at));
            let result = run();
            time.leave(entered, is_over(&result));
            result
        }
    }

    /// Gives `future` a time of its own inside a scope.
    pub(in crate::calls::call) fn timed<F: Future>(future: F) -> Timed<F> {
        Timed::new(future)
    }
}
