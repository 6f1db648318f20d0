//! Counters and histograms by the crate `metrics` (feature `metrics`), to whatever recorder is installed.
//!
//! | name | kind, unit | labels | what |
//! |---|---|---|---|
//! | `retry_calls_total` | counter | `operation` | calls whose first attempt has ended, or was refused |
//! | `retry_attempts_failed_total` | counter | `operation`, `class` | attempts that failed |
//! | `retry_retries_total` | counter | `operation`, `class` | retries that were scheduled, by what failed before them |
//! | `retry_saved_total` | counter | `operation` | calls that a retry saved |
//! | `retry_gave_up_total` | counter | `operation`, `reason` | calls that ended without a success |
//! | `retry_budget_denied_total` | counter | `operation` | retries that the budget denied |
//! | `retry_breaker_changes_total` | counter | `operation`, `to` | changes of a breaker's state |
//! | `retry_keys_replayed_total` | counter | `operation` | calls answered with a remembered result |
//! | `retry_blocked_runtime_total` | counter | `operation` | 1 for a blocking operation that waited on a thread of an async runtime |
//! | `retry_wait_seconds` | histogram, seconds | `operation` | waits before retries |
//!
//! Labels are bounded: operations are those of the source, classes nine names and at most 500 statuses, reasons a dozen.
//!
//! All but the calls are counted as they happen. A call that succeeds at once only adds to the operation's own counter,
//! which is the report's: `retry_calls_total` is renewed whenever something fails, at every 64th success of a thread, and
//! by [`publish`], for the scrape that wants it exact.

use std::borrow::Cow;

use ::metrics::{Key, Level, Metadata, Unit, counter, describe_counter, describe_histogram, histogram, with_recorder};

use crate::Operation;
use crate::events::{Event, Kind, of_class, of_reason, of_state};

/// Gives names their units and descriptions; call it once, after the recorder is installed.
pub fn describe() {
    let counters = [
        ("retry_calls_total", "Calls whose first attempt has ended, or was refused"),
        ("retry_attempts_failed_total", "Attempts that failed"),
        ("retry_retries_total", "Retries that were scheduled, by what failed before them"),
        ("retry_saved_total", "Calls that a retry saved"),
        ("retry_gave_up_total", "Calls that ended without a success"),
        ("retry_budget_denied_total", "Retries that the budget denied"),
        ("retry_breaker_changes_total", "Changes of a breaker's state"),
        ("retry_keys_replayed_total", "Calls answered with a remembered result"),
        ("retry_blocked_runtime_total", "Blocking operations that waited on a thread of an async runtime"),
    ];
    for (name, what) in counters {
        describe_counter!(name, Unit::Count, what);
    }
    describe_histogram!("retry_wait_seconds", Unit::Seconds, "Waits before retries");
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
    let key = Key::from_static_parts("retry_calls_total", counted.labels());
    with_recorder(|recorder| recorder.register_counter(&key, &METADATA)).absolute(counted.calls());
}

pub(crate) fn send(operation: &'static Operation, event: &Event) {
    let name = event.operation();
    match event.kind() {
        Kind::AttemptFailed { class, .. } => {
            counter!("retry_attempts_failed_total", "operation" => name, "class" => label(of_class(class)))
                .increment(1);
        }
        Kind::RetryScheduled { class, wait, .. } => {
            counter!("retry_retries_total", "operation" => name, "class" => label(of_class(class))).increment(1);
            histogram!("retry_wait_seconds", "operation" => name).record(wait.as_secs_f64());
        }
        Kind::Saved { .. } => counter!("retry_saved_total", "operation" => name).increment(1),
        Kind::GaveUp { reason, .. } => {
            counter!("retry_gave_up_total", "operation" => name, "reason" => of_reason(reason)).increment(1);
        }
        Kind::BudgetDenied { .. } => counter!("retry_budget_denied_total", "operation" => name).increment(1),
        Kind::BreakerChanged(change) => {
            counter!("retry_breaker_changes_total", "operation" => name, "to" => of_state(change.to())).increment(1);
        }
        Kind::KeyReplayed => counter!("retry_keys_replayed_total", "operation" => name).increment(1),
        Kind::BlockedRuntime { .. } => counter!("retry_blocked_runtime_total", "operation" => name).increment(1),
    }
    publish_calls(operation);
}

fn label(word: Cow<'static, str>) -> ::metrics::SharedString {
    word.into()
}
