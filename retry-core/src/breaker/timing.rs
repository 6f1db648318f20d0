//! Times of attempts, by which a dropped attempt may count as failed.
//!
//! Callers that give up on a service that hangs drop its attempts, and none of them returns an outcome. Callers that
//! leave for reasons of their own drop attempts too. No fixed time separates the two, but the breaker's successes do: a
//! dropped attempt that had run longer than twice their 95th percentile would most likely have failed.

use core::time::Duration;

use crate::breaker::Breaker;
use crate::breaker::permit::{AttemptOutcome, Permit, StateChange};
use crate::class::Class;
use crate::units::{Moment, Span};

impl Breaker {
    /// Starts timing an attempt that does not end at once.
    ///
    /// Its success then teaches the breaker how long successes take, and its drop may count as a failure; see
    /// [`record_dropped`](Self::record_dropped). An attempt that ends at once needs no clock: call this when it first
    /// has to wait. Only the first call for a permit has an effect.
    #[inline]
    pub fn start_timing(&self, permit: &mut Permit, now: impl FnOnce() -> Moment) {
        if !permit.is_timed() {
            self.start_timing_at(permit, now);
        }
    }

    #[cold]
    fn start_timing_at(&self, permit: &mut Permit, now: impl FnOnce() -> Moment) {
        // Slow calls and probes have their start.
        if !self.settings.times_calls() && !permit.is_probe() {
            permit.begun = now();
        }
        permit.set_timed();
    }

    /// Counts an attempt that was dropped, if it ran too long.
    ///
    /// It is a failure of class `Timeout` if it ran longer than [`drop_limit`](Self::drop_limit) since
    /// [`start_timing`](Self::start_timing). Otherwise its permit is released, because callers leave for many reasons.
    ///
    /// ```
    /// use retry_runtime::breaker::{AttemptOutcome, Breaker, State};
    /// use retry_runtime::Moment;
    ///
    /// let at = |millis: u64| move || Moment::from_nanos(millis * 1_000_000);
    /// let breaker = Breaker::consecutive(2);
    /// let begin = || {
    ///     let Ok(mut permit) = breaker.try_acquire(at(0)) else { panic!("closed") };
    ///     breaker.start_timing(&mut permit, at(0));
    ///     permit
    /// };
    /// for _ in 0..100 {
    ///     breaker.record(begin(), AttemptOutcome::Succeeded, at(10), || 0);
    /// }
    /// for _ in 0..9 {
    ///     breaker.record_dropped(begin(), at(40), || 0); // a user left
    /// }
    /// assert_eq!(breaker.state(), State::Closed);
    /// for _ in 0..2 {
    ///     breaker.record_dropped(begin(), at(1000), || 0); // the service hangs
    /// }
    /// assert_eq!(breaker.state(), State::Open);
    /// ```
    pub fn record_dropped(
        &self,
        permit: Permit,
        now: impl Fn() -> Moment,
        random: impl FnMut() -> u64,
    ) -> Option<StateChange> {
        if !self.is_hang(&permit, &now) {
            self.release(permit);
            return None;
        }
        self.record(permit, AttemptOutcome::Failed(Class::Timeout), now, random)
    }

    /// Returns whether the drop of an attempt would count as a failure at `now`.
    #[doc(hidden)]
    pub fn is_hang(&self, permit: &Permit, now: impl FnOnce() -> Moment) -> bool {
        permit.is_timed() && self.times.limit().is_some_and(|limit| now().since(permit.begun) > limit)
    }

    /// Returns the time after which a dropped attempt counts as a failure.
    ///
    /// It is twice the 95th percentile of the successes that had to wait, and at least 50 ms. The result is `None` before
    /// there were 100.
    pub fn drop_limit(&self) -> Option<Duration> {
        self.times.limit().map(Span::as_duration)
    }
}
