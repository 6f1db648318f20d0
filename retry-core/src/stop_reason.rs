//! Reasons for the end of a call.

use core::fmt;

/// Reason why a call ended.
///
/// It separates, for example, a call that ran out of attempts from one that its budget or its deadline ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// An attempt succeeded.
    Succeeded,
    /// The policy does not retry this failure.
    NotRetryable,
    /// All attempts were used.
    Attempts,
    /// All attempts were used that may fail as the class of the last one.
    ClassAttempts,
    /// The next attempt would have started after the time of a class.
    ///
    /// It is the class of the last failure.
    ClassTime,
    /// The next attempt would have started after the deadline.
    Deadline,
    /// The server asked for no retry, or for a delay above `max_retry_after`.
    RetryAfter,
    /// An inner operation had given up, or no attempt is left for nested retries.
    ///
    /// Retries inside this attempt have then used up the attempts of this call or of one around it.
    Nested,
    /// The budget had no retry left.
    Budget,
    /// The circuit breaker admitted no attempt.
    Breaker,
    /// The rate limit allowed no attempt in time.
    RateLimit,
    /// The service is held by its pace for longer than the call can wait.
    Pace,
    /// The concurrency limit had no place in time.
    Concurrency,
    /// The idempotency key is invalid: no attempt was made.
    ///
    /// It is empty, longer than 255 characters, or not printable ASCII.
    InvalidKey,
    /// Concurrent calls derive their keys from one key: no attempt was made.
    ///
    /// They would derive them in a random order.
    ConcurrentKey,
    /// `cancel` completed.
    Cancelled,
    /// `on_retry` returned an error.
    Hook,
    /// An attempt ended by its timeout, and no attempt has returned an error yet.
    ///
    /// Only `on_retry` receives this reason; the call continues.
    AttemptTimeout,
}

impl StopReason {
    /// Returns whether a call that ends for this reason has given up.
    ///
    /// It would have continued if that had been allowed.
    #[inline]
    pub const fn is_giving_up(self) -> bool {
        !matches!(self, Self::Succeeded | Self::NotRetryable)
    }
}

impl fmt::Display for StopReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Succeeded => "succeeded",
            Self::NotRetryable => "not retryable",
            Self::Attempts => "no attempts left",
            Self::ClassAttempts => "no attempts left for this class of failure",
            Self::ClassTime => "no time left for this class of failure",
            Self::Deadline => "no time left before the deadline",
            Self::RetryAfter => "the server asked for too long a delay",
            Self::Nested => "an inner operation had given up",
            Self::Budget => "no retry left in the budget",
            Self::Breaker => "the circuit breaker is open",
            Self::RateLimit => "the rate limit allows no attempt",
            Self::Pace => "the pace allows no attempt in time",
            Self::Concurrency => {
                "the concurrency limit had no place in time; for a batch give more time, by a longer `deadline` or \
                 a `wait` up to it, as in `concurrency = limit(20, wait = 10s)`"
            }
            Self::InvalidKey => {
                "the idempotency key is empty, longer than 255 characters, or not printable ASCII; send a UUID, or a hash in hex"
            }
            Self::ConcurrentKey => {
                "another call of this operation runs under the same outer key; give `idempotency_key` an expression that \
                 differs between them"
            }
            Self::Cancelled => "cancelled",
            Self::Hook => "`on_retry` failed",
            Self::AttemptTimeout => "the attempt timed out",
        })
    }
}
