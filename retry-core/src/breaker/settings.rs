//! What a breaker is told: constant data, checked where it is made.

mod written;

use core::time::Duration;

use super::counts::{Counts, Mark};
use super::receipt::{Change, Ending};
use super::rule::{self, InvalidBreaker, Rule, accept};
use super::time::BUCKETS;
use super::{Breaker, calls};
use crate::backoff::{Backoff, ONE};
use crate::class::Class;
use crate::classes::Classes;
use crate::jitter::Jitter;
use crate::nanos::{self, DAY, SECOND, least};
use crate::policy::NEVER;
use crate::rule::permanent_status;

/// How much a window holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    /// So many, and whether each is timed.
    Calls(u16, bool),
    /// Nanoseconds a bucket.
    Time(u64),
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    /// Shares have 32 bits behind the point, cut off: a rate that a count can reach is then reached by it.
    failure_rate: u64,
    slow_rate: u64,
    /// Nanoseconds; `NEVER` where no call is slow.
    slow_after: u64,
    span: Span,
    /// The calls of the window where somebody said them.
    window_calls: Option<u32>,
    minimum_calls: Option<u32>,
    /// Nanoseconds, where somebody said them.
    open_for: Option<u64>,
    longest_open: Option<u64>,
    pub(super) probes: u8,
    ignore: Classes,
    pub(super) on_change: Option<fn(&Change)>,
}

const MINIMUM: u32 = 20;
const CALLS: u16 = if calls::MOST < 100 { calls::MOST } else { 100 };

impl Settings {
    pub(super) const fn new() -> Self {
        Self {
            failure_rate: ONE / 2,
            slow_rate: ONE,
            slow_after: NEVER,
            span: Span::Calls(CALLS, false),
            window_calls: None,
            minimum_calls: None,
            open_for: None,
            longest_open: None,
            probes: 3,
            ignore: Classes::new(),
            on_change: None,
        }
    }

    const fn failure_rate(&mut self, rate: f64) -> Rule {
        self.failure_rate = share(rate);
        rule::rate(rate)
    }

    #[allow(clippy::cast_possible_truncation)] // more is refused
    const fn window_calls(&mut self, calls: u32) -> Rule {
        self.span = Span::Calls(least(calls as u64, calls::MOST as u64) as u16, false);
        self.window_calls = Some(calls);
        match rule::window_calls(calls) {
            Ok(()) => self.minimum_in_window(),
            fault => fault,
        }
    }

    const fn window_time(&mut self, time: Duration) -> Rule {
        self.span = Span::Time(least(nanos::from(time), DAY).div_ceil(BUCKETS));
        self.window_calls = None;
        rule::window_time(time)
    }

    const fn minimum_calls(&mut self, calls: u32) -> Rule {
        self.minimum_calls = Some(calls);
        match rule::minimum_calls(calls) {
            Ok(()) => self.minimum_in_window(),
            fault => fault,
        }
    }

    const fn minimum_in_window(&self) -> Rule {
        match (self.minimum_calls, self.window_calls) {
            (Some(minimum), Some(calls)) => rule::minimum_in_window(minimum, calls),
            _ => Ok(()),
        }
    }

    const fn slow_calls(&mut self, after: Duration, rate: f64) -> Rule {
        self.slow_after = nanos::from(after);
        self.slow_rate = share(rate);
        rule::slow_calls(after, rate)
    }

    const fn open_for(&mut self, time: Duration) -> Rule {
        self.open_for = Some(nanos::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            fault => fault,
        }
    }

    const fn longest_open(&mut self, time: Duration) -> Rule {
        self.longest_open = Some(nanos::from(time));
        match rule::open_for(time) {
            Ok(()) => self.longest_fits(),
            fault => fault,
        }
    }

    const fn longest_fits(&self) -> Rule {
        match (self.open_for, self.longest_open) {
            (Some(open_for), Some(longest)) => rule::longest(open_for, longest),
            _ => Ok(()),
        }
    }

    #[allow(clippy::cast_possible_truncation)] // more is refused
    const fn half_open_probes(&mut self, probes: u32) -> Rule {
        self.probes = least(probes as u64, 100) as u8;
        rule::half_open_probes(probes)
    }

    const fn ignore(&mut self, classes: Classes) -> Rule {
        self.ignore = classes;
        rule::ignore(&classes)
    }

    /// Whether each call's time is asked for.
    #[inline]
    pub(super) const fn times_calls(&self) -> bool {
        self.slow_after != NEVER
    }

    pub(super) const fn span(&self) -> Span {
        match self.span {
            Span::Calls(size, _) => Span::Calls(size, self.times_calls()),
            time @ Span::Time(_) => time,
        }
    }

