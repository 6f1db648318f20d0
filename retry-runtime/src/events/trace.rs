//! Events to `tracing`.

use core::time::Duration;

use tracing::{debug, info, warn};

use crate::Class;
use crate::events::{Event, EventKind, label};

const TARGET: &str = "retry_runtime";

/// What is only looked up where somebody listens: the macros evaluate their fields then.
pub(super) fn send(event: &Event) {
    let operation = event.operation;
    match event.kind {
        EventKind::AttemptFailed { attempt, class } => debug!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                "error.type" = &*label::of_class(class),
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
                "error.type" = &*label::of_class(class),
                http.response.status_code = status(class),
                http.request.resend_count = resend_count(class, attempt),
                retry.delay = delay.as_secs_f64(),
            },
            "retry scheduled"
        ),
        EventKind::BudgetDenied { attempt, class } => warn!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempt,
                "error.type" = &*label::of_class(class),
            },
            "budget denied"
        ),
        EventKind::GaveUp { .. } => gave_up(event),
        kind => send_rest(operation, kind),
    }
}

fn gave_up(event: &Event) {
    let EventKind::GaveUp { attempts, class, reason } = event.kind else { return };
    macro_rules! gave_up {
        ($level:ident) => {
            $level!(
                target: TARGET,
                {
                    retry.operation = event.operation,
                    retry.attempt = attempts,
                    "error.type" = class.map(label::of_class).as_deref(),
                    http.response.status_code = class.and_then(status),
                    http.request.resend_count = class.and_then(|class| resend_count(class, attempts)),
                    retry.stop_reason = label::of_reason(reason),
                },
                "gave up"
            )
        };
    }
    // What no retry would help is the caller's to tell.
    if reason.is_giving_up() { gave_up!(warn) } else { gave_up!(debug) }
}

fn send_rest(operation: &'static str, kind: EventKind) {
    match kind {
        EventKind::Recovered { attempts } => info!(
            target: TARGET,
            {
                retry.operation = operation,
                retry.attempt = attempts,
            },
            "recovered by a retry"
        ),
        EventKind::BreakerChanged(change) => warn!(
            target: TARGET,
            {
                retry.operation = operation,
                breaker.from = label::of_state(change.from()),
                breaker.to = label::of_state(change.to()),
                breaker.open_for = change.open_for().as_ref().map(Duration::as_secs_f64),
            },
            "breaker changed"
        ),
        EventKind::KeyReplayed => debug!(
            target: TARGET,
            {
                retry.operation = operation,
            },
            "key replayed"
        ),
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
        | EventKind::BudgetDenied { .. }
        | EventKind::GaveUp { .. } => {}
    }
}

fn status(class: Class) -> Option<u16> {
    match class {
        Class::Status(status) => Some(status),
        _ => None,
    }
}

/// The conventions have it on requests that were sent again alone.
fn resend_count(class: Class, attempt: u32) -> Option<u32> {
    status(class).and(attempt.checked_sub(1)).filter(|count| *count > 0)
}

/// A request of this attempt is sent in the span around: one that declares the field is told.
#[cfg(feature = "http")]
pub(crate) fn resent(attempt: u32) {
    if attempt > 1 {
        tracing::Span::current().record("http.request.resend_count", attempt - 1);
    }
}
