//! The events of a test, as lines of words.

use std::cell::RefCell;
use std::sync::Once;

use retry_runtime::events::{self, Event, EventKind};

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Listens, if this process does not yet, and forgets what this thread heard.
///
/// # Panics
///
/// If nobody can subscribe.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| events::subscribe(hear).unwrap());
    heard();
}

/// Returns the events of this thread since the last call.
pub fn heard() -> Vec<String> {
    HEARD.take()
}

fn hear(event: &Event) {
    let words = match event.kind() {
        EventKind::AttemptFailed { attempt, class, .. } => format!("{attempt} failed: {class}"),
        EventKind::RetryScheduled { attempt, class, delay, .. } => format!("{attempt} scheduled in {delay:?}: {class}"),
        EventKind::Recovered { attempts, .. } => format!("recovered by {attempts}"),
        EventKind::GaveUp { attempts, class, reason, .. } => match class {
            Some(class) => format!("gave up after {attempts}: {class}, {reason:?}"),
            None => format!("gave up after {attempts}: {reason:?}"),
        },
        EventKind::BudgetDenied { attempt, class, .. } => format!("budget denied after {attempt}: {class}"),
        EventKind::BreakerChanged(change) => format!("breaker {:?} to {:?}", change.from(), change.to()),
        EventKind::KeyReplayed => "replayed".into(),
        EventKind::BlockedRuntime { delay, .. } => format!("blocked for {delay:?}"),
        other => format!("unknown: {other:?}"),
    };
    HEARD.with_borrow_mut(|heard| heard.push(format!("{} {words}", event.operation())));
}
