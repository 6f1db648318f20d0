//! Setters of a policy: each written once, for constants and for values that are read when the program runs.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::class::validate as class_rule;
use crate::class::{Class, Classes};
use crate::error::{self, PolicyError, Rule, accept};
use crate::jitter::Jitter;
use crate::policy::{Policy, validate as rule};
use crate::units::{self, UNBOUNDED};

impl Policy {
    /// A policy from configuration: the same options with the same rules, checked by
    /// [`build`](PolicyBuilder::build), where one attempt is legal.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, Policy};
    ///
    /// # fn main() -> Result<(), retry_runtime::PolicyError> {
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
        accept(class_rule::classes(&classes));
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
        accept(class_rule::classes(&classes));
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
        accept(error::duration(most));
        self.max_retry_after = units::from(most);
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
        accept(error::some_duration(after));
        self.deadline = units::from(after);
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
        accept(error::some_duration(after));
        self.attempt_timeout = units::from(after);
        self
    }

    /// Retries also after failures on which an inner operation has given up; without it they end the call with
    /// [`StopReason::Nested`](crate::StopReason::Nested), so that the retries of layers add and do not multiply.
    #[must_use]
    pub const fn retry_nested(mut self) -> Self {
        self.retries_nested = true;
        self
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
    pub fn build(self) -> Result<Policy, PolicyError> {
        self.fault?;
        rule::policy(&self.policy, false)?;
        Ok(self.policy)
    }

    /// The classes that are retried.
    pub fn retry_on(self, classes: Classes) -> Self {
        self.set(class_rule::classes(&classes), |policy| {
            policy.retry_on = classes;
            policy.lists_classes = !classes.is_empty();
            policy.cut_is_final = false;
        })
    }

    /// The classes that are not retried, taken from those given before.
    pub fn except(self, classes: Classes) -> Self {
        let checked = class_rule::classes(&classes);
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
        self.set(error::duration(most), |policy| policy.max_retry_after = units::from(most))
    }

    /// The end of the whole call: above zero, up to a day.
    pub fn deadline(self, after: Duration) -> Self {
        self.set(error::some_duration(after), |policy| policy.deadline = units::from(after))
    }

    /// The end of one attempt: above zero, up to a day.
    pub fn attempt_timeout(self, after: Duration) -> Self {
        self.set(error::some_duration(after), |policy| policy.attempt_timeout = units::from(after))
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
