//! What a breaker is told: constant data, checked where it is made.

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
use crate::units::{self, DAY, NEVER, ONE, SECOND, least};

#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Shares have 32 bits behind the point, cut off: a rate that a count can reach is then reached by it.
    pub(super) failure_rate: u64,
    pub(super) slow_rate: u64,
    /// Nanoseconds; `NEVER` where no call is slow.
    pub(super) slow_after: u64,
    pub(super) window: WindowSize,
    /// The calls of the window where somebody said them.
    window_calls: Option<u32>,
    pub(super) minimum_calls: Option<u32>,
    /// Nanoseconds, where somebody said them.
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
            slow_after: NEVER,
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

    #[allow(clippy::cast_possible_truncation)] // more is refused
    pub(super) const fn window_calls(&mut self, calls: u32) -> Rule {
        self.window = WindowSize::Calls(least(calls as u64, MAX_CALLS as u64) as u16, false);
        self.window_calls = Some(calls);
        match rule::window_calls(calls) {
            Ok(()) => self.minimum_in_window(),
            fault => fault,
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
            fault => fault,
        }
    }

    pub(super) const fn minimum_in_window(&self) -> Rule {
        match (self.minimum_calls, self.window_calls) {
            (Some(minimum), Some(calls)) => rule::minimum_in_window(minimum, calls),
            _ => Ok(()),
        }
    }

    pub(super) const fn slow_calls(&mut self, after: Duration, rate: f64) -> Rule {
        self.slow_after = units::from(after);
        self.slow_rate = share(rate);
        rule::slow_calls(after, rate)
    }

    pub(super) const fn open_for(&mut self, time: Duration) -> Rule {
        self.open_for = Some(units::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            fault => fault,
        }
    }

    pub(super) const fn longest_open(&mut self, time: Duration) -> Rule {
        self.longest_open = Some(units::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            fault => fault,
        }
    }

    pub(super) const fn longest_fits(&self) -> Rule {
        match (self.open_for, self.longest_open) {
            (Some(open_for), Some(longest)) => rule::longest(open_for, longest),
            _ => Ok(()),
        }
    }

    #[allow(clippy::cast_possible_truncation)] // more is refused
    pub(super) const fn half_open_probes(&mut self, probes: u32) -> Rule {
        self.probes = least(probes as u64, 100) as u8;
        rule::half_open_probes(probes)
    }

    pub(super) const fn ignore(&mut self, classes: Classes) -> Rule {
        self.ignore = classes;
        rule::ignore(&classes)
    }

    /// Whether each call's time is asked for.
    #[inline]
    pub(super) const fn times_calls(&self) -> bool {
        self.slow_after != NEVER
    }

    pub(super) const fn window(&self) -> WindowSize {
        match self.window {
            WindowSize::Calls(size, _) => WindowSize::Calls(size, self.times_calls()),
            time @ WindowSize::Time(_) => time,
        }
    }

    /// How an ending counts; `None` if it does not.
    pub(super) fn mark(&self, ending: AttemptOutcome, took: impl FnOnce() -> u64) -> Option<Mark> {
        let failed = match ending {
            AttemptOutcome::Succeeded => false,
            AttemptOutcome::Failed(class) if self.is_failure(class) => true,
            AttemptOutcome::Failed(_) | AttemptOutcome::NestedGiveUp => return None,
        };
        Some(Mark { failed, slow: self.times_calls() && took() > self.slow_after })
    }

    /// A failure that a retry cannot help is an answer to this request alone, and says nothing about the service.
    fn is_failure(&self, class: Class) -> bool {
        match class {
            Class::Permanent => false,
            Class::Status(status) if permanent_status(status, status).is_some() => false,
            class => !self.ignore.contains(class),
        }
    }

    /// Whether there are enough calls to judge a window.
    pub(super) fn is_enough(&self, counts: &Counts) -> bool {
        let minimum = self.minimum_calls.unwrap_or(MINIMUM);
        let most = if let WindowSize::Calls(size, _) = self.window { size.into() } else { u32::MAX };
        counts.calls >= minimum.min(most)
    }

    /// Whether a rate is too high.
    pub(super) const fn is_too_bad(&self, counts: &Counts) -> bool {
        counts.reaches(counts.failed, self.failure_rate)
            || self.times_calls() && counts.reaches(counts.slow, self.slow_rate)
    }

    /// How long it stays open, in nanoseconds, when it opened again `level` times without having closed.
    pub(super) fn open_time(&self, level: u32, chance: impl FnOnce() -> u64) -> u64 {
        let longest = self.longest_open.unwrap_or(least(self.open_for.unwrap_or(SECOND).saturating_mul(2), DAY));
        let open_for = self.open_for.unwrap_or(least(SECOND, longest));
        let backoff = Backoff::exponential(Duration::from_nanos(open_for), Duration::from_nanos(longest));
        Jitter::proportional(0.25).wait(&backoff, level + 1, 0, chance)
    }
}

/// Cut off, so that one call of ten reaches `0.1`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // what does not fit is refused by its rule
const fn share(rate: f64) -> u64 {
    least((rate * ONE as f64) as u64, ONE)
}
