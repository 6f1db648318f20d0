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
    /// The server asked for a longer wait than `max_retry_after`, or for none at all.
    RetryAfter,
    /// An inner operation had given up, or retries inside this attempt have used up the attempts of this call or of
    /// one around it.
    Nested,
    /// The budget had no retry to give.
    Budget,
    /// The circuit breaker admitted no attempt.
    Breaker,
    /// The rate limit allowed no attempt in time.
    RateLimit,
    /// The idempotency key is empty, longer than 255 characters, or not printable ASCII: no attempt was made.
    InvalidKey,
    /// Two calls of an operation at one moment would have derived their keys from one, in an order of chance: no attempt
    /// was made.
    ConcurrentKey,
    /// `cancel` completed.
    Cancelled,
    /// `on_retry` returned an error.
    Hook,
    /// An attempt was cut by its timeout, and none has returned an error yet: what `on_retry` is then shown. The call
    /// goes on.
    AttemptTimeout,
}

impl StopReason {
    /// Whether a call that ends so has given up: it would have gone on, had it been allowed to.
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
            Self::Deadline => "no time left before the deadline",
            Self::RetryAfter => "the server asked for too long a wait",
            Self::Nested => "an inner operation had given up",
            Self::Budget => "no retry left in the budget",
            Self::Breaker => "the circuit breaker is open",
            Self::RateLimit => "the rate limit allows no attempt",
            Self::InvalidKey => {
                "the idempotency key is empty, longer than 255 characters, or not printable ASCII; send a UUID, or a hash in hex"
            }
            Self::ConcurrentKey => {
                "another call of this operation runs under the same outer key; give `idempotency_key` an expression that \
                 tells them apart"
            }
            Self::Cancelled => "cancelled",
            Self::Hook => "`on_retry` failed",
            Self::AttemptTimeout => "cut by the attempt's timeout",
        })
    }
}
