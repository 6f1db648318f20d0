//! Client-side rate limit before every attempt.

use core::fmt;
use core::time::Duration;

use retry_core::display::Time;
use retry_core::internal::{Span, TimeSlot, TimeSlots};
use retry_core::units::SECOND;
use retry_core::validate::{accept, apart, rate};
use retry_core::{Moment, PolicyError};

const ONE_SECOND: Span = Span::from_nanos(SECOND);
const ONE_MINUTE: Span = Span::from_nanos(60 * SECOND);

/// Client-side limit on attempts per second or another time, retries included.
///
/// Put it in a `static`, and name it by `rate_limit = PATH`.
///
/// An attempt beyond the limit reserves the next free time and waits until then, or ends the call if the limit is
/// [`refusing`](Self::refusing). So attempts begin in the order in which they asked. A call that is dropped or cancelled
/// while it waits gives its time back. An attempt that would wait for more than half of the time until the deadline ends the
/// call at once. Such a call has its last error, or one made from [`Stopped`](crate::Stopped), with
/// [`StopReason::RateLimit`](crate::StopReason::RateLimit).
///
/// The limit is the generic cell rate algorithm, without a lock or an allocation.
///
/// ```
/// use retry_runtime::{RateLimit, retry};
///
/// static SHOP: RateLimit = RateLimit::per_second(50).burst(5);
///
/// #[retry(retry_on = transient, rate_limit = SHOP)]
/// async fn stock() -> Result<u32, std::io::Error> {
///     Ok(3)
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # assert_eq!(runtime.block_on(stock()).unwrap(), 3);
/// ```
///
/// ```compile_fail
/// static NONE: retry_runtime::RateLimit = retry_runtime::RateLimit::per_second(0);
/// # let _ = &NONE;
/// ```
pub struct RateLimit {
    attempts: u32,
    per: Span,
    burst: u32,
    is_rejecting: bool,
    slots: TimeSlots,
}

impl RateLimit {
    /// Allows `attempts` attempts per second, and as many at once.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero. In a constant this is a compile error.
    #[track_caller]
    pub const fn per_second(attempts: u32) -> Self {
        accept(rate(attempts, ONE_SECOND, attempts));
        Self::new(attempts, ONE_SECOND, attempts)
    }

    /// Allows `attempts` attempts per minute, and as many at once.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero. In a constant this is a compile error.
    ///
    /// ```
    /// use retry_runtime::RateLimit;
    ///
    /// // Ten per second, and never two at once.
    /// static MODEL: RateLimit = RateLimit::per_minute(600).burst(1);
    /// # assert_eq!(MODEL.to_string(), "per_minute(600), burst(1)");
    /// ```
    #[track_caller]
    pub const fn per_minute(attempts: u32) -> Self {
        accept(rate(attempts, ONE_MINUTE, attempts));
        Self::new(attempts, ONE_MINUTE, attempts)
    }

    /// Allows `attempts` attempts per `time`, and as many at once.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero, or `time` is zero or above a day. In a constant this is a compile error.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::RateLimit;
    ///
    /// static REPORTS: RateLimit = RateLimit::per(100, Duration::from_secs(3600)).burst(5);
    /// # assert_eq!(REPORTS.to_string(), "per(100, 1h), burst(5)");
    /// ```
    #[track_caller]
    pub const fn per(attempts: u32, time: Duration) -> Self {
        let per = Span::from_duration(time);
        accept(rate(attempts, per, attempts));
        Self::new(attempts, per, attempts)
    }

