//! Names of options in other libraries.

use crate::syntax::translation::{snake, unit_of};

/// Meaning of an option of another library.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Attempts,
    Retries,
    /// A whole strategy: delays and their number.
    Strategy,
    Delay,
    Base,
    Cap,
    Factor,
    Jitter,
    AttemptTimeout,
    Deadline,
    Predicate,
    Classes,
    Except,
    RetryOk,
    Hook,
    Budget,
    Breaker,
    RateLimit,
    Concurrency,
    Hedge,
    /// Something that happens anyway.
    Default,
    Log,
}

/// Names of each kind in other libraries, in snake case and without `with_`.
pub(super) const NAMES: &[(Kind, &[&str])] = &[
    (Kind::Attempts, &["tries", "attempts", "max_tries", "stop_after_attempt", "stop_max_attempt_number"]),
    (
        Kind::Retries,
        &[
            "max_retries",
            "retries",
            "times",
            "max_times",
            "max_retry",
            "num_retries",
            "retry_count",
            "max_retry_attempts",
            "max_retry_count",
        ],
    ),
    (
        Kind::Strategy,
        &["strategy", "builder", "backoff_type", "interval_function", "backoff_strategy", "wait_strategy"],
    ),
    (
        Kind::Delay,
        &["delay", "wait", "interval", "sleep", "wait_fixed", "fixed", "wait_duration", "retry_delay", "backoff"],
    ),
    (
        Kind::Base,
        &[
            "exponential",
            "exponential_backoff",
            "wait_exponential",
            "initial_delay",
            "initial_interval",
            "min_delay",
            "base",
            "min_backoff",
            "base_delay",
        ],
    ),
    (Kind::Cap, &["max_delay", "max_backoff", "max_interval", "cap", "max_wait"]),
    (Kind::Factor, &["factor", "multiplier", "backoff_factor", "exponential_backoff_multiplier", "exp_base"]),
    (
        Kind::Jitter,
        &["use_jitter", "jitter", "jitter_factor", "randomized_wait_factor", "randomization_factor", "random_wait"],
    ),
    (Kind::AttemptTimeout, &["timeout", "per_try_timeout", "try_timeout", "attempt_timeout"]),
    (
        Kind::Deadline,
        &[
            "stop",
            "max_elapsed_time",
            "max_elapsed",
            "max_time",
            "total_timeout",
            "total_delay",
            "stop_after_delay",
            "max_duration",
            "deadline",
        ],
    ),
    (
        Kind::Predicate,
        &["when", "condition", "predicate", "if", "retry_when", "retryable", "should_retry", "should_handle"],
    ),
    (
        Kind::Classes,
        &["retry", "on", "retry_for", "exceptions", "retry_exceptions", "retry_on_exception", "handle", "record"],
    ),
    (Kind::Except, &["ignore_exceptions", "ignore", "exclude", "no_retry_for", "abort_on"]),
    (Kind::Budget, &["retry_budget", "token_bucket", "retry_quota", "tokens"]),
    (Kind::Breaker, &["circuit_breaker", "circuit"]),
    (Kind::RateLimit, &["rate", "limit", "limiter", "rate_limiter", "ratelimit", "throttle", "quota", "rps"]),
    (
        Kind::Concurrency,
        &[
            "max_concurrency",
            "max_concurrent",
            "max_concurrent_calls",
            "concurrency_limit",
            "semaphore",
            "bulkhead",
            "max_in_flight",
        ],
    ),
    (
        Kind::Hedge,
        &[
            "hedge_after",
            "hedge_delay",
            "hedge_percentile",
            "hedge_quantile",
            "hedge_at",
            "hedging",
            "hedging_delay",
            "hedged",
            "speculative_delay",
        ],
    ),
    (Kind::Hook, &["notify", "before_sleep", "after", "on_error", "on_backoff"]),
    (Kind::Default, &["reraise", "fail_after_max_attempts"]),
    (Kind::Log, &["log", "logger", "verbose", "logging"]),
];

pub(super) fn kind(name: &str) -> Option<Kind> {
    NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind)
}

/// Returns the kind of a name, and the unit at its end.
///
/// Examples are `delay_ms` and `withMaxDelay`.
pub(super) fn kind_and_unit(name: &str) -> Option<(Kind, Option<&'static str>)> {
    let name = snake(name);
    let name = name.strip_prefix("with_").unwrap_or(&name);
    if let Some(kind) = kind(name) {
        return Some((kind, None));
    }
    let (stem, unit) = name.rsplit_once('_')?;
    Some((kind(stem)?, Some(unit_of(unit)?)))
}

impl Kind {
    /// Returns whether the value may be a strategy or a duration.
    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Strategy | Self::Delay | Self::Base | Self::Cap | Self::Deadline | Self::AttemptTimeout)
    }
}
