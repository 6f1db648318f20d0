//! Client-side rate limit before every attempt (feature `governor`).

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;
use std::sync::OnceLock;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use retry_core::PolicyError;
use retry_core::internal::Span;
use retry_core::validate::{self, accept};

use crate::calls::env::clock;

/// Client-side limit on attempts per second, retries included.
///
/// Put it in a `static`, and name it by `rate_limit = PATH`.
///
/// An attempt beyond the limit waits, or ends the call if the limit is [`refusing`](Self::refusing). An attempt that would
/// wait past the deadline ends the call at once. Such a call has its last error, or one made from
/// [`Stopped`](crate::Stopped), with [`StopReason::RateLimit`](crate::StopReason::RateLimit).
///
/// The limit is the generic cell rate algorithm of [governor](https://docs.rs/governor): one word, without a lock.
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
    rate: NonZeroU32,
    burst: NonZeroU32,
    is_rejecting: bool,
    limiter: OnceLock<RateLimiter<NotKeyed, InMemoryState, CallClock, NoOpMiddleware<Nanos>>>,
}

impl RateLimit {
    /// Allows `attempts` attempts per second, and as many at once.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero. In a constant this is a compile error.
    #[track_caller]
    pub const fn per_second(attempts: u32) -> Self {
        accept(validate::rate(attempts, 1));
        let rate = at_least_one(attempts);
        Self { rate, burst: rate, is_rejecting: false, limiter: OnceLock::new() }
    }

    /// Sets how many attempts may begin at once after a quiet time.
    ///
    /// # Panics
    ///
    /// If `attempts` is zero. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn burst(mut self, attempts: u32) -> Self {
        accept(validate::rate(1, attempts));
        self.burst = at_least_one(attempts);
        self
    }

    /// Creates a limit from configuration.
    ///
    /// It is like [`per_second`](Self::per_second) with a [`burst`](Self::burst).
    ///
    /// # Errors
    ///
    /// If either is zero. The message is the one of the compile error.
    ///
    /// ```
    /// use retry_runtime::RateLimit;
    ///
    /// assert!(RateLimit::try_per_second(50, 5).is_ok());
    /// assert!(RateLimit::try_per_second(0, 5).unwrap_err().to_string().starts_with("a rate limit of zero"));
    /// ```
    pub fn try_per_second(attempts: u32, burst: u32) -> Result<Self, PolicyError> {
        validate::rate(attempts, burst)?;
        Ok(Self::per_second(attempts).burst(burst))
    }

    /// Ends the call of an attempt beyond the limit, instead of delaying the attempt.
    #[must_use]
    pub const fn refusing(mut self) -> Self {
        self.is_rejecting = true;
        self
    }

    pub(super) const fn is_rejecting(&self) -> bool {
        self.is_rejecting
    }

    /// Takes one attempt.
    ///
    /// # Errors
    ///
    /// The nanoseconds after which the limit may allow one.
    pub(super) fn check(&self) -> Result<(), Span> {
        let quota = || Quota::per_second(self.rate).allow_burst(self.burst);
        let limiter = self.limiter.get_or_init(|| RateLimiter::direct_with_clock(quota(), CallClock));
        limiter.check().map_err(|not_yet| Span::from_duration(not_yet.wait_time_from(CallClock.now())))
    }
}

/// Formats the limit like its constructors: `per_second(50), burst(5)`.
impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "per_second({})", self.rate)?;
        if self.burst != self.rate {
            write!(formatter, ", burst({})", self.burst)?;
        }
        if self.is_rejecting { formatter.write_str(", refusing") } else { Ok(()) }
    }
}

/// Returns a number that has passed its check.
const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimit")
            .field("per_second", &self.rate)
            .field("burst", &self.burst)
            .field("refuses", &self.is_rejecting)
            .finish_non_exhaustive()
    }
}

/// Clock of calls, so that a paused test clock applies to the limit too.
#[derive(Clone, Debug)]
struct CallClock;

impl Clock for CallClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_nanos(clock::now().as_nanos()))
    }
}
