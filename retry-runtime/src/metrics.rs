//! Counters and a histogram in the crate `metrics` (feature `metrics`).
//!
//! Any installed recorder receives them.
//!
//! | name | kind, unit | labels | meaning |
//! |---|---|---|---|
//! | `retry_calls_total` | counter | `operation` | calls whose first attempt has ended or was refused |
//! | `retry_attempts_failed_total` | counter | `operation`, `class` | attempts that failed |
//! | `retry_retries_total` | counter | `operation`, `class` | retries that were scheduled, by the class of the failure before them |
//! | `retry_recovered_total` | counter | `operation` | calls that succeeded after at least one retry |
//! | `retry_gave_up_total` | counter | `operation`, `reason` | calls that ended without a success |
//! | `retry_answered_by_fallback_total` | counter | `operation`, `reason` | calls that gave up, and whose fallback returned a success |
//! | `retry_budget_waits_total` | counter | `operation` | retries that waited in line for the budget |
//! | `retry_limit_waits_total` | counter | `operation`, `limit` | attempts that waited for a pace, a rate limit or a concurrency limit |
//! | `retry_hedges_total` | counter | `operation` | second attempts that joined a slow first one |
//! | `retry_hedges_won_total` | counter | `operation` | hedges that ended their call with a success |
//! | `retry_hedges_refused_total` | counter | `operation`, `reason` | slow first attempts that no hedge joined, by the option that prevented it |
//! | `retry_budget_denied_total` | counter | `operation` | retries that the budget denied |
//! | `retry_hints_unreadable_total` | counter | `operation`, `header` | failed attempts whose server hint cannot be read |
//! | `retry_breaker_changes_total` | counter | `operation`, `to` | changes of a breaker's state |
//! | `retry_keys_replayed_total` | counter | `operation` | calls answered with a recorded result |
//! | `retry_faults_injected_total` | counter | `operation` | attempts that chaos delayed or failed |
//! | `retry_blocked_runtime_total` | counter | `operation` | 1 for a blocking operation that waited on a thread of an async runtime |
//! | `retry_delay_seconds` | histogram, seconds | `operation` | delays before retries |
//!
//! Labels are bounded: operations are those of the source code, classes are nine names and at most 500 statuses, reasons
//! are a dozen, headers are nine. Operations with the same name share one series, which is their sum.
//!
//! Everything except the calls is counted when it happens. A call that succeeds at once only increments the report's own
//! counter: `retry_calls_total` is updated after every event, after every 64th success of a thread, and by [`publish`],
//! for a scrape that needs the exact number.
//!
//! The budget may deny a retry after it was scheduled: `retry_retries_total` and `retry_delay_seconds` include it.
//!
//! The page (feature `page`) exposes the same names to Prometheus without a recorder; scrape one of the two.

use ::metrics::{Unit, describe_counter, describe_histogram};

use crate::observe::export_metrics::publish_calls;
use crate::observe::metric_names as names;
use crate::observe::registry::operations;

/// Sets units and descriptions of all metrics.
///
/// Call it once, after installing the recorder.
pub fn describe() {
    for counter in names::COUNTERS {
        describe_counter!(counter.name, Unit::Count, counter.help);
    }
    describe_histogram!(names::DELAY.name, Unit::Seconds, names::DELAY.help);
}

/// Updates `retry_calls_total` of every operation; call it before a scrape.
pub fn publish() {
    operations().for_each(publish_calls);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docs_list_every_metric() {
        let docs = include_str!("metrics.rs");
        for metric in names::COUNTERS.iter().chain([&names::DELAY]) {
            let row = std::format!("//! | `{}` |", metric.name);
            let help = metric.help.strip_prefix("Blocking operations").unwrap_or(metric.help);
            assert!(docs.contains(&row), "{}", metric.name);
            assert!(docs.contains(&help[1..]), "{help}");
        }
    }
}
