//! Time in whole nanoseconds, and values for 'never' and 'without a limit'.

use core::fmt;
use core::time::Duration;

/// Nanoseconds per second.
pub const SECOND: u64 = 1_000_000_000;
/// Nanoseconds per day: the longest delay.
pub const DAY: u64 = 86_400 * SECOND;
/// Number of attempts of a policy without a limit.
pub const UNBOUNDED: u32 = u32::MAX;
/// One in fixed point with 32 fractional bits.
///
/// Factors of a backoff, shares of a jitter and rates of a breaker have this form.
pub(crate) const ONE: u64 = 1 << 32;
/// Bytes of a cache line.
#[cfg(not(loom))]
#[allow(dead_code, reason = "only constant assertions read it, which Rust before 1.87 does not count")]
pub(crate) const CACHE_LINE: usize = 64;

/// Moment on a monotonic clock: nanoseconds since a fixed origin.
///
/// A clock that starts at zero reaches [`NEVER`](Self::NEVER) after 584 years.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::Moment;
///
/// let now = Moment::from_nanos(500);
/// assert_eq!(now.after(Duration::from_nanos(20)), Moment::from_nanos(520));
/// assert!(now < Moment::NEVER);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Moment(pub(crate) u64);

impl Moment {
    /// The origin of the clock.
    pub const ORIGIN: Self = Self(0);
    /// A moment that never comes: a call without a deadline ends then.
    pub const NEVER: Self = Self(u64::MAX);

    /// Creates the moment that is `nanos` nanoseconds after the origin.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Returns the nanoseconds since the origin.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns the moment that is `duration` later.
    ///
    /// The result is [`NEVER`](Self::NEVER) if that is too far in the future.
    #[must_use]
    pub const fn after(self, duration: Duration) -> Self {
        self.plus(Span::from_duration(duration))
    }

    /// Returns the moment that is `span` later.
    ///
    /// The result is [`NEVER`](Self::NEVER) if that is too far in the future.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// Returns the time since `earlier`; zero if that is later than this moment.
    #[doc(hidden)]
    #[inline]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Returns whether this moment never comes.
    #[inline]
    pub const fn is_never(self) -> bool {
        self.0 == u64::MAX
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() { formatter.write_str("never") } else { write!(formatter, "{}ns", self.0) }
    }
}

/// A length of time in nanoseconds, up to 584 years or without an end.
///
/// A `Duration` has seconds and nanoseconds apart: adding and comparing two, or making one of nanoseconds, costs a
/// call several times as many instructions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Span(pub(crate) u64);

impl Span {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// A length of time without an end: the timeout of an attempt that has none.
    pub const NEVER: Self = Self(u64::MAX);

    /// Creates a span of `nanos` nanoseconds.
    #[inline]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Returns the nanoseconds.
    #[inline]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Converts a duration; one above 584 years becomes [`NEVER`](Self::NEVER).
    #[inline]
    pub const fn from_duration(duration: Duration) -> Self {
        Self(from(duration))
    }

    /// Converts to a duration.
    #[inline]
    pub const fn as_duration(self) -> Duration {
        Duration::from_nanos(self.0)
    }

    /// Converts to a duration; `None` if it has no end.
    pub const fn finite(self) -> Option<Duration> {
        if self.is_never() { None } else { Some(self.as_duration()) }
    }

    /// Returns whether it has no end.
    #[inline]
    pub const fn is_never(self) -> bool {
        self.0 == u64::MAX
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() { formatter.write_str("never") } else { write!(formatter, "{}ns", self.0) }
    }
}

/// Converts a duration to nanoseconds; one above 584 years becomes `u64::MAX`.
// Without a call of `clip`: the compiler interprets this for each duration of each policy.
#[allow(clippy::cast_possible_truncation)] // compared first
#[inline]
pub const fn from(duration: Duration) -> u64 {
    let wide = duration.as_nanos();
    if wide > u64::MAX as u128 { u64::MAX } else { wide as u64 }
}

/// Converts to `u64`; a greater number becomes `u64::MAX`.
#[allow(clippy::cast_possible_truncation)] // compared first
pub const fn clip(wide: u128) -> u64 {
    if wide > u64::MAX as u128 { u64::MAX } else { wide as u64 }
}

/// Returns the lesser of two numbers, also in a constant.
pub const fn least(a: u64, b: u64) -> u64 {
    if a < b { a } else { b }
}
