//! Rules that a breaker must satisfy, each written once.
//!
//! They apply to constants and to the builder.

use core::fmt;
use core::time::Duration;

use crate::breaker::window::ring::MAX_CALLS;
use crate::class::Classes;
use crate::class::validate as class_rule;
use crate::units::{self, DAY};

/// Error of an invalid breaker: what is wrong, and what to write instead.
///
/// ```
/// use retry_runtime::Breaker;
///
/// let error = Breaker::builder().failure_rate(0.0).build().unwrap_err();
/// assert!(error.to_string().starts_with("a rate of a breaker must be above 0"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerError(&'static str);

impl fmt::Display for BreakerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl core::error::Error for BreakerError {}

pub(super) type Rule = Result<(), BreakerError>;

/// Panics with the rule's message if it is broken.
///
/// In a constant this is a compile error.
#[track_caller]
pub(super) const fn accept(rule: Rule) {
    if let Err(BreakerError(message)) = rule {
        panic!("{}", message);
    }
}

const fn holds(holds: bool, message: &'static str) -> Rule {
    if holds { Ok(()) } else { Err(BreakerError(message)) }
}

/// Returns the first broken rule.
const fn both(first: Rule, second: Rule) -> Rule {
    if first.is_err() { first } else { second }
}

pub(super) const fn rate(rate: f64) -> Rule {
    holds(
        rate > 0.0 && rate <= 1.0,
        "a rate of a breaker must be above 0, because at 0 it would always open, and at most 1; write `0.5` for half of the calls",
    )
}

pub(super) const fn window_calls(calls: u32) -> Rule {
    holds(
        calls >= 1 && calls <= MAX_CALLS as u32,
        "`window_calls` must be from 1 to 1000; write such a number, or `window_time` for a window of time",
    )
}

pub(super) const fn consecutive(failures: u32) -> Rule {
    holds(
        failures >= 2 && failures <= 100,
        "`consecutive` must be from 2, because at 1 any single failure opens it, to 100; write `10`, or `5` below 10 calls per \
         second",
    )
}

pub(super) const fn window_time(time: Duration) -> Rule {
    let nanos = units::from(time);
    holds(
        nanos >= 100_000_000 && nanos <= DAY,
        "`window_time` must be from 100 ms to a day; write `10s`, or `window_calls` for a number of calls",
    )
}

pub(super) const fn minimum_calls(calls: u32) -> Rule {
    holds(calls >= 1, "`minimum_calls` of 0 has no effect; write at least 1")
}

/// Checks two settings that were both set.
pub(super) const fn minimum_in_window(minimum: u32, calls: u32) -> Rule {
    holds(
        minimum <= calls,
        "`minimum_calls` is above `window_calls`, so the breaker never opens; write a lower minimum, or a larger window",
    )
}

pub(super) const fn slow_calls(after: Duration, rate: f64) -> Rule {
    let nanos = units::from(after);
    both(
        holds(
            nanos > 0 && nanos <= DAY,
            "`slow_calls` must start above zero and at most at a day; write the time that a good call never takes",
        ),
        self::rate(rate),
    )
}

/// Rejects an open time outside 10 ms to a day.
pub(super) const fn open_for(time: Duration) -> Rule {
    let nanos = units::from(time);
    holds(
        nanos >= 10_000_000 && nanos <= DAY,
        "the open time of a breaker must be from 10 ms to a day; write about `1s`, because a longer one delays recovery",
    )
}

/// Checks two settings that were both set, in nanoseconds.
pub(super) const fn longest(open_for: u64, longest: u64) -> Rule {
    holds(
        open_for <= longest,
        "`longest_open` is below `open_for`; write the time of the first opening as `open_for`, then one at least as long",
    )
}

pub(super) const fn half_open_probes(probes: u32) -> Rule {
    holds(
        probes >= 1 && probes <= 100,
        "`half_open_probes` must be from 1, because at 0 it never closes, to 100; write `3`",
    )
}

pub(super) const fn ignore(classes: &Classes) -> Rule {
    match class_rule::classes(classes) {
        Ok(()) => Ok(()),
        Err(error) => Err(BreakerError(error.message())),
    }
}
