//! One failed attempt, as a decision sees it.

use core::time::Duration;

use crate::breaker::AttemptOutcome;
use crate::class::{Class, Packed};
use crate::policy::TimedPolicy;
use crate::units::Span;

/// One failed attempt, as a decision sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(super) class: Packed,
    /// Delay that the server asked for; zero if it asked for none.
    pub(super) retry_after: Span,
    retryable: Retryable,
    pub(super) is_nested_give_up: bool,
    pub(super) is_paced: bool,
}

/// Source of the answer whether a failure is worth a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Retryable {
    /// The classes of the policy.
    ByClass,
    /// The classes of the policy, for an attempt that ended by its own timeout.
    ByClassAfterTimeout,
    Yes,
    No,
}

impl Failure {
    /// Creates a failure of this class. It is retried if the policy lists the class.
    #[inline]
    pub const fn new(class: Class) -> Self {
        Self {
            class: Packed::new(class),
            retry_after: Span::ZERO,
            retryable: Retryable::ByClass,
            is_nested_give_up: false,
            is_paced: false,
        }
    }

    /// Creates the failure of an attempt that ended by its own timeout.
    ///
    /// It is retried if the policy lists `Timeout`, or lists no class at all.
    pub const fn timed_out() -> Self {
        Self { retryable: Retryable::ByClassAfterTimeout, ..Self::new(Class::Timeout) }
    }

    /// Sets the least delay that the server asked for.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Span::from_duration(delay);
        self
    }

    /// Marks the failure as one on which an inner operation had given up.
    ///
    /// It is not retried unless the policy says [`retry_nested`](TimedPolicy::retry_nested), and no breaker of an outer
    /// operation counts it.
    #[must_use]
    #[inline]
    pub const fn nested_give_up(mut self) -> Self {
        self.is_nested_give_up = true;
        self
    }

    /// Returns whether an inner operation had given up.
    #[inline]
    pub const fn is_nested_give_up(&self) -> bool {
        self.is_nested_give_up
    }

    /// Returns whether the attempt ended by its own timeout.
    #[doc(hidden)]
    pub const fn is_timed_out(&self) -> bool {
        matches!(self.retryable, Retryable::ByClassAfterTimeout)
    }

    /// Returns whether the server has throttled the caller until a time.
    #[doc(hidden)]
    pub const fn is_throttled_until(&self) -> bool {
        self.class.is_throttled() && self.retry_after.as_nanos() != 0
    }

    /// Returns whether the failure has neither a server hint nor a pace.
    ///
    /// Neither has the attempt ended by its own timeout.
    #[doc(hidden)]
    #[inline]
    #[allow(clippy::needless_bitwise_bool)] // one branch instead of three
    pub const fn is_plain(&self) -> bool {
        !self.is_paced & !self.is_timed_out() & (self.retry_after.as_nanos() == 0)
    }

    /// Returns the server hint of a failure by which the service rejects load.
    ///
    /// These are `Throttled`, where it may be zero, and `Unavailable` with a hint. The result is `None` for any other
    /// failure, which says nothing to other callers.
    #[doc(hidden)]
    pub const fn load_rejection(&self) -> Option<Span> {
        let is_unavailable = matches!(self.class(), Class::Unavailable | Class::Status(503));
        let is_rejected = self.class.is_throttled() || is_unavailable && self.retry_after.as_nanos() != 0;
        if is_rejected && !self.is_nested_give_up { Some(self.retry_after) } else { None }
    }

    /// Marks the failure as one after which a pace delays the retry.
    ///
    /// The retry has no delay of its own, and withdraws nothing from a budget.
    #[doc(hidden)]
    #[must_use]
    pub const fn paced(mut self) -> Self {
        self.is_paced = true;
        self
    }

    /// Returns whether a pace delays the retry.
    #[doc(hidden)]
    pub const fn is_paced(&self) -> bool {
        self.is_paced
    }

    /// Returns the class of the failure.
    #[inline]
    pub const fn class(&self) -> Class {
        // Each failure is made with a class.
        match self.class.get() {
            Some(class) => class,
            None => Class::Unclassified,
        }
    }

    /// Returns what a circuit breaker counts.
    ///
    /// The result is `None` if the failure says nothing about the service, because it has no class and is not worth a
    /// retry.
    #[inline]
    pub const fn attempt_outcome(&self) -> Option<AttemptOutcome> {
        match (self.is_nested_give_up, self.class(), self.retryable) {
            (true, ..) => Some(AttemptOutcome::NestedGiveUp),
            (false, Class::Unclassified, Retryable::No) => None,
            (false, class, _) => Some(AttemptOutcome::Failed(class)),
        }
    }

    /// Returns whether the failure is worth a retry.
    #[inline]
    pub(super) const fn is_retryable(&self, policy: &TimedPolicy) -> bool {
        let by_class = matches!(self.retryable, Retryable::ByClass);
        if by_class { policy.retry_on.has(self.class) } else { self.is_retryable_otherwise(policy) }
    }

    /// Answers the seldom cases.
    ///
    /// Apart, so that the common one compiles without a jump table.
    #[cold]
    #[inline(never)]
    const fn is_retryable_otherwise(&self, policy: &TimedPolicy) -> bool {
        match self.retryable {
            Retryable::ByClass => policy.retry_on.has(self.class),
            Retryable::ByClassAfterTimeout => policy.retries_attempt_timeouts(),
            Retryable::Yes => true,
            Retryable::No => false,
        }
    }

    /// Sets whether the failure is worth a retry, whatever classes the policy lists.
    #[must_use]
    pub const fn retryable(mut self, is_retryable: bool) -> Self {
        self.retryable = if is_retryable { Retryable::Yes } else { Retryable::No };
        self
    }
}
