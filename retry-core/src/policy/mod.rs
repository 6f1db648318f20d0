//! Constant data that says when and for how long an operation is retried.

use core::time::Duration;

mod attempt_timeouts;
mod builder;
mod class_limits;
pub(crate) mod const_check;
mod display;
mod getters;
pub(crate) mod parse;
pub(crate) mod validate;
mod worst_case;

pub use self::builder::PolicyBuilder;
pub use self::worst_case::WorstCase;
use crate::backoff::Backoff;
use crate::class::{Class, ClassLimits, Classes};
use crate::jitter::Jitter;
use crate::units::{SECOND, Span, UNBOUNDED};

/// Constant data that says when and for how long an operation is retried.
///
/// [`new`](Self::new) makes three attempts, with delays of `exp(100ms, 10s)` under full jitter and server hints of up to
/// 60 s, and lists no class. The compiler checks a policy in a `const`; [`builder`](Self::builder) checks one from
/// configuration, or a text is [parsed](core::str::FromStr). Each setter has a getter whose name begins with `get_`.
///
/// It has no attempt timeout: [`attempt_timeout`](Self::attempt_timeout) returns a [`TimedPolicy`]. So a function with
/// `policy = ..` of this type needs no `From<Stopped>`, and it may be blocking.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Backoff, Classes, Policy};
///
/// const GENTLE: Policy = Policy::new()
///     .retry_on(Classes::new().transient())
///     .max_attempts(4)
///     .backoff(Backoff::exponential(Duration::from_millis(50), Duration::from_secs(2)));
///
/// assert_eq!(GENTLE.get_max_attempts(), Some(4));
/// assert_eq!(GENTLE.get_deadline(), None);
/// ```
///
/// ```compile_fail
/// const WRONG: retry_runtime::Policy = retry_runtime::Policy::new().max_attempts(0);
/// # let _ = WRONG;
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Policy(TimedPolicy);

impl Policy {
    /// Creates the default policy.
    ///
    /// It makes three attempts and lists no class. The backoff is `exp(100ms, 10s)`, and `exp(1s, 10s)` after throttling,
    /// both under full jitter. Server hints count up to 60 s. There is no deadline.
    pub const fn new() -> Self {
        const NEW: Policy = Policy(TimedPolicy::new());
        NEW
    }

    /// Returns the policy as one that may have an attempt timeout.
    ///
    /// [`Progress`](crate::Progress) takes one.
    pub const fn as_timed(&self) -> &TimedPolicy {
        &self.0
    }

    /// Copies the policy into one that may have an attempt timeout.
    ///
    /// It is `From` in a `const`.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Policy, TimedPolicy};
    ///
    /// const GENTLE: Policy = Policy::new().max_attempts(4);
    /// const TIMED: TimedPolicy = GENTLE.to_timed();
    ///
    /// assert_eq!(TIMED.get_attempt_timeout(), None);
    /// assert_eq!(TIMED.attempt_timeout(Duration::from_secs(2)).get_max_attempts(), Some(4));
    /// ```
    pub const fn to_timed(&self) -> TimedPolicy {
        self.0.to_timed()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Policy> for TimedPolicy {
    fn from(policy: Policy) -> Self {
        policy.0
    }
}

/// Largest number of attempts, unless the policy says otherwise.
pub(crate) const DEFAULT_ATTEMPTS: u32 = 3;

/// [`Policy`] that may have an attempt timeout.
///
/// Such a timeout interrupts an attempt, and the call can end before one returns an error. So an async function with
/// `policy = ..` of this type needs an error with `From<Stopped>`, and a blocking function is refused. A constant without a
/// timeout is accepted everywhere, because the compiler reads its value.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Classes, Policy, TimedPolicy, retry};
///
/// const PATIENT: Policy = Policy::new().retry_on(Classes::new().transient());
/// const HASTY: TimedPolicy = PATIENT.attempt_timeout(Duration::from_secs(2));
///
/// #[retry(policy = HASTY)]
/// async fn load() -> std::io::Result<u32> { // `std::io::Error` has `From<Stopped>`
///     Ok(3)
/// }
///
/// #[retry(policy = PATIENT)]
/// async fn load_any<E: retry_runtime::Classify>() -> Result<u32, E> {
///     Ok(3)
/// }
/// # let _ = (load, load_any::<std::io::Error>);
/// ```
#[derive(Clone)]
pub struct TimedPolicy {
    pub(crate) retry_on: Classes,
    /// Limits by class, which [`retry_on`](Self::retry_on) removes.
    pub(crate) limits: ClassLimits,
    /// Largest number of attempts in one call, whatever they fail as.
    ///
    /// Unless it is set, limits by class decide it.
    pub(crate) max_attempts: u32,
    pub(crate) jitter: Jitter,
    pub(crate) backoff: Backoff,
    pub(crate) throttled_backoff: Backoff,
    pub(crate) max_retry_after: Span,
    pub(crate) deadline: Span,
    /// Timeout of the first attempt.
    pub(crate) attempt_timeout: Span,
    /// Timeouts of the attempts by their number, if they differ.
    pub(crate) attempt_timeouts: Option<Backoff>,
    /// Set if `except` removed classes from listed ones.
    ///
    /// The policy then lists classes, even if none is left.
    pub(crate) removes_classes: bool,
    /// Set if `except` removed `Timeout`.
    ///
    /// Attempts that ended by their own timeout are then not retried.
    pub(crate) removes_timeout: bool,
    pub(crate) retries_nested: bool,
}

impl TimedPolicy {
    /// Creates the default policy.
    ///
    /// It makes three attempts and lists no class. The backoff is `exp(100ms, 10s)`, and `exp(1s, 10s)` after throttling,
    /// both under full jitter. Server hints count up to 60 s. There is no deadline and no attempt timeout.
    pub const fn new() -> Self {
        // A constant, so that the compiler evaluates it once per crate and not once per function.
        const NEW: TimedPolicy = TimedPolicy {
            retry_on: Classes::new(),
            limits: ClassLimits::NONE,
            max_attempts: DEFAULT_ATTEMPTS,
            jitter: Jitter::full(),
            backoff: Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)),
            throttled_backoff: Backoff::exponential(Duration::from_secs(1), Duration::from_secs(10)),
            max_retry_after: Span::from_nanos(60 * SECOND),
            deadline: Span::NEVER,
            attempt_timeout: Span::NEVER,
            attempt_timeouts: None,
            removes_classes: false,
            removes_timeout: false,
            retries_nested: false,
        };
        NEW
    }

