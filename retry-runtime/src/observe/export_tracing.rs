//! Export of events to `tracing`.

use core::time::Duration;

use tracing::{debug, info, warn};

use crate::Class;
use crate::observe::event::{Event, EventKind};
use crate::observe::labels::{class_label, reason_label, state_label};

const TARGET: &str = "retry_runtime";

/// Sends an event to the current `tracing` subscriber.
///
/// Fields are evaluated only if the subscriber is enabled.
pub(super) fn export(event: &Event) {
    let operation = event.operation();
    match event.kind() {
        EventKind::AttemptFailed { attempt, class } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                "error.type" = &*class_label(class),
                http.response.status_code = status(class),
                http.request.resend_count = resend_count(class, attempt),
            },
            "attempt failed"
        ),
        EventKind::RetryScheduled { attempt, class, delay } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                "error.type" = &*class_label(class),
                http.response.status_code = status(class),
                http.request.resend_count = resend_count(class, attempt),
                retry.delay = delay.as_secs_f64(),
            },
            "retry scheduled"
        ),
        EventKind::BudgetDenied { .. } => budget_denied(event),
        EventKind::GaveUp { .. } => gave_up(event),
        EventKind::Recovered { .. } | EventKind::AnsweredByFallback { .. } => export_success(operation, event.kind()),
        EventKind::WaitingForLimit { .. } | EventKind::WaitingForBudget { .. } | EventKind::BudgetGranted { .. } => {
            export_wait(operation, event.kind());
        }
        EventKind::HedgeSent { .. }
        | EventKind::HedgeRefused { .. }
        | EventKind::HedgeWon
        | EventKind::AttemptDropped { .. } => export_hedge(operation, event.kind()),
        kind => export_other(operation, kind),
    }
}

/// Exports what became of a hedge.
fn export_hedge(operation: &'static str, kind: EventKind) {
    match kind {
        EventKind::HedgeSent { delay } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.delay = delay.as_secs_f64(),
            },
            "hedge sent"
        ),
        EventKind::HedgeRefused { reason } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.hedge.refused_by = reason,
            },
            "hedge refused"
        ),
        EventKind::HedgeWon => debug!(target: TARGET, { retry.operation = operation }, "hedge won"),
        EventKind::AttemptDropped { attempt, .. } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
            },
            "attempt dropped, because the other one of a hedge ended the call"
        ),
        _ => {}
    }
}

/// Exports that chaos begins.
#[cfg(feature = "chaos")]
pub(crate) fn chaos_started(plan: &dyn core::fmt::Debug) {
    warn!(target: TARGET, { chaos.plan = ?plan }, "chaos is active: faults are injected until `chaos::stop()`");
}

/// Exports that chaos is over.
#[cfg(feature = "chaos")]
pub(crate) fn chaos_stopped() {
    warn!(target: TARGET, "chaos is over: no faults are injected");
}

fn gave_up(event: &Event) {
    let EventKind::GaveUp { attempts, class, reason } = event.kind() else { return };
    macro_rules! gave_up {
        ($level:ident) => {
            $level!(
                target: TARGET,
                {
                    retry.operation = event.operation(),
                    retry.attempt = attempts,
                    "error.type" = class.map(class_label).as_deref(),
                    http.response.status_code = class.and_then(status),
                    http.request.resend_count = class.and_then(|class| resend_count(class, attempts)),
                    retry.stop_reason = reason_label(reason),
                },
                "gave up"
            )
        };
    }
    // A failure that a retry would not help is logged by the caller, if at all.
    if reason.is_giving_up() { gave_up!(warn) } else { gave_up!(debug) }
}

fn budget_denied(event: &Event) {
    let EventKind::BudgetDenied { attempt, class, denial, is_first } = event.kind() else { return };
    macro_rules! budget_denied {
        ($level:ident, $message:literal) => {
            $level!(
                target: TARGET,
                {
                    retry.operation = event.operation(),
                    retry.attempt = attempt,
                    "error.type" = &*class_label(class),
                    retry.budget.asked = denial.asked(),
                    retry.budget.granted = denial.granted(),
                    retry.budget.waited = denial.waited().as_secs_f64(),
                },
                $message
            )
        };
    }
    if is_first {
        budget_denied!(
            warn,
            "the budget denied a retry, and the call ends with its last error: too few retries succeed. If that is wrong for \
             this operation, write `budget = credit(500)` for more retries at once, a budget of its own if it shares one, or \
             `budget = none` for no limit. Further denials of this operation are logged at DEBUG"
        );
    } else {
        budget_denied!(debug, "budget denied");
    }
}

