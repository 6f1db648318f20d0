//! Getters of both policies, each written once.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::class::{Class, Classes};
use crate::jitter::Jitter;
use crate::policy::{Policy, TimedPolicy};
use crate::units::UNBOUNDED;

/// Defines each getter for `TimedPolicy`, and for `Policy`, which contains one.
macro_rules! getters {
    ($(
        $(#[$attribute:meta])*
        $name:ident($($argument:ident: $type:ty)?) -> $output:ty |$policy:ident| $value:expr;
    )*) => {
        impl TimedPolicy {
            $(
                $(#[$attribute])*
                pub const fn $name(&self, $($argument: $type)?) -> $output {
                    let $policy = self;
                    $value
                }
            )*
        }

        impl Policy {
            $(
                $(#[$attribute])*
                pub const fn $name(&self, $($argument: $type)?) -> $output {
                    let $policy = self.as_timed();
                    $value
                }
            )*
        }
    };
}

getters! {
    /// Returns whether the policy lists the class of a failure.
    ///
    /// Such a failure is worth a retry.
    #[inline]
    covers(class: Class) -> bool |policy| policy.retry_on.contains(class);

    /// Returns the classes that are retried, without those that `except` removed.
    get_retry_on() -> &Classes |policy| &policy.retry_on;

    /// Returns the largest number of attempts in one call, the first included.
    ///
    /// The result is `None` if there is no limit.
    get_max_attempts() -> Option<u32> |policy| if policy.max_attempts == UNBOUNDED { None } else { Some(policy.max_attempts) };

    /// Returns the backoff.
    get_backoff() -> Backoff |policy| policy.backoff;

    /// Returns the backoff after throttling.
    ///
    /// Throttling is a failure that [`Throttled`](Class::Throttled) covers.
    get_throttled_backoff() -> Backoff |policy| policy.throttled_backoff;

    /// Returns the jitter.
    get_jitter() -> Jitter |policy| policy.jitter;

    /// Returns the longest delay that a server may ask for.
    get_max_retry_after() -> Duration |policy| policy.max_retry_after.as_duration();

    /// Returns the deadline, measured from the start of the call.
    ///
    /// The result is `None` if there is none.
    get_deadline() -> Option<Duration> |policy| policy.deadline.finite();

    /// Returns whether failures are retried on which an inner operation has given up.
    get_retry_nested() -> bool |policy| policy.retries_nested;
}

impl TimedPolicy {
    /// Returns the attempt timeout; `None` if there is none.
    ///
    /// If it differs by the number of the attempt, the result is the longest. A function counts as a day.
    pub const fn get_attempt_timeout(&self) -> Option<Duration> {
        self.longest_attempt_timeout().finite()
    }

    /// Returns the timeouts by the number of the attempt; `None` if all are the same.
    pub const fn get_attempt_timeouts(&self) -> Option<Backoff> {
        self.attempt_timeouts
    }
}