    /// Copies the policy.
    ///
    /// The attribute prints it for a constant of either type.
    #[doc(hidden)]
    #[must_use]
    pub const fn to_timed(&self) -> Self {
        Self { ..*self }
    }

    /// Returns whether the policy interrupts attempts.
    #[doc(hidden)]
    pub const fn cuts(&self) -> bool {
        !self.attempt_timeout.is_never()
    }

    /// Returns the largest number of attempts in one call.
    ///
    /// The result is [`UNBOUNDED`] if there is no limit.
    #[doc(hidden)]
    #[inline]
    pub const fn attempt_limit(&self) -> u32 {
        self.max_attempts
    }

    /// Returns the deadline, measured from the start of the call.
    ///
    /// The result is [`Span::NEVER`] if there is none.
    #[doc(hidden)]
    #[inline]
    pub const fn deadline_span(&self) -> Span {
        self.deadline
    }

    /// Returns the longest delay that a server may ask for.
    #[doc(hidden)]
    #[inline]
    pub const fn max_retry_after_span(&self) -> Span {
        self.max_retry_after
    }

    /// Returns the timeout of the first attempt; [`Span::NEVER`] if there is none.
    #[doc(hidden)]
    #[inline]
    pub const fn attempt_timeout_span(&self) -> Span {
        self.attempt_timeout
    }

    /// Limits the attempts to 100 if neither attempts nor deadline are limited.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_an_end(mut self) -> Self {
        if self.max_attempts == UNBOUNDED && self.deadline.is_never() && !self.is_ended_by_limits() {
            self.max_attempts = 100;
            self.limits.beside_attempts = true;
        }
        self
    }

    /// Limits the attempts to `max_attempts`, of which one is legal.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_attempts_at_most(mut self, max_attempts: u32) -> Self {
        if max_attempts < self.max_attempts {
            self.max_attempts = max_attempts;
            self.limits.beside_attempts = true;
        }
        self
    }

    /// Returns whether attempts are retried that ended by their own timeout.
    ///
    /// They are if `Timeout` is listed, or if no class is.
    pub(crate) const fn retries_attempt_timeouts(&self) -> bool {
        !self.removes_timeout && (!self.lists_classes() || self.covers(Class::Timeout))
    }

    /// Returns whether classes were listed, even if none is left.
    const fn lists_classes(&self) -> bool {
        self.removes_classes || !self.retry_on.is_empty()
    }
}

/// Two policies are equal if they decide the same for every outcome.
impl PartialEq for TimedPolicy {
    fn eq(&self, other: &Self) -> bool {
        let limits = |policy: &Self| {
            (
                policy.max_attempts,
                policy.max_retry_after,
                policy.deadline,
                policy.attempt_timeout,
                policy.attempt_timeouts,
                policy.retries_nested,
            )
        };
        let removed = |policy: &Self| (policy.lists_classes(), policy.removes_timeout, policy.others_limit());
        (self.retry_on, removed(self), limits(self)) == (other.retry_on, removed(other), limits(other))
            && self.get_limits().eq(other.get_limits())
            && (self.jitter, self.backoff, self.throttled_backoff)
                == (other.jitter, other.backoff, other.throttled_backoff)
    }
}

impl Eq for TimedPolicy {}

impl Default for TimedPolicy {
    fn default() -> Self {
        Self::new()
    }
}
