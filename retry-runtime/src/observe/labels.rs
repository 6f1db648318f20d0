//! Label values, of which there is a bounded number.

#[cfg(any(feature = "report", feature = "tracing"))]
use std::borrow::Cow;
#[cfg(any(feature = "report", feature = "tracing"))]
use std::string::ToString;

use crate::Class;
#[cfg(any(feature = "report", feature = "tracing"))]
use crate::StopReason;
#[cfg(any(feature = "report", feature = "tracing"))]
use crate::breaker::State;

/// Maps an invalid status to `Unclassified`.
///
/// An error may contain any number, and labels must be bounded.
pub(crate) fn bounded_class(class: Class) -> Class {
    match class {
        Class::Status(status) if !(100..=599).contains(&status) => Class::Unclassified,
        class => class,
    }
}

/// Returns the label of a class, as `Timeout` or `Status(503)`.
#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn class_label(class: Class) -> Cow<'static, str> {
    Cow::Borrowed(match class {
        Class::Timeout => "Timeout",
        Class::Connect => "Connect",
        Class::Disconnected => "Disconnected",
        Class::Throttled => "Throttled",
        Class::Unavailable => "Unavailable",
        Class::Conflict => "Conflict",
        Class::Malformed => "Malformed",
        Class::Permanent => "Permanent",
        class => match bounded_class(class) {
            status @ Class::Status(_) => return Cow::Owned(status.to_string()),
            _ => "Unclassified",
        },
    })
}

/// Returns the label of a stop reason, in snake case.
#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn reason_label(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Succeeded => "succeeded",
        StopReason::NotRetryable => "not_retryable",
        StopReason::Attempts => "attempts",
        StopReason::ClassAttempts => "class_attempts",
        StopReason::ClassTime => "class_time",
        StopReason::Deadline => "deadline",
        StopReason::RetryAfter => "retry_after",
        StopReason::Nested => "nested",
        StopReason::Budget => "budget",
        StopReason::Breaker => "breaker",
        StopReason::RateLimit => "rate_limit",
        StopReason::Pace => "pace",
        StopReason::Concurrency => "concurrency",
        StopReason::InvalidKey => "invalid_key",
        StopReason::ConcurrentKey => "concurrent_key",
        StopReason::Cancelled => "cancelled",
        StopReason::Hook => "hook",
        StopReason::AttemptTimeout => "attempt_timeout",
        _ => "other",
    }
}

/// Returns the label of a breaker state, in snake case.
#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn state_label(state: State) -> &'static str {
    match state {
        State::Closed => "closed",
        State::Open => "open",
        State::HalfOpen => "half_open",
        State::ForcedOpen => "forced_open",
        State::ForcedClosed => "forced_closed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(feature = "report", feature = "tracing"))]
    #[test]
    fn a_key_that_ends_a_call_has_its_own_label() {
        let labels = [StopReason::InvalidKey, StopReason::ConcurrentKey].map(reason_label);
        assert_eq!(labels, ["invalid_key", "concurrent_key"]);
    }

    #[test]
    fn an_invalid_status_is_not_a_label() {
        for status in [0, 99, 600, u16::MAX] {
            assert_eq!(bounded_class(Class::Status(status)), Class::Unclassified);
        }
        for status in [100, 404, 503, 599] {
            assert_eq!(bounded_class(Class::Status(status)), Class::Status(status));
        }
    }
}
