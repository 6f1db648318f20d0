//! Limits by class of a policy, and the limits that follow from them.

use crate::class::{ClassLimit, Classes};
use crate::policy::{DEFAULT_ATTEMPTS, Policy, TimedPolicy};
use crate::units::UNBOUNDED;

impl TimedPolicy {
    /// Returns each limit by class, with the classes that it covers.
    ///
    /// ```
    /// use retry_runtime::{ClassLimit, Classes, TimedPolicy};
    ///
    /// let throttled = (Classes::new().throttled(), ClassLimit::attempts(6));
    /// let policy = TimedPolicy::new().retry_on(Classes::new().transient()).limit(throttled.0, throttled.1);
    /// assert!(policy.get_limits().eq([throttled]));
    /// ```
    pub fn get_limits(&self) -> impl Iterator<Item = (Classes, ClassLimit)> {
        let limits = self.limits;
        (0..limits.len()).map(move |index| limits.get(index))
    }

    /// Returns whether a class has a limit.
    #[doc(hidden)]
    #[inline]
    pub const fn has_limits(&self) -> bool {
        !self.limits.is_empty()
    }

    /// Returns whether the policy has `max_attempts`, in addition to limits by class.
    pub(super) const fn has_number_beside_limits(&self) -> bool {
        self.limits.beside_attempts && self.max_attempts != UNBOUNDED
    }

    /// Returns the number of attempts that may fail as a class without a limit.
    ///
    /// The result is [`UNBOUNDED`] if only `max_attempts` limits them.
    pub(crate) const fn others_limit(&self) -> u32 {
        if self.limits.is_empty() || self.limits.beside_attempts { UNBOUNDED } else { DEFAULT_ATTEMPTS }
    }

    /// Returns whether limits by class end each call.
    pub(crate) const fn is_ended_by_limits(&self) -> bool {
        !self.limits.is_empty() && (!self.limits.beside_attempts || !self.has_others())
    }

    /// Returns whether failures are retried that have no limit of their class.
    pub(crate) const fn has_others(&self) -> bool {
        self.limits.beside_others || !self.retry_on.minus(&self.limits.classes()).is_empty()
    }

    /// Returns the largest number of attempts in one call whose number is not set.
    ///
    /// Each limit allows one attempt less than it counts, and then one ends the call.
    pub(crate) const fn attempts_within_limits(&self) -> u32 {
        let mut attempts = if self.has_others() { DEFAULT_ATTEMPTS } else { 1 };
        let mut index = 0;
        while index < self.limits.len() {
            match self.limits.get(index).1.get_attempts() {
                None => return UNBOUNDED,
                Some(counted) => attempts += counted.saturating_sub(1),
            }
            index += 1;
        }
        attempts
    }

    /// Returns the attempts whose retries the own budget holds at rest.
    ///
    /// Limits of time end a call without a number; its budget is that of the default policy.
    #[doc(hidden)]
    #[inline]
    pub const fn budgeted_attempts(&self) -> u32 {
        if self.max_attempts == UNBOUNDED && !self.limits.beside_attempts {
            DEFAULT_ATTEMPTS
        } else {
            self.max_attempts
        }
    }

    /// Counts failures of other classes, which a predicate retries.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_others(mut self) -> Self {
        self.limits.beside_others = true;
        if !self.limits.beside_attempts {
            self.max_attempts = self.attempts_within_limits();
        }
        self
    }
}

impl Policy {
    /// Returns each limit by class, with the classes that it covers.
    ///
    /// See [`TimedPolicy::get_limits`].
    pub fn get_limits(&self) -> impl Iterator<Item = (Classes, ClassLimit)> {
        self.as_timed().get_limits()
    }
}
