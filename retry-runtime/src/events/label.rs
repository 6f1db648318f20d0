//! Words of bounded number: what may become a label.

#[cfg(any(feature = "report", feature = "tracing"))]
use std::borrow::Cow;
#[cfg(any(feature = "report", feature = "tracing"))]
use std::string::ToString;

use crate::Class;
#[cfg(any(feature = "report", feature = "tracing"))]
use crate::StopReason;
#[cfg(any(feature = "report", feature = "tracing"))]
use crate::breaker::State;

/// The class, if its number is bounded: a `Status` is whatever an error says, and an error may say a new one each time.
pub(crate) fn bounded(class: Class) -> Class {
    match class {
        Class::Status(status) if !(100..=599).contains(&status) => Class::Unclassified,
        class => class,
    }
}

#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn of_class(class: Class) -> Cow<'static, str> {
    Cow::Borrowed(match class {
        Class::Timeout => "Timeout",
        Class::Connect => "Connect",
        Class::Disconnected => "Disconnected",
        Class::Throttled => "Throttled",
        Class::Unavailable => "Unavailable",
        Class::Conflict => "Conflict",
        Class::Malformed => "Malformed",
        Class::Permanent => "Permanent",
        class => match bounded(class) {
            status @ Class::Status(_) => return Cow::Owned(status.to_string()),
            _ => "Unclassified",
        },
    })
}

#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn of_reason(reason: StopReason) -> &'static str {
    match reason {
        StopReason::Succeeded => "succeeded",
        StopReason::NotRetryable => "not_retryable",
        StopReason::Attempts => "attempts",
        StopReason::Deadline => "deadline",
        StopReason::RetryAfter => "retry_after",
        StopReason::Nested => "nested",
        StopReason::Budget => "budget",
        StopReason::Breaker => "breaker",
        StopReason::Limit => "limit",
        StopReason::Cancelled => "cancelled",
        StopReason::Hook => "hook",
        StopReason::AttemptTimeout => "attempt_timeout",
        _ => "other",
    }
}

#[cfg(any(feature = "report", feature = "tracing"))]
pub(crate) fn of_state(state: State) -> &'static str {
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

    #[test]
    fn a_status_that_is_none_is_no_label_of_its_own() {
        for status in [0, 99, 600, u16::MAX] {
            assert_eq!(bounded(Class::Status(status)), Class::Unclassified);
        }
        for status in [100, 404, 503, 599] {
            assert_eq!(bounded(Class::Status(status)), Class::Status(status));
        }
    }
}
