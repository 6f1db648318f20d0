//! Settings of a breaker: constant data, checked where it is made.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::breaker::permit::{AttemptOutcome, StateChange};
use crate::breaker::validate::{self as rule, Rule};
use crate::breaker::window::WindowSize;
use crate::breaker::window::counts::{Counts, Mark};
use crate::breaker::window::ring::{BUCKETS, MAX_CALLS};
use crate::class::validate::permanent_status;
use crate::class::{Class, Classes};
use crate::jitter::Jitter;
use crate::units::{self, DAY, ONE, SECOND, Span, least};

#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// Share with 32 fractional bits, truncated.
    ///
    /// A count of exactly that share then reaches it.
    pub(super) failure_rate: u64,
    pub(super) slow_rate: u64,
    /// Time after which an attempt is slow; `NEVER` if none is.
    pub(super) slow_after: Span,
    pub(super) window: WindowSize,
    /// Attempts of the window, if they were set.
    window_calls: Option<u32>,
    pub(super) minimum_calls: Option<u32>,
    /// Nanoseconds, if they were set.
    pub(super) open_for: Option<u64>,
    pub(super) longest_open: Option<u64>,
    pub(super) probes: u8,
    pub(super) ignore: Classes,
    pub(super) on_change: Option<fn(&StateChange)>,
}

const MINIMUM: u32 = 20;
const CALLS: u16 = if MAX_CALLS < 100 { MAX_CALLS } else { 100 };

impl Settings {
    pub(super) const fn new() -> Self {
        Self {
            failure_rate: ONE / 2,
            slow_rate: ONE,
            slow_after: Span::NEVER,
            window: WindowSize::Calls(CALLS, false),
            window_calls: None,
            minimum_calls: None,
            open_for: None,
            longest_open: None,
            probes: 3,
            ignore: Classes::new(),
            on_change: None,
        }
    }

    pub(super) const fn failure_rate(&mut self, rate: f64) -> Rule {
        self.failure_rate = share(rate);
        rule::rate(rate)
    }

    pub(super) const fn consecutive(&mut self, failures: u32) -> Rule {
        self.failure_rate = ONE;
        self.minimum_calls = Some(failures);
        // The message must name the option that was written.
        let _ = self.window_calls(failures);
        rule::consecutive(failures)
    }

    /// Returns the number of consecutive failures that open it.
    ///
    /// The result is `None` unless only a full window of failures opens it.
    pub(super) const fn get_consecutive(&self) -> Option<u32> {
        let WindowSize::Calls(size, _) = self.window else { return None };
        let size = size as u32;
        let is_full = match self.minimum_calls {
            Some(minimum) => minimum >= size,
            None => size <= MINIMUM,
        };
        if is_full && self.failure_rate == ONE { Some(size) } else { None }
    }

    /// Returns the first open time and the longest one in nanoseconds, before jitter.
    pub(super) fn open_times(&self) -> (u64, u64) {
        let longest = self.longest_open.unwrap_or(least(self.open_for.unwrap_or(SECOND).saturating_mul(2), DAY));
        (self.open_for.unwrap_or(least(SECOND, longest)), longest)
    }

    #[allow(clippy::cast_possible_truncation)] // its rule rejects more
    pub(super) const fn window_calls(&mut self, calls: u32) -> Rule {
        self.window = WindowSize::Calls(least(calls as u64, MAX_CALLS as u64) as u16, false);
        self.window_calls = Some(calls);
        match rule::window_calls(calls) {
            Ok(()) => self.minimum_in_window(),
            broken => broken,
        }
    }

    pub(super) const fn window_time(&mut self, time: Duration) -> Rule {
        self.window = WindowSize::Time(least(units::from(time), DAY).div_ceil(BUCKETS));
        self.window_calls = None;
        rule::window_time(time)
    }

    pub(super) const fn minimum_calls(&mut self, calls: u32) -> Rule {
        self.minimum_calls = Some(calls);
        match rule::minimum_calls(calls) {
            Ok(()) => self.minimum_in_window(),
            broken => broken,
        }
    }

