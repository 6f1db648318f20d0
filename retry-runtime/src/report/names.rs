//! The names under which numbers leave the process, and what they say: the same to the crate `metrics` and on the page.

/// A name and its help text.
pub(crate) struct Name {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
}

const fn name(name: &'static str, help: &'static str) -> Name {
    Name { name, help }
}

pub(crate) const CALLS: Name = name("retry_calls_total", "Calls whose first attempt has ended, or was refused");
pub(crate) const FAILED: Name = name("retry_attempts_failed_total", "Attempts that failed");
pub(crate) const RETRIES: Name = name("retry_retries_total", "Retries that were scheduled, by what failed before them");
pub(crate) const RECOVERED: Name = name("retry_recovered_total", "Calls that succeeded after a retry");
pub(crate) const GAVE_UP: Name = name("retry_gave_up_total", "Calls that ended without a success");
pub(crate) const BUDGET_DENIED: Name = name("retry_budget_denied_total", "Retries that the budget denied");
pub(crate) const BREAKER_CHANGES: Name = name("retry_breaker_changes_total", "Changes of a breaker's state");
pub(crate) const REPLAYED: Name = name("retry_keys_replayed_total", "Calls answered with a remembered result");
pub(crate) const BLOCKED: Name =
    name("retry_blocked_runtime_total", "Blocking operations that waited on a thread of an async runtime");
pub(crate) const DELAY: Name = name("retry_delay_seconds", "Delays before retries");

/// All that are counters.
#[cfg(feature = "metrics")]
pub(crate) const COUNTERS: [Name; 9] =
    [CALLS, FAILED, RETRIES, RECOVERED, GAVE_UP, BUDGET_DENIED, BREAKER_CHANGES, REPLAYED, BLOCKED];
