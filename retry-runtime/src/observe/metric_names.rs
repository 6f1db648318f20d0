//! Names and help texts of metrics, for `metrics` and for the page.

/// Name and help text of a metric.
pub(crate) struct Metric {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
}

const fn metric(name: &'static str, help: &'static str) -> Metric {
    Metric { name, help }
}

pub(crate) const CALLS: Metric = metric("retry_calls_total", "Calls whose first attempt has ended or was refused");
pub(crate) const FAILED: Metric = metric("retry_attempts_failed_total", "Attempts that failed");
pub(crate) const RETRIES: Metric =
    metric("retry_retries_total", "Retries that were scheduled, by the class of the failure before them");
pub(crate) const RECOVERED: Metric = metric("retry_recovered_total", "Calls that succeeded after at least one retry");
pub(crate) const GAVE_UP: Metric = metric("retry_gave_up_total", "Calls that ended without a success");
pub(crate) const ANSWERED_BY_FALLBACK: Metric =
    metric("retry_answered_by_fallback_total", "Calls that gave up, and whose fallback returned a success");
pub(crate) const WAITED: Metric = metric("retry_budget_waits_total", "Retries that waited in line for the budget");
pub(crate) const WAITED_FOR_LIMIT: Metric =
    metric("retry_limit_waits_total", "Attempts that waited for a pace, a rate limit or a concurrency limit");
pub(crate) const HEDGES: Metric = metric("retry_hedges_total", "Second attempts that joined a slow first one");
pub(crate) const HEDGES_WON: Metric = metric("retry_hedges_won_total", "Hedges that ended their call with a success");
pub(crate) const HEDGES_REFUSED: Metric =
    metric("retry_hedges_refused_total", "Slow first attempts that no hedge joined, by the option that prevented it");
pub(crate) const BUDGET_DENIED: Metric = metric("retry_budget_denied_total", "Retries that the budget denied");
pub(crate) const HINTS_UNREADABLE: Metric =
    metric("retry_hints_unreadable_total", "Failed attempts whose server hint cannot be read");
pub(crate) const BREAKER_CHANGES: Metric = metric("retry_breaker_changes_total", "Changes of a breaker's state");
pub(crate) const REPLAYED: Metric = metric("retry_keys_replayed_total", "Calls answered with a recorded result");
pub(crate) const FAULTS_INJECTED: Metric =
    metric("retry_faults_injected_total", "Attempts that chaos delayed or failed");
pub(crate) const BLOCKED: Metric =
    metric("retry_blocked_runtime_total", "Blocking operations that waited on a thread of an async runtime");
pub(crate) const DELAY: Metric = metric("retry_delay_seconds", "Delays before retries");

/// All counters.
#[cfg(feature = "metrics")]
pub(crate) const COUNTERS: [Metric; 17] = [
    CALLS,
    FAILED,
    RETRIES,
    RECOVERED,
    GAVE_UP,
    ANSWERED_BY_FALLBACK,
    WAITED,
    WAITED_FOR_LIMIT,
    HEDGES,
    HEDGES_WON,
    HEDGES_REFUSED,
    BUDGET_DENIED,
    HINTS_UNREADABLE,
    BREAKER_CHANGES,
    REPLAYED,
    FAULTS_INJECTED,
    BLOCKED,
];