    pub(super) const fn minimum_in_window(&self) -> Rule {
        match (self.minimum_calls, self.window_calls) {
            (Some(minimum), Some(calls)) => rule::minimum_in_window(minimum, calls),
            _ => Ok(()),
        }
    }

    pub(super) const fn slow_calls(&mut self, after: Duration, rate: f64) -> Rule {
        self.slow_after = Span::from_duration(after);
        self.slow_rate = share(rate);
        rule::slow_calls(after, rate)
    }

    pub(super) const fn open_for(&mut self, time: Duration) -> Rule {
        self.open_for = Some(units::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            broken => broken,
        }
    }

    pub(super) const fn longest_open(&mut self, time: Duration) -> Rule {
        self.longest_open = Some(units::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            broken => broken,
        }
    }

    pub(super) const fn longest_fits(&self) -> Rule {
        match (self.open_for, self.longest_open) {
            (Some(open_for), Some(longest)) => rule::longest(open_for, longest),
            _ => Ok(()),
        }
    }

    #[allow(clippy::cast_possible_truncation)] // its rule rejects more
    pub(super) const fn half_open_probes(&mut self, probes: u32) -> Rule {
        self.probes = least(probes as u64, 100) as u8;
        rule::half_open_probes(probes)
    }

    pub(super) const fn ignore(&mut self, classes: Classes) -> Rule {
        self.ignore = classes;
        rule::ignore(&classes)
    }

    /// Returns whether attempts are timed.
    #[inline]
    pub(super) const fn times_calls(&self) -> bool {
        !self.slow_after.is_never()
    }

    pub(super) const fn window(&self) -> WindowSize {
        match self.window {
            WindowSize::Calls(size, _) => WindowSize::Calls(size, self.times_calls()),
            time @ WindowSize::Time(_) => time,
        }
    }

    /// Returns the contribution of an outcome to the counts.
    ///
    /// The result is `None` if it does not count.
    pub(super) fn mark(&self, outcome: AttemptOutcome, took: impl FnOnce() -> Span) -> Option<Mark> {
        let failed = match outcome {
            AttemptOutcome::Succeeded => false,
            AttemptOutcome::Failed(class) if self.is_failure(class) => true,
            AttemptOutcome::Failed(_) | AttemptOutcome::NestedGiveUp => return None,
        };
        Some(Mark { failed, slow: self.times_calls() && took() > self.slow_after })
    }

    /// Returns whether a failure counts.
    ///
    /// One that a retry cannot help concerns this request, not the service.
    fn is_failure(&self, class: Class) -> bool {
        match class {
            Class::Permanent => false,
            Class::Status(status) if permanent_status(status, status).is_some() => false,
            class => !self.ignore.contains(class),
        }
    }

    /// Returns whether there are enough attempts to compute a rate.
    pub(super) fn is_enough(&self, counts: &Counts) -> bool {
        let minimum = self.minimum_calls.unwrap_or(MINIMUM);
        let most = if let WindowSize::Calls(size, _) = self.window { size.into() } else { u32::MAX };
        counts.calls >= minimum.min(most)
    }

    /// Returns whether a rate has reached its limit.
    pub(super) const fn is_too_bad(&self, counts: &Counts) -> bool {
        counts.reaches(counts.failed, self.failure_rate)
            || self.times_calls() && counts.reaches(counts.slow, self.slow_rate)
    }

    /// Returns the open time after `level` openings without a closed period.
    pub(super) fn open_time(&self, level: u32, random: impl FnOnce() -> u64) -> Span {
        let (open_for, longest) = self.open_times();
        let backoff = Backoff::exponential(Duration::from_nanos(open_for), Duration::from_nanos(longest));
        Jitter::proportional(0.25).delay(&backoff, level + 1, Span::ZERO, random)
    }
}

/// Converts a rate to 32 fractional bits, truncated.
///
/// One attempt of ten then reaches `0.1`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // its rule rejects what does not fit
const fn share(rate: f64) -> u64 {
    least((rate * ONE as f64) as u64, ONE)
}
