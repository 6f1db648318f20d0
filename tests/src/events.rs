//! The events of a test, as lines of words.

use std::cell::RefCell;
use std::sync::Once;

use retry_runtime::events::{self, Event, EventKind};

thread_local! {
    static EVENTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Subscribes once per process, and discards the events of this thread.
///
/// # Panics
///
/// If the process cannot subscribe.
pub fn record_events() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| events::subscribe(record).unwrap());
    take_events();
}

/// Returns the events of this thread since the last call.
pub fn take_events() -> Vec<String> {
    EVENTS.take()
}

fn record(event: &Event) {
    let words = match event.kind() {
        EventKind::AttemptFailed { attempt, class, .. } => format!("{attempt} failed: {class}"),
        EventKind::RetryScheduled { attempt, class, delay, .. } => format!("{attempt} scheduled in {delay:?}: {class}"),
        EventKind::Recovered { attempts, .. } => format!("recovered by {attempts}"),
        EventKind::GaveUp { attempts, class, reason, .. } => match class {
            Some(class) => format!("gave up after {attempts}: {class}, {reason:?}"),
            None => format!("gave up after {attempts}: {reason:?}"),
        },
        EventKind::AnsweredByFallback { attempts, reason, age, .. } => {
            let age = age.map(|age| format!(", {age:?} old")).unwrap_or_default();
            format!("answered by fallback after {attempts}: {reason:?}{age}")
        }
        EventKind::WaitingForBudget { attempt, in_line, .. } => format!("waits after {attempt}: {in_line} in line"),
        EventKind::BudgetGranted { attempt, waited, .. } => format!("{attempt} granted after {waited:?}"),
        EventKind::BudgetDenied { attempt, class, denial, is_first, .. } => {
            let nth = if is_first { ", the first" } else { "" };
            format!("budget denied after {attempt}: {class}, {denial}{nth}")
        }
        EventKind::HintUnreadable { attempt, header, .. } => format!("{attempt} sent an unreadable {header}"),
        EventKind::BreakerChanged(change) => format!("breaker {:?} to {:?}", change.from(), change.to()),
        EventKind::KeyReplayed => "replayed".into(),
        EventKind::BlockedRuntime { delay, .. } => format!("blocked for {delay:?}"),
        other => format!("unknown: {other:?}"),
    };
    EVENTS.with_borrow_mut(|events| events.push(format!("{} {words}", event.operation())));
}
