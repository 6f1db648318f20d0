//! The constant data that says when and for how long an operation is retried.

use core::time::Duration;

mod builder;
pub(crate) mod const_check;
pub(crate) mod validate;
mod worst_case;

pub use self::builder::PolicyBuilder;
pub use self::worst_case::WorstCase;
use crate::backoff::Backoff;
use crate::class::{Class, Classes};
use crate::jitter::Jitter;
use crate::units::{NEVER, SECOND, UNBOUNDED};

/// When and for how long an operation is retried: constant data, checked where it is made.
///
/// Three attempts, waits of `exp(100ms, 10s)` under full jitter, hints of up to 60 s and no class are what
/// [`new`](Self::new) gives. A policy in a `const` is checked by the compiler, one from configuration by
/// [`builder`](Self::builder).
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Backoff, Classes, Policy};
///
/// const GENTLE: Policy = Policy::new()
///     .retry_on(Classes::new().transient())
///     .max_attempts(4)
///     .backoff(Backoff::exponential(Duration::from_millis(50), Duration::from_secs(2)));
/// # let _ = GENTLE;
/// ```
///
/// ```compile_fail
/// const WRONG: retry_runtime::Policy = retry_runtime::Policy::new().max_attempts(0);
/// # let _ = WRONG;
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) retry_on: Classes,
    pub(crate) max_attempts: u32,
    pub(crate) jitter: Jitter,
    pub(crate) backoff: Backoff,
    pub(crate) throttled_backoff: Backoff,
    pub(crate) max_retry_after: u64,
    pub(crate) deadline: u64,
    pub(crate) attempt_timeout: u64,
    /// Whether `retry_on` listed a class, whatever `except` took away.
    pub(crate) lists_classes: bool,
    /// Whether `except` took `Timeout`, and with it attempts that their own timeout cut.
    pub(crate) cut_is_final: bool,
    /// Whether a failure is retried on which an inner operation has given up.
    pub(crate) retries_nested: bool,
}

impl Policy {
    /// Three attempts, `exp(100ms, 10s)`, full jitter, `exp(1s, 10s)` after throttling, hints up to 60 s, no class,
    /// no deadline, no timeout.
    pub const fn new() -> Self {
        // A constant, so that the compiler computes it once a crate and not once a function.
        const NEW: Policy = Policy {
            retry_on: Classes::new(),
            max_attempts: 3,
            jitter: Jitter::full(),
            backoff: Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)),
            throttled_backoff: Backoff::exponential(Duration::from_secs(1), Duration::from_secs(10)),
            max_retry_after: 60 * SECOND,
            deadline: NEVER,
            attempt_timeout: NEVER,
            lists_classes: false,
            cut_is_final: false,
            retries_nested: false,
        };
        NEW
    }

    /// Whether a failure of `class` is worth a retry by this policy's classes.
    #[inline]
    pub const fn covers(&self, class: Class) -> bool {
        self.retry_on.contains(class)
    }

    /// The classes that are retried.
    pub const fn classes(&self) -> &Classes {
        &self.retry_on
    }

    /// Whether a failure is retried on which an inner operation has given up; see [`retry_nested`](Self::retry_nested).
    #[doc(hidden)]
    pub const fn retries_nested(&self) -> bool {
        self.retries_nested
    }

    /// The backoff after throttling, and the longest wait that a server may ask for, in nanoseconds.
    #[doc(hidden)]
    pub const fn after_throttling(&self) -> (Backoff, u64) {
        (self.throttled_backoff, self.max_retry_after)
    }

    /// Its backoff and its jitter.
    #[doc(hidden)]
    pub const fn schedule(&self) -> (Backoff, Jitter) {
        (self.backoff, self.jitter)
    }

    /// The most attempts in one call; `u32::MAX` if there is no bound.
    #[doc(hidden)]
    #[inline]
    pub const fn most_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long after its begin a call ends, in nanoseconds; `u64::MAX` if it does not.
    #[doc(hidden)]
    #[inline]
    pub const fn deadline_nanos(&self) -> u64 {
        self.deadline
    }

    /// How long after its begin an attempt is cut, in nanoseconds; `u64::MAX` if it is not.
    #[doc(hidden)]
    #[inline]
    pub const fn attempt_timeout_nanos(&self) -> u64 {
        self.attempt_timeout
    }

    /// The same policy, with an end: one that is `unbounded` without a deadline makes 100 attempts.
    #[doc(hidden)]
    #[must_use]
    pub const fn ending(mut self) -> Self {
        if self.max_attempts == UNBOUNDED && self.deadline == NEVER {
            self.max_attempts = 100;
        }
        self
    }

    /// Whether an attempt is retried that its own timeout cut: if `Timeout` is listed, and where no class is listed.
    pub(crate) const fn retries_cut(&self) -> bool {
        !self.cut_is_final && (!self.lists_classes || self.covers(Class::Timeout))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
