//! Numbers of the last minute.
//!
//! A healthy call reads no clock, so its time is unknown. But every failure and every report records the totals with the
//! current time. The number of calls a minute ago is interpolated between the two samples around that moment: exact to
//! the second while things fail, and assuming a steady rate while nothing fails. Attempts beyond the first, recovered and
//! lost calls are not interpolated, because each of them records a sample.

use std::collections::VecDeque;

use retry_core::units::SECOND;

const MINUTE: u64 = 60 * SECOND;

/// Capacity for samples, rounded up.
///
/// There is one for each second of the minute, one for the current second, and one from before the minute.
const MAX_SAMPLES: usize = 63;

/// Numbers of an operation's last minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LastMinute {
    /// Calls whose first attempt ended or was refused.
    ///
    /// Calls that succeed at once record no time: if nothing failed around the begin of the minute, the number of calls
    /// before it is interpolated from the failures around it.
    pub calls: u64,
    /// Attempts after the first that have ended; exact.
    pub retries: u64,
    /// Calls that succeeded after at least one retry; exact.
    pub recovered: u64,
    /// Calls that failed although a retry might have helped; exact.
    ///
    /// Counts every call that ended without a success, except by [`NotRetryable`](crate::StopReason::NotRetryable) and
    /// [`Cancelled`](crate::StopReason::Cancelled). Calls whose retry the budget denied, and calls that an open breaker
    /// refused, are lost. So are calls whose future was dropped after a failure that scheduled a retry, as by a timeout
    /// around the call. A call that its fallback answered is not lost.
    pub lost: u64,
    /// Calls that would be lost, but for which `fallback` returned a success; exact.
    pub answered_by_fallback: u64,
}

impl LastMinute {
    /// Returns the number of calls that needed a retry.
    ///
    /// They recovered, were lost, or were answered by their fallback.
    pub(crate) const fn needed_a_retry(&self) -> u64 {
        self.recovered.saturating_add(self.lost).saturating_add(self.answered_by_fallback)
    }
}

/// Totals since the process started.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) calls: u64,
    /// Attempts minus calls; negative if calls were refused.
    pub(crate) extra_attempts: i64,
    pub(crate) retries: u64,
    pub(crate) recovered: u64,
    /// Calls that gave up, including those that their fallback answered.
    pub(crate) lost: u64,
    pub(crate) answered_by_fallback: u64,
}

/// Totals at a time, in nanoseconds.
#[derive(Clone, Copy)]
struct Sample {
    at: u64,
    totals: Totals,
}

/// Samples of the last minute, at most one per second.
///
/// The first one is from before the minute.
pub(crate) struct MinuteWindow {
    samples: VecDeque<Sample>,
}

impl MinuteWindow {
    /// Creates a window of an operation whose totals were zero at `first_seen`.
    pub(crate) fn new(first_seen: u64) -> Self {
        let mut samples = VecDeque::with_capacity(MAX_SAMPLES);
        samples.push_back(Sample { at: first_seen, totals: Totals::default() });
        Self { samples }
    }

    /// Records the current totals; replaces a sample of the same second.
    pub(crate) fn record(&mut self, now: u64, totals: Totals) {
        let is_same_second = |sample: &Sample| sample.at / SECOND == now / SECOND;
        if self.samples.len() > 1 && self.samples.back().is_some_and(is_same_second) {
            self.samples.pop_back();
        }
        self.samples.push_back(Sample { at: now, totals });
        let Some(start) = now.checked_sub(MINUTE) else { return };
        while self.samples.get(1).is_some_and(|next| next.at <= start) {
            self.samples.pop_front();
        }
    }

