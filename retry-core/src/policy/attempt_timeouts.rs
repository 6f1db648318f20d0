//! Attempt timeouts that differ by the number of the attempt.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::backoff::Backoff;
use crate::display::Time;
use crate::error::accept;
use crate::policy::{Policy, TimedPolicy, validate as rule};
use crate::units::{DAY, Span, UNBOUNDED};

impl TimedPolicy {
    /// Sets the end of each attempt by its number.
    ///
    /// Attempt k has the time that a backoff like `timeouts` waits before retry k. The first attempts of a slow service are then cut soon, and the last one has time.
    ///
    /// # Panics
    ///
    /// Panics at a `none`, `fixed` or `custom` backoff, a zero base, a cap below the base, a factor outside 1 to 1000, or more than a
    /// day; in a constant this is a compile error.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, TimedPolicy};
    ///
    /// let seconds = Duration::from_secs;
    /// let policy = TimedPolicy::new().attempt_timeouts(Backoff::exponential(seconds(1), seconds(8)));
    /// assert_eq!(policy.get_attempt_timeout(), Some(seconds(4))); // the longest, of the last of three attempts
    /// ```
    #[must_use]
    #[track_caller]
    pub const fn attempt_timeouts(self, timeouts: Backoff) -> Self {
        accept(rule::attempt_timeouts(&timeouts));
        self.with_attempt_timeouts(timeouts)
    }

    /// Sets the end of each attempt by a function of its number.
    ///
    /// The timeout of the first attempt is known when the call asks for it.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom_attempt_timeouts(self, timeout: fn(u32) -> Duration) -> Self {
        self.with_attempt_timeouts(Backoff::custom(timeout))
    }

    pub(crate) const fn with_attempt_timeouts(mut self, timeouts: Backoff) -> Self {
        self.attempt_timeout = first_of(&timeouts);
        self.attempt_timeouts = Some(timeouts);
        self
    }

    /// Returns the timeout of the attempt with this number, counted from 1.
    #[doc(hidden)]
    pub fn timeout_of(&self, attempt: u32) -> Span {
        match &self.attempt_timeouts {
            None => self.attempt_timeout,
            // A function may give zero, and an attempt without time would end before it begins.
            Some(timeouts) => Span::from_nanos(timeouts.nanos(attempt).max(1)),
        }
    }

    /// Returns whether the timeout differs by the number of the attempt.
    #[doc(hidden)]
    pub const fn has_attempt_timeouts(&self) -> bool {
        self.attempt_timeouts.is_some()
    }

    /// Returns the longest timeout of an attempt; [`Span::NEVER`] if there is none.
    pub(crate) const fn longest_attempt_timeout(&self) -> Span {
        match &self.attempt_timeouts {
            None => self.attempt_timeout,
            Some(timeouts) => Span::from_nanos(known(timeouts, self.max_attempts)),
        }
    }

    /// Returns the longest time that `attempts` run, in nanoseconds.
    ///
    /// The result is zero without a timeout.
    pub(crate) const fn running(&self, attempts: u32) -> u64 {
        let Some(timeouts) = &self.attempt_timeouts else {
            return if self.attempt_timeout.is_never() {
                0
            } else {
                self.attempt_timeout.as_nanos().saturating_mul(attempts as u64)
            };
        };
        if attempts == UNBOUNDED {
            return u64::MAX;
        }
        let (mut sum, mut attempt) = (0_u64, 1);
        while attempt <= attempts {
            sum = sum.saturating_add(known(timeouts, attempt));
            attempt += 1;
        }
        sum
    }

    /// Returns the attempt timeout as an attribute writes it.
    ///
    /// Examples are `2s`, `exp(1s, 8s)` and `none`.
    #[doc(hidden)]
    pub const fn written_attempt_timeout(&self) -> impl Display + use<> {
        Written { timeout: self.attempt_timeout, timeouts: self.attempt_timeouts }
    }
}

impl Policy {
    /// Sets the end of each attempt by its number.
    ///
    /// See [`TimedPolicy::attempt_timeouts`].
    ///
    /// # Panics
    ///
    /// Panics as that does; in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn attempt_timeouts(self, timeouts: Backoff) -> TimedPolicy {
        self.to_timed().attempt_timeouts(timeouts)
    }

    /// Sets the end of each attempt by a function of its number.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom_attempt_timeouts(self, timeout: fn(u32) -> Duration) -> TimedPolicy {
        self.to_timed().custom_attempt_timeouts(timeout)
    }
}

/// Returns the timeout of an attempt in nanoseconds.
///
/// That of `custom` counts as a day.
const fn known(timeouts: &Backoff, attempt: u32) -> u64 {
    match timeouts.known(attempt) {
        Some(timeout) => timeout,
        None => DAY,
    }
}

const fn first_of(timeouts: &Backoff) -> Span {
    Span::from_nanos(known(timeouts, 1))
}

struct Written {
    timeout: Span,
    timeouts: Option<Backoff>,
}

impl Display for Written {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.timeouts {
            Some(timeouts) => timeouts.fmt(formatter),
            None if self.timeout.is_never() => formatter.write_str("none"),
            None => Time(self.timeout.as_nanos()).fmt(formatter),
        }
    }
}
