//! Why a call ended.

use core::fmt;

/// Why a call ended. 'The deadline was over' is never mistaken for 'it failed three times'.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// An attempt succeeded.
    Succeeded,
    /// The policy does not retry this failure.
    NotRetryable,
    /// All attempts were used.
    Attempts,
    /// The next attempt would have started after the deadline.
    Deadline,
    /// The server asked for a longer wait than `max_retry_after`.
    RetryAfter,
    /// `cancel` completed.
    Cancelled,
    /// `on_retry` returned an error.
    Hook,
    /// An attempt was cut by its timeout, and none has returned an error yet: what `on_retry` is then shown. The call
    /// goes on.
    AttemptTimeout,
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::NotRetryable => "not retryable",
            Self::Attempts => "no attempts left",
            Self::Deadline => "no time left before the deadline",
            Self::RetryAfter => "the server asked for too long a wait",
            Self::Cancelled => "cancelled",
            Self::Hook => "`on_retry` failed",
            Self::AttemptTimeout => "cut by the attempt's timeout",
        })
    }
}
