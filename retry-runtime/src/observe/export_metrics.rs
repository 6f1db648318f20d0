//! Export of events to the crate `metrics`.

use ::metrics::{Key, Level, Metadata, counter, histogram, with_recorder};

use crate::observe::event::{Event, EventKind};
use crate::observe::labels::{class_label, reason_label, state_label};
use crate::observe::metric_names as names;
use crate::observe::registry::states_of_name;
use crate::observe::state::{Observable, ObserveState};

/// The public module of the metrics.
const TARGET: &str = "retry_runtime::metrics";

/// Records an event in the metrics of its operation.
pub(super) fn export(operation: &'static dyn Observable, event: &Event) {
    let name = event.operation();
    match event.kind() {
        EventKind::AttemptFailed { class, .. } => {
            counter!(target: TARGET, names::FAILED.name, "operation" => name, "class" => class_label(class))
                .increment(1);
        }
        EventKind::RetryScheduled { class, delay, .. } => {
            counter!(target: TARGET, names::RETRIES.name, "operation" => name, "class" => class_label(class))
                .increment(1);
            histogram!(target: TARGET, names::DELAY.name, "operation" => name).record(delay.as_secs_f64());
        }
        EventKind::Recovered { .. } => {
            counter!(target: TARGET, names::RECOVERED.name, "operation" => name).increment(1);
        }
        EventKind::GaveUp { reason, .. } => {
            counter!(target: TARGET, names::GAVE_UP.name, "operation" => name, "reason" => reason_label(reason))
                .increment(1);
        }
        EventKind::AnsweredByFallback { reason, .. } => {
            let name_of_metric = names::ANSWERED_BY_FALLBACK.name;
            counter!(target: TARGET, name_of_metric, "operation" => name, "reason" => reason_label(reason))
                .increment(1);
        }
        EventKind::BudgetDenied { .. } => {
            counter!(target: TARGET, names::BUDGET_DENIED.name, "operation" => name).increment(1);
        }
        EventKind::HintUnreadable { header, .. } => {
            counter!(target: TARGET, names::HINTS_UNREADABLE.name, "operation" => name, "header" => header)
                .increment(1);
        }
        EventKind::WaitingForLimit { limit, .. } => {
            counter!(target: TARGET, names::WAITED_FOR_LIMIT.name, "operation" => name, "limit" => limit).increment(1);
        }
        EventKind::WaitingForBudget { .. } => {
            counter!(target: TARGET, names::WAITED.name, "operation" => name).increment(1);
        }
        EventKind::HedgeSent { .. } | EventKind::HedgeWon | EventKind::HedgeRefused { .. } => {
            export_hedge(name, event.kind());
        }
        EventKind::AttemptDropped { .. }
        | EventKind::BudgetGranted { .. }
        | EventKind::SettingsLoaded { .. }
        | EventKind::SettingsRejected { .. } => {}
        EventKind::BreakerChanged(change) => {
            counter!(target: TARGET, names::BREAKER_CHANGES.name, "operation" => name, "to" => state_label(change.to())).increment(1);
        }
        EventKind::KeyReplayed => counter!(target: TARGET, names::REPLAYED.name, "operation" => name).increment(1),
        EventKind::FaultInjected { .. } => {
            counter!(target: TARGET, names::FAULTS_INJECTED.name, "operation" => name).increment(1);
        }
        EventKind::BlockedRuntime { .. } => {
            counter!(target: TARGET, names::BLOCKED.name, "operation" => name).increment(1);
        }
    }
    publish_calls(operation);
}

/// Records what became of a hedge.
fn export_hedge(name: &'static str, kind: EventKind) {
    match kind {
        EventKind::HedgeSent { .. } => {
            counter!(target: TARGET, names::HEDGES.name, "operation" => name).increment(1);
        }
        EventKind::HedgeWon => counter!(target: TARGET, names::HEDGES_WON.name, "operation" => name).increment(1),
        EventKind::HedgeRefused { reason } => {
            counter!(target: TARGET, names::HEDGES_REFUSED.name, "operation" => name, "reason" => reason).increment(1);
        }
        _ => {}
    }
}

/// Sets the counter of calls of the operation's name to the report's value.
///
/// Allocates nothing, because first successes call it too.
pub(crate) fn publish_calls(operation: &'static dyn Observable) {
    static METADATA: Metadata<'static> = Metadata::new(TARGET, Level::INFO, Some(TARGET));
    let observed = operation.observed();
    if !observed.is_listed() {
        return;
    }
    let key = Key::from_static_parts(names::CALLS.name, &observed.registration.labels);
    with_recorder(|recorder| recorder.register_counter(&key, &METADATA)).absolute(calls_of_name(observed));
}

/// Returns the calls of all operations that share the name of this one.
fn calls_of_name(observed: &'static ObserveState) -> u64 {
    states_of_name(observed).fold(0, |sum, observed| sum.saturating_add(observed.counters.calls()))
}