    /// Returns attempts per call in the minute that ends at `now`.
    ///
    /// Returns 1 if no attempt ended in it.
    #[allow(clippy::cast_precision_loss)] // the attempts of a minute are few
    pub(crate) fn amplification(&self, now: u64) -> f64 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else { return 1.0 };
        let calls = self.calls(now);
        let extra = last.totals.extra_attempts.saturating_sub(first.totals.extra_attempts);
        attempts_per_call(calls + extra as f64, calls)
    }

    /// Returns the numbers of the minute that ends at `now`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the calls of a minute are few
    pub(crate) fn last_minute(&self, now: u64) -> LastMinute {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else {
            return LastMinute::default();
        };
        let gave_up = last.totals.lost.saturating_sub(first.totals.lost);
        let answered = last.totals.answered_by_fallback.saturating_sub(first.totals.answered_by_fallback);
        LastMinute {
            calls: self.calls(now).round() as u64,
            retries: last.totals.retries.saturating_sub(first.totals.retries),
            recovered: last.totals.recovered.saturating_sub(first.totals.recovered),
            lost: gave_up.saturating_sub(answered),
            answered_by_fallback: answered,
        }
    }

    /// Returns the number of calls in the minute that ends at `now`, interpolated.
    fn calls(&self, now: u64) -> f64 {
        let (Some(first), Some(last)) = (self.samples.front(), self.samples.back()) else { return 0.0 };
        let next = self.samples.get(1).unwrap_or(first);
        let (start, span) = (now.saturating_sub(MINUTE), next.at.saturating_sub(first.at));
        let fraction = if span == 0 { 0.0 } else { float(start.saturating_sub(first.at)) / float(span) };
        let calls_before =
            float(first.totals.calls) + float(next.totals.calls.saturating_sub(first.totals.calls)) * fraction.min(1.0);
        (float(last.totals.calls) - calls_before).max(0.0)
    }
}

/// Returns attempts per call.
///
/// Counts no calls as one call; returns 1 if there was no attempt either.
pub(crate) fn attempts_per_call(attempts: f64, calls: f64) -> f64 {
    if attempts <= 0.0 && calls <= 0.0 { 1.0 } else { attempts / calls.max(1.0) }
}

/// Converts a count; exact up to 2^52.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(calls: u64, extra_attempts: i64) -> Totals {
        Totals { calls, extra_attempts, ..Totals::default() }
    }

    fn assert_is(window: &MinuteWindow, now: u64, ratio: f64) {
        let found = window.amplification(now * SECOND);
        assert!((found - ratio).abs() < 1e-9, "{found}, not {ratio}");
    }

    #[test]
    fn events_before_the_minute_do_not_count() {
        let mut window = MinuteWindow::new(0);
        window.record(10 * SECOND, totals(10, 20));
        assert_is(&window, 10, 3.0);
        window.record(100 * SECOND, totals(110, 20));
        assert_is(&window, 100, 1.0);
    }

    #[test]
    fn calls_are_interpolated_between_samples_and_retries_are_not() {
        let mut window = MinuteWindow::new(0);
        window.record(120 * SECOND, totals(120, 30));
        assert_is(&window, 120, 90.0 / 60.0);
        window.record(150 * SECOND, totals(150, 30));
        assert_is(&window, 150, 90.0 / 60.0);
    }

    #[test]
    fn the_window_keeps_one_sample_per_second() {
        let mut window = MinuteWindow::new(0);
        for at in 0..10_000_u32 {
            window.record(u64::from(at) * SECOND / 10, totals(at.into(), at.into()));
        }
        assert!(window.samples.len() < MAX_SAMPLES, "{}", window.samples.len());
        assert_is(&window, 999, 2.0);
    }

    #[test]
    fn attempts_of_earlier_calls_are_divided_by_one() {
        let mut window = MinuteWindow::new(0);
        window.record(SECOND, totals(1, 0));
        window.record(90 * SECOND, totals(1, 4));
        assert_is(&window, 90, 4.0);
    }

    #[test]
    fn a_clock_that_goes_back_does_no_harm() {
        let mut window = MinuteWindow::new(100 * SECOND);
        window.record(5 * SECOND, totals(1, 1));
        window.record(0, totals(2, 1));
        assert!(window.amplification(0) >= 1.0);
    }

    #[test]
    fn recovered_and_lost_calls_are_not_interpolated() {
        let mut window = MinuteWindow::new(0);
        let totals = |calls, retries, recovered, lost, answered_by_fallback| Totals {
            calls,
            retries,
            recovered,
            lost,
            answered_by_fallback,
            ..Totals::default()
        };
        window.record(30 * SECOND, totals(300, 9, 4, 7, 2));
        window.record(70 * SECOND, totals(700, 12, 5, 9, 3));
        let minute = LastMinute { calls: 600, retries: 12, recovered: 5, lost: 6, answered_by_fallback: 3 };
        assert_eq!(window.last_minute(70 * SECOND), minute);
        window.record(100 * SECOND, totals(1000, 12, 5, 9, 3));
        let minute = LastMinute { calls: 600, retries: 3, recovered: 1, lost: 1, answered_by_fallback: 1 };
        assert_eq!(window.last_minute(100 * SECOND), minute);
    }
}