    /// How an ending counts; `None` if it does not.
    pub(super) fn mark(&self, ending: Ending, took: impl FnOnce() -> u64) -> Option<Mark> {
        let failed = match ending {
            Ending::Succeeded => false,
            Ending::Failed(class) if self.is_failure(class) => true,
            Ending::Failed(_) | Ending::GaveUpBelow => return None,
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
        let most = if let Span::Calls(size, _) = self.span { size.into() } else { u32::MAX };
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

/// Makes a [`Breaker`] from values that are known when the program runs; see [`Breaker::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct BreakerBuilder {
    settings: Settings,
    /// The first rule that was broken.
    fault: Rule,
}

impl Breaker {
    /// A breaker from configuration: the same options with the same rules, checked by
    /// [`build`](BreakerBuilder::build).
    ///
    /// ```
    /// use retry_runtime::Breaker;
    ///
    /// # fn main() -> Result<(), retry_runtime::InvalidBreaker> {
    /// let rate = 0.3; // from a file
    /// let breaker = Breaker::builder().failure_rate(rate).window_calls(50).build()?;
    /// # let _ = breaker;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn builder() -> BreakerBuilder {
        BreakerBuilder { settings: Settings::new(), fault: Ok(()) }
    }
}

impl Breaker {
    /// Calls this with each change of state, on the thread that changed it, once the state is there for all: for a log
    /// line or an alarm. It should be quick, since a call waits for it.
    ///
    /// ```
    /// use retry_runtime::breaker::{Breaker, State};
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// static OPENED: AtomicU32 = AtomicU32::new(0);
    /// static SHOP: Breaker = Breaker::new().on_change(|change| {
    ///     if matches!(change.to(), State::Open | State::ForcedOpen) {
    ///         OPENED.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// });
    ///
    /// SHOP.force_open();
    /// assert_eq!(OPENED.load(Ordering::Relaxed), 1);
    /// ```
    #[must_use]
    pub const fn on_change(mut self, hook: fn(&Change)) -> Self {
        self.settings.on_change = Some(hook);
        self
    }
}

impl BreakerBuilder {
    /// Calls this with each change of state; see [`Breaker::on_change`].
    pub const fn on_change(mut self, hook: fn(&Change)) -> Self {
        self.settings.on_change = Some(hook);
        self
    }

    /// The breaker, with every rule of the compiler's.
    ///
    /// # Errors
    ///
    /// The first rule that was broken, in the compiler's words.
    pub fn build(self) -> Result<Breaker, InvalidBreaker> {
        self.fault.map(|()| Breaker::closed(self.settings))
    }
}

/// One option of both ways to make a breaker.
macro_rules! options {
    ($($(#[doc = $doc:literal])* #[panics = $panics:literal] $name:ident($($argument:ident: $type:ty),*);)*) => {
        impl Breaker {
            $(
                $(#[doc = $doc])*
                ///
                /// # Panics
                ///
                #[doc = concat!($panics, "; in a constant the compiler says so.")]
                #[must_use]
                #[track_caller]
                pub const fn $name(mut self, $($argument: $type),*) -> Self {
                    accept(self.settings.$name($($argument),*));
                    self
                }
            )*
        }

        impl BreakerBuilder {
            $(
                $(#[doc = $doc])*
                pub fn $name(mut self, $($argument: $type),*) -> Self {
                    let checked = self.settings.$name($($argument),*);
                    self.fault = self.fault.and(checked);
                    self
                }
            )*
        }
    };
}

options! {
    /// It opens when at least this share of the calls in the window failed: above 0, at most 1. Half unless said
    /// otherwise.
    #[panics = "At a rate that is not above 0 and at most 1"]
    failure_rate(rate: f64);

    /// The window is the last so many calls: 1 to 1000. It is exact, and the window of 100 calls is the default.
    ///
    /// A breaker has one window: of `window_calls` and `window_time`, the last one said is it.
    #[panics = "Outside 1 to 1000, or below the minimum of calls"]
    window_calls(calls: u32);

    /// The window is the calls of the last so much time: 100 ms to a day. It slides by a fortieth of it.
    ///
    /// Every call then reads the clock, and writes memory that all threads share; `window_calls` does neither while
    /// all goes well.
    #[panics = "Outside 100 ms to a day"]
    window_time(time: Duration);

    /// No rate is judged by fewer calls: 20, unless said otherwise or the window holds fewer.
    #[panics = "At zero, or above the calls of the window"]
    minimum_calls(calls: u32);

    /// A call that takes longer than `after`, failed or not, is slow; it opens when at least this share of the calls
    /// in the window was slow. No call is slow unless this is said, and then every call reads the clock twice.
    #[panics = "At a time of zero or above a day, or a rate that is not above 0 and at most 1"]
    slow_calls(after: Duration, rate: f64);

    /// How long it stays open when it was closed before: 10 ms to a day, 1 s unless said otherwise, each time 25 %
    /// more or less by chance, so that the processes of a fleet do not probe as one.
    ///
    /// Recovery comes later by about this time, twice it after a hang: in a simulated chain of services whose outage
    /// ends, every call works again after 1 to 3 s with 1 s, after 7 to 11 s with 5 s.
    #[panics = "Outside 10 ms to a day, or above `longest_open`"]
    open_for(time: Duration);

    /// The longest that it stays open, jitter included: its open time doubles each time that probes fail, up to this.
    /// Twice `open_for` unless said otherwise, for its reason.
    #[panics = "Outside 10 ms to a day, or below `open_for`"]
    longest_open(time: Duration);

    /// When the open time is over, so many calls are admitted: 1 to 100, 3 unless said otherwise. What they end in
    /// closes or opens it, by the same rates.
    #[panics = "Outside 1 to 100"]
    half_open_probes(probes: u32);

    /// Failures of these classes are not counted, neither as failures nor as calls.
    ///
    /// `Permanent`, and the statuses that a retry cannot help such as 404, never are: they answer one request and say
    /// nothing about the service.
    #[panics = "If the set was given a status outside `400..=599`"]
    ignore(classes: Classes);
}
