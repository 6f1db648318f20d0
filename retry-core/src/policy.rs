//! The constant data that says when and for how long an operation is retried.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::class::Class;
use crate::classes::Classes;
use crate::jitter::Jitter;
use crate::nanos::{self, SECOND};
use crate::rule::{self, InvalidPolicy, Rule, accept};

/// The end of time, in nanoseconds: no deadline, no timeout.
pub const NEVER: u64 = u64::MAX;
/// The number of attempts without a bound.
pub const UNBOUNDED: u32 = u32::MAX;

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

    /// A policy from configuration: the same options with the same rules, checked by
    /// [`build`](PolicyBuilder::build), where one attempt is legal.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, Policy};
    ///
    /// # fn main() -> Result<(), retry_runtime::InvalidPolicy> {
    /// let (attempts, base) = (5, Duration::from_millis(20)); // from a file
    /// let policy = Policy::builder()
    ///     .retry_on(Classes::new().transient())
    ///     .max_attempts(attempts)
    ///     .backoff(Backoff::exponential(base, Duration::from_secs(1)))
    ///     .build()?;
    /// # let _ = policy;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn builder() -> PolicyBuilder {
        PolicyBuilder { policy: Self::new(), fault: Ok(()) }
    }

    /// The classes that are retried; replaces those there were.
    ///
    /// # Panics
    ///
    /// If the set was given a status outside `400..=599`; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn retry_on(mut self, classes: Classes) -> Self {
        accept(rule::classes(&classes));
        self.retry_on = classes;
        self.lists_classes = !classes.is_empty();
        self.cut_is_final = false;
        self
    }

    /// The classes that are not retried, taken from those there are.
    ///
    /// # Panics
    ///
    /// As [`retry_on`](Self::retry_on).
    #[must_use]
    #[track_caller]
    pub const fn except(mut self, classes: Classes) -> Self {
        accept(rule::classes(&classes));
        self.retry_on = self.retry_on.minus(&classes);
        self.cut_is_final |= classes.contains(Class::Timeout);
        self
    }

    /// The most attempts in one call, the first included: 2 to 100.
    ///
    /// # Panics
    ///
    /// Outside 2 to 100; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        accept(rule::max_attempts(attempts));
        self.max_attempts = attempts;
        self
    }

    /// As many attempts as fit before the deadline, or until the call is cancelled.
    #[must_use]
    pub const fn unbounded(mut self) -> Self {
        self.max_attempts = UNBOUNDED;
        self
    }

    /// The wait before each retry.
    ///
    /// # Panics
    ///
    /// At a zero base, a cap below the base, a factor outside 1 to 1000, more than a day; in a constant the compiler
    /// says so.
    #[must_use]
    #[track_caller]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        accept(rule::backoff(&backoff));
        self.backoff = backoff;
        self
    }

    /// The wait before each retry that follows a failure which [`Throttled`](Class::Throttled) covers.
    ///
    /// # Panics
    ///
    /// As [`backoff`](Self::backoff).
    #[must_use]
    #[track_caller]
    pub const fn throttled_backoff(mut self, backoff: Backoff) -> Self {
        accept(rule::backoff(&backoff));
        self.throttled_backoff = backoff;
        self
    }

    /// How chance spreads the waits.
    ///
    /// # Panics
    ///
    /// At a share outside 0 to 1, or an addition of more than a day; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn jitter(mut self, jitter: Jitter) -> Self {
        accept(rule::jitter(jitter));
        self.jitter = jitter;
        self
    }

    /// The longest wait that a server may ask for; a longer one ends the call.
    ///
    /// # Panics
    ///
    /// Above a day; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn max_retry_after(mut self, most: Duration) -> Self {
        accept(rule::duration(most));
        self.max_retry_after = nanos::from(most);
        self
    }

    /// The end of the whole call, attempts and waits included, counted from its begin.
    ///
    /// # Panics
    ///
    /// At zero or above a day; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn deadline(mut self, after: Duration) -> Self {
        accept(rule::some_duration(after));
        self.deadline = nanos::from(after);
        self
    }

    /// The end of one attempt, counted from its begin.
    ///
    /// # Panics
    ///
    /// At zero or above a day; in a constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn attempt_timeout(mut self, after: Duration) -> Self {
        accept(rule::some_duration(after));
        self.attempt_timeout = nanos::from(after);
        self
    }

    /// Retries also after failures on which an inner operation has given up; without it they end the call with
    /// [`StopReason::Nested`](crate::StopReason::Nested), so that the retries of layers add and do not multiply.
    #[must_use]
    pub const fn retry_nested(mut self) -> Self {
        self.retries_nested = true;
        self
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

/// Makes a [`Policy`] from values that are known when the program runs; see [`Policy::builder`].
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyBuilder {
    policy: Policy,
    /// The first rule that was broken.
    fault: Rule,
}

impl PolicyBuilder {
    /// The policy, with every rule of the compiler's.
    ///
    /// # Errors
    ///
    /// The first rule that was broken, in the compiler's words.
    pub fn build(self) -> Result<Policy, InvalidPolicy> {
        self.fault?;
        rule::policy(&self.policy, false)?;
        Ok(self.policy)
    }

    /// The classes that are retried.
    pub fn retry_on(self, classes: Classes) -> Self {
        self.set(rule::classes(&classes), |policy| {
            policy.retry_on = classes;
            policy.lists_classes = !classes.is_empty();
            policy.cut_is_final = false;
        })
    }

    /// The classes that are not retried, taken from those given before.
    pub fn except(self, classes: Classes) -> Self {
        let checked = rule::classes(&classes);
        self.set(checked, |policy| {
            policy.retry_on = policy.retry_on.minus(&classes);
            policy.cut_is_final |= classes.contains(Class::Timeout);
        })
    }

    /// The most attempts in one call: 1 (no retry) to 100.
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.set(rule::configured_attempts(attempts), |policy| policy.max_attempts = attempts)
    }

    /// As many attempts as fit before the deadline.
    pub fn unbounded(self) -> Self {
        self.set(Ok(()), |policy| policy.max_attempts = UNBOUNDED)
    }

    /// The wait before each retry.
    pub fn backoff(self, backoff: Backoff) -> Self {
        self.set(rule::backoff(&backoff), |policy| policy.backoff = backoff)
    }

    /// The wait before each retry that follows throttling.
    pub fn throttled_backoff(self, backoff: Backoff) -> Self {
        self.set(rule::backoff(&backoff), |policy| policy.throttled_backoff = backoff)
    }

    /// How chance spreads the waits.
    pub fn jitter(self, jitter: Jitter) -> Self {
        self.set(rule::jitter(jitter), |policy| policy.jitter = jitter)
    }

    /// The longest wait that a server may ask for: up to a day.
    pub fn max_retry_after(self, most: Duration) -> Self {
        self.set(rule::duration(most), |policy| policy.max_retry_after = nanos::from(most))
    }

    /// The end of the whole call: above zero, up to a day.
    pub fn deadline(self, after: Duration) -> Self {
        self.set(rule::some_duration(after), |policy| policy.deadline = nanos::from(after))
    }

    /// The end of one attempt: above zero, up to a day.
    pub fn attempt_timeout(self, after: Duration) -> Self {
        self.set(rule::some_duration(after), |policy| policy.attempt_timeout = nanos::from(after))
    }

    /// Retries also after failures on which an inner operation has given up.
    pub fn retry_nested(self) -> Self {
        self.set(Ok(()), |policy| policy.retries_nested = true)
    }

    fn set(mut self, checked: Rule, set: impl FnOnce(&mut Policy)) -> Self {
        self.fault = self.fault.and(checked);
        set(&mut self.policy);
        self
    }
}