    /// Sets how many attempts may begin at once after a quiet time.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero, or so many that the limit allows less in a year. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn burst(self, attempts: u32) -> Self {
        accept(rate(self.attempts, self.per, attempts));
        let limit = Self::new(self.attempts, self.per, attempts);
        if self.is_rejecting { limit.refusing() } else { limit }
    }

    /// Creates a limit from configuration.
    ///
    /// It is like [`per_second`](Self::per_second) with a [`burst`](Self::burst).
    ///
    /// # Errors
    ///
    /// If either is zero, or the burst too large. The message is the one of the compile error.
    ///
    /// ```
    /// use retry_runtime::RateLimit;
    ///
    /// assert!(RateLimit::try_per_second(50, 5).is_ok());
    /// assert!(RateLimit::try_per_second(0, 5).unwrap_err().to_string().starts_with("a rate limit of zero"));
    /// ```
    pub fn try_per_second(attempts: u32, burst: u32) -> Result<Self, PolicyError> {
        Self::try_new(attempts, ONE_SECOND, burst)
    }

    /// Creates a limit from configuration.
    ///
    /// It is like [`per_minute`](Self::per_minute) with a [`burst`](Self::burst).
    ///
    /// # Errors
    ///
    /// If either is zero, or the burst too large. The message is the one of the compile error.
    pub fn try_per_minute(attempts: u32, burst: u32) -> Result<Self, PolicyError> {
        Self::try_new(attempts, ONE_MINUTE, burst)
    }

    /// Creates a limit from configuration.
    ///
    /// It is like [`per`](Self::per) with a [`burst`](Self::burst).
    ///
    /// # Errors
    ///
    /// If a number is zero, the burst too large, or `time` zero or above a day. The message is the one of the compile
    /// error.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::RateLimit;
    ///
    /// assert!(RateLimit::try_per(100, Duration::from_secs(3600), 5).is_ok());
    /// assert!(RateLimit::try_per(100, Duration::ZERO, 5).is_err());
    /// ```
    pub fn try_per(attempts: u32, time: Duration, burst: u32) -> Result<Self, PolicyError> {
        Self::try_new(attempts, Span::from_duration(time), burst)
    }

    fn try_new(attempts: u32, per: Span, burst: u32) -> Result<Self, PolicyError> {
        rate(attempts, per, burst)?;
        Ok(Self::new(attempts, per, burst))
    }

    /// Creates a limit of numbers that have passed their check.
    const fn new(attempts: u32, per: Span, burst: u32) -> Self {
        let slots = TimeSlots::new(apart(attempts, per), burst);
        Self { attempts, per, burst, is_rejecting: false, slots }
    }

    /// Ends the call of an attempt beyond the limit, instead of delaying the attempt.
    #[must_use]
    pub const fn refusing(mut self) -> Self {
        self.is_rejecting = true;
        self
    }

    /// Creates another limit with the same settings, of which nothing is used.
    ///
    /// A keyed rate limit has one for each key.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        let limit = Self::new(self.attempts, self.per, self.burst);
        if self.is_rejecting { limit.refusing() } else { limit }
    }

    /// Reads a limit as its display writes it: `per_second(50), burst(5)`.
    ///
    /// # Errors
    ///
    /// Returns a message that says what to write instead.
    #[cfg(feature = "settings")]
    pub(crate) fn from_text(text: &str) -> Result<Self, std::string::String> {
        use std::string::ToString;
        let usage =
            || std::format!("`{text}` is not a rate limit; write `per_second(50)`, or `per_second(50), burst(5)`");
        let argument = |text: &str, name: &str| {
            let inside = text.trim().strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            Some(std::string::String::from(inside.trim()))
        };
        let count = |text: &str| text.replace('_', "").parse::<u32>().map_err(|_| usage());
        let (rate, burst) = match text.rsplit_once(", burst") {
            Some((rate, burst)) => {
                let burst = burst.trim().strip_prefix('(').and_then(|burst| burst.strip_suffix(')'));
                (rate, Some(count(burst.ok_or_else(usage)?)?))
            }
            None => (text, None),
        };
        let (attempts, per) = if let Some(attempts) = argument(rate, "per_second") {
            (count(&attempts)?, ONE_SECOND)
        } else if let Some(attempts) = argument(rate, "per_minute") {
            (count(&attempts)?, ONE_MINUTE)
        } else {
            let both = argument(rate, "per").ok_or_else(usage)?;
            let (attempts, time) = both.split_once(',').ok_or_else(usage)?;
            let time = retry_core::internal::duration(time.trim()).map_err(|error| error.to_string())?;
            (count(attempts.trim())?, Span::from_duration(time))
        };
        Self::try_new(attempts, per, burst.unwrap_or(attempts)).map_err(|error| error.to_string())
    }

    /// Returns whether it ends the call of an attempt beyond it.
    #[cfg(feature = "settings")]
    pub(crate) const fn is_refusing(&self) -> bool {
        self.is_rejecting
    }

    /// Takes over rate and burst of `other`; `None` restores those of the code.
    #[cfg(feature = "settings")]
    pub(crate) fn tune(&self, other: Option<&Self>) {
        let Self { attempts, per, burst, .. } = *other.unwrap_or(self);
        self.slots.set_distance(apart(attempts, per), burst);
    }

    /// Reserves the slot of one attempt, which falls before `deadline`.
    ///
    /// A limit that refuses has slots at `now` only.
    #[inline]
    pub(super) fn reserve(&self, now: Moment, deadline: Moment) -> Option<TimeSlot> {
        let end = if self.is_rejecting { now.plus(Span::from_nanos(1)).min(deadline) } else { deadline };
        self.slots.reserve(now, end)
    }

    /// Gives back the slot of an attempt that does not begin.
    pub(super) fn give_back(&self, slot: TimeSlot, now: Moment) {
        self.slots.give_back(slot, now);
    }
}

/// Formats the limit like its constructors: `per_second(50), burst(5)`.
impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attempts = self.attempts;
        match self.per {
            ONE_SECOND => write!(formatter, "per_second({attempts})")?,
            ONE_MINUTE => write!(formatter, "per_minute({attempts})")?,
            per => write!(formatter, "per({attempts}, {})", Time(per.as_nanos()))?,
        }
        if self.burst != attempts {
            write!(formatter, ", burst({})", self.burst)?;
        }
        if self.is_rejecting { formatter.write_str(", refusing") } else { Ok(()) }
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimit")
            .field("attempts", &self.attempts)
            .field("per", &self.per.as_duration())
            .field("burst", &self.burst)
            .field("refuses", &self.is_rejecting)
            .finish_non_exhaustive()
    }
}
