//! Counters and histograms by the crate `metrics` (feature `metrics`), to whatever recorder is installed.
//!
//! | name | kind, unit | labels | what |
//! |---|---|---|---|
//! | `retry_calls_total` | counter | `operation` | calls whose first attempt has ended, or was refused |
//! | `retry_attempts_failed_total` | counter | `operation`, `class` | attempts that failed |
//! | `retry_retries_total` | counter | `operation`, `class` | retries that were scheduled, by what failed before them |
//! | `retry_recovered_total` | counter | `operation` | calls that succeeded after a retry |
//! | `retry_gave_up_total` | counter | `operation`, `reason` | calls that ended without a success |
//! | `retry_budget_denied_total` | counter | `operation` | retries that the budget denied |
//! | `retry_breaker_changes_total` | counter | `operation`, `to` | changes of a breaker's state |
//! | `retry_keys_replayed_total` | counter | `operation` | calls answered with a remembered result |
//! | `retry_blocked_runtime_total` | counter | `operation` | 1 for a blocking operation that waited on a thread of an async runtime |
//! | `retry_delay_seconds` | histogram, seconds | `operation` | delays before retries |
//!
//! Labels are bounded: operations are those of the source, classes nine names and at most 500 statuses, reasons a dozen.
//! Operations of one name are one series, their sum.
//!
//! All but the calls are counted as they happen. A call that succeeds at once only adds to the operation's own counter,
//! which is the report's: `retry_calls_total` is renewed whenever something fails, at every 64th success of a thread, and
//! by [`publish`], for the scrape that wants it exact.
//!
//! The page (feature `page`) gives the same names to Prometheus without a recorder; give Prometheus one of the two.

use std::borrow::Cow;

use ::metrics::{Key, Level, Metadata, Unit, counter, describe_counter, describe_histogram, histogram, with_recorder};

use crate::Operation;
use crate::events::{Event, EventKind, of_class, of_reason, of_state};
use crate::report::{calls_of_name, names};

/// Gives names their units and descriptions; call it once, after the recorder is installed.
pub fn describe() {
    for counter in names::COUNTERS {
        describe_counter!(counter.name, Unit::Count, counter.help);
    }
    describe_histogram!(names::DELAY.name, Unit::Seconds, names::DELAY.help);
}

/// Renews `retry_calls_total` of every operation; call it before a scrape.
pub fn publish() {
    crate::report::operations().for_each(publish_calls);
}

/// Allocates nothing, since it is done among first successes too.
pub(crate) fn publish_calls(operation: &'static Operation) {
    static METADATA: Metadata<'static> = Metadata::new(module_path!(), Level::INFO, Some(module_path!()));
    let counted = &operation.observed().counted;
    if !counted.is_listed() {
        return;
    }
    let key = Key::from_static_parts(names::CALLS.name, counted.labels());
    with_recorder(|recorder| recorder.register_counter(&key, &METADATA)).absolute(calls_of_name(operation));
}

pub(crate) fn send(operation: &'static Operation, event: &Event) {
    let name = event.operation();
    match event.kind() {
        EventKind::AttemptFailed { class, .. } => {
            counter!(names::FAILED.name, "operation" => name, "class" => label(of_class(class))).increment(1);
        }
        EventKind::RetryScheduled { class, delay, .. } => {
            counter!(names::RETRIES.name, "operation" => name, "class" => label(of_class(class))).increment(1);
            histogram!(names::DELAY.name, "operation" => name).record(delay.as_secs_f64());
        }
        EventKind::Recovered { .. } => counter!(names::RECOVERED.name, "operation" => name).increment(1),
        EventKind::GaveUp { reason, .. } => {
            counter!(names::GAVE_UP.name, "operation" => name, "reason" => of_reason(reason)).increment(1);
        }
        EventKind::BudgetDenied { .. } => counter!(names::BUDGET_DENIED.name, "operation" => name).increment(1),
        EventKind::BreakerChanged(change) => {
            counter!(names::BREAKER_CHANGES.name, "operation" => name, "to" => of_state(change.to())).increment(1);
        }
        EventKind::KeyReplayed => counter!(names::REPLAYED.name, "operation" => name).increment(1),
        EventKind::BlockedRuntime { .. } => counter!(names::BLOCKED.name, "operation" => name).increment(1),
    }
    publish_calls(operation);
}

fn label(word: Cow<'static, str>) -> ::metrics::SharedString {
    word.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_docs_have_a_row_for_every_name() {
        let docs = include_str!("metrics.rs");
        for name in names::COUNTERS.iter().chain([&names::DELAY]) {
            assert!(docs.contains(&std::format!("//! | `{}` |", name.name)), "{}", name.name);
        }
    }
}
