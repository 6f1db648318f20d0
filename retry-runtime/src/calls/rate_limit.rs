//! The client-side rate limit before every attempt (feature `governor`).

use core::fmt;
use core::num::NonZeroU32;
use core::time::Duration;
use std::sync::OnceLock;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use retry_core::validate::{self, accept};
use retry_core::{PolicyError, StopReason};

use crate::calls::call::Call;
use crate::calls::call_state::FullState;
use crate::calls::clock;
use crate::calls::driver::Driver;
use crate::outcome::Outcome;

/// So many attempts a second, retries among them: a bound that this process keeps by itself, whatever the service
/// would allow. In a `static`, named by `rate_limit = PATH`.
///
/// An attempt beyond it waits, or ends the call ([`refusing`](Self::refusing)). One that would have to wait until the
/// deadline ends the call at once. The call then has its last error, or one made from
/// [`Stopped`](crate::Stopped), for [`StopReason::RateLimit`].
///
/// The arithmetic is [governor](https://docs.rs/governor)'s generic cell rate algorithm: no lock, one word.
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
    refuses: bool,
    limiter: OnceLock<RateLimiter<NotKeyed, InMemoryState, CallClock, NoOpMiddleware<Nanos>>>,
}

impl RateLimit {
    /// So many attempts a second, as many of them at once; more wait.
    ///
    /// # Panics
    ///
    /// At zero; in a constant the compiler says so.
    #[track_caller]
    pub const fn per_second(attempts: u32) -> Self {
        accept(validate::rate(attempts, 1));
        let rate = at_least_one(attempts);
        Self { rate, burst: rate, refuses: false, limiter: OnceLock::new() }
    }

    /// The same rate, with so many attempts at once after a quiet time.
    ///
    /// # Panics
    ///
    /// At zero; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn burst(mut self, attempts: u32) -> Self {
        accept(validate::rate(1, attempts));
        self.burst = at_least_one(attempts);
        self
    }

    /// [`per_second`](Self::per_second) with its [`burst`](Self::burst), from configuration.
    ///
    /// # Errors
    ///
    /// If either is zero, in the compiler's words.
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

    /// The same limit, where an attempt beyond it does not wait: it ends its call.
    #[must_use]
    pub const fn refusing(mut self) -> Self {
        self.refuses = true;
        self
    }

    /// Takes one attempt, or says how many nanoseconds to wait before one may be there.
    fn check(&self) -> Result<(), u64> {
        let quota = || Quota::per_second(self.rate).allow_burst(self.burst);
        let limiter = self.limiter.get_or_init(|| RateLimiter::direct_with_clock(quota(), CallClock));
        limiter.check().map_err(|not_yet| retry_core::units::from(not_yet.wait_time_from(CallClock.now())))
    }
}

/// As it is said: `per_second(50), burst(5), refusing`.
impl fmt::Display for RateLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "per_second({})", self.rate)?;
        if self.burst != self.rate {
            write!(formatter, ", burst({})", self.burst)?;
        }
        if self.refuses { formatter.write_str(", refusing") } else { Ok(()) }
    }
}

/// Of a number that has passed its rule.
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
            .field("refuses", &self.refuses)
            .finish_non_exhaustive()
    }
}

/// The clock of the calls, so that a paused one stands for the limit too.
#[derive(Clone, Debug)]
struct CallClock;

impl Clock for CallClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_nanos(clock::now()))
    }
}

/// What a call does about its next attempt.
pub(crate) enum Permit {
    Now,
    /// In nanoseconds.
    Wait(u64),
    /// It ends instead.
    Never,
}

impl<R: Outcome, D: Driver> Call<R, D, FullState<'_, R>> {
    pub(crate) fn ask(&mut self, limit: &RateLimit) -> Permit {
        match limit.check() {
            Ok(()) => Permit::Now,
            Err(wait) if limit.refuses || self.is_too_late(wait) => {
                self.state.refused = Some(StopReason::RateLimit);
                Permit::Never
            }
            Err(wait) => Permit::Wait(wait),
        }
    }
}