/// Exports that a call that was retried returned a success.
fn export_success(operation: &'static str, kind: EventKind) {
    match kind {
        EventKind::Recovered { attempts } => info!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempts,
            },
            "recovered by a retry"
        ),
        EventKind::AnsweredByFallback { attempts, reason, age } => info!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempts,
                retry.stop_reason = reason_label(reason),
                retry.age = age.map(|age| age.as_secs_f64()),
            },
            "answered by fallback"
        ),
        _ => {}
    }
}

/// Exports that a call waits for a limit or its budget, or has waited.
fn export_wait(operation: &'static str, kind: EventKind) {
    match kind {
        EventKind::WaitingForLimit { attempt, limit, delay } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                retry.limit = limit,
                retry.delay = delay.as_secs_f64(),
            },
            "waiting for a limit"
        ),
        EventKind::WaitingForBudget { attempt, in_line } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                retry.budget.in_line = in_line,
            },
            "waiting for the budget"
        ),
        EventKind::BudgetGranted { attempt, waited } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                retry.budget.waited = waited.as_secs_f64(),
            },
            "budget granted"
        ),
        _ => {}
    }
}

fn fault_injected(operation: &'static str, attempt: u32, latency: Duration, fails: bool) {
    info!(
        target: TARGET,
        {
            retry.operation = operation,
            retry.attempt = attempt,
            chaos.latency = latency.as_secs_f64(),
            chaos.fails = fails,
        },
        "fault injected by chaos"
    );
}

fn export_other(operation: &'static str, kind: EventKind) {
    match kind {
        EventKind::HintUnreadable { attempt, header } => warn!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                retry.hint = header,
            },
            "server hint cannot be read"
        ),
        EventKind::BreakerChanged(change) => warn!(
            target: TARGET,
            {
                retry.operation = operation,
                breaker.from = state_label(change.from()),
                breaker.to = state_label(change.to()),
                breaker.open_for = change.open_for().as_ref().map(Duration::as_secs_f64),
            },
            "breaker changed"
        ),
        EventKind::KeyReplayed => debug!(target: TARGET, { retry.operation = operation }, "key replayed"),
        EventKind::FaultInjected { attempt, latency, fails } => fault_injected(operation, attempt, latency, fails),
        EventKind::SettingsLoaded { .. } | EventKind::SettingsRejected { .. } => export_settings(kind),
        EventKind::BlockedRuntime { delay } => warn!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.delay = delay.as_secs_f64(),
            },
            "a blocking operation waits on a thread of an async runtime; call it in `spawn_blocking`, or make it async"
        ),
        EventKind::AttemptFailed { .. }
        | EventKind::RetryScheduled { .. }
        | EventKind::HedgeSent { .. }
        | EventKind::HedgeRefused { .. }
        | EventKind::HedgeWon
        | EventKind::AttemptDropped { .. }
        | EventKind::WaitingForLimit { .. }
        | EventKind::WaitingForBudget { .. }
        | EventKind::BudgetGranted { .. }
        | EventKind::BudgetDenied { .. }
        | EventKind::Recovered { .. }
        | EventKind::AnsweredByFallback { .. }
        | EventKind::GaveUp { .. } => {}
    }
}

/// Exports that settings were loaded, or rejected.
fn export_settings(kind: EventKind) {
    match kind {
        EventKind::SettingsLoaded { changed } => info!(
            target: TARGET,
            {
                retry.changed = changed,
            },
            "settings loaded"
        ),
        EventKind::SettingsRejected { faults } => warn!(
            target: TARGET,
            {
                retry.faults = faults,
            },
            "settings rejected; the last good ones stay"
        ),
        _ => {}
    }
}

fn status(class: Class) -> Option<u16> {
    match class {
        Class::Status(status) => Some(status),
        _ => None,
    }
}

/// Returns the number of resends, if there was one.
///
/// The OpenTelemetry conventions set the field only on requests that were sent again.
fn resend_count(class: Class, attempt: u32) -> Option<u32> {
    status(class).and(attempt.checked_sub(1)).filter(|count| *count > 0)
}

/// Records the number of resends in the current span, if it declares the field.
#[cfg(feature = "http")]
pub(crate) fn record_resend_count(attempt: u32) {
    if attempt > 1 {
        tracing::Span::current().record("http.request.resend_count", attempt - 1);
    }
}
