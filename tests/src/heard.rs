//! The events of a test, as lines of words.

use std::cell::RefCell;
use std::sync::Once;

use retry_runtime::events::{self, Event, Kind};

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

/// What happened on this thread since the last time it was asked.
pub fn heard() -> Vec<String> {
    HEARD.take()
}

fn hear(event: &Event) {
    let words = match event.kind() {
        Kind::AttemptFailed { attempt, class, .. } => format!("{attempt} failed: {class}"),
        Kind::RetryScheduled { attempt, class, wait, .. } => format!("{attempt} scheduled in {wait:?}: {class}"),
        Kind::Saved { attempts, .. } => format!("saved by {attempts}"),
        Kind::GaveUp { attempts, class, reason, .. } => match class {
            Some(class) => format!("gave up after {attempts}: {class}, {reason:?}"),
            None => format!("gave up after {attempts}: {reason:?}"),
        },
        Kind::BudgetDenied { attempt, class, .. } => format!("budget denied after {attempt}: {class}"),
        Kind::BreakerChanged(change) => format!("breaker {:?} to {:?}", change.from(), change.to()),
        Kind::KeyReplayed => "replayed".into(),
        Kind::BlockedRuntime { wait, .. } => format!("blocked for {wait:?}"),
        other => format!("unknown: {other:?}"),
    };
    HEARD.with_borrow_mut(|heard| heard.push(format!("{} {words}", event.operation())));
}
