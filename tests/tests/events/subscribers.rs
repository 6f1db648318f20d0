//! Subscribers: at most eight, and none receives the events of calls that a subscriber makes.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use retry_runtime::events::{self, Event, EventKind, TooManySubscribers};
use retry_runtime::retry;
use retry_tests::Fault;

static EVENTS: AtomicU32 = AtomicU32::new(0);
static LAST: AtomicU32 = AtomicU32::new(0);

#[retry(retry_on = Timeout, backoff = none, name = "subscribed")]
fn subscribed() -> Result<(), Fault> {
    Err(Fault::Bad)
}

#[retry(retry_on = Timeout, backoff = none, name = "told by the subscriber")]
fn tells() -> Result<(), Fault> {
    Err(Fault::Bad)
}

fn record(event: &Event) {
    EVENTS.fetch_add(1, Relaxed);
    assert_eq!(event.operation(), "subscribed");
    tells().unwrap_err();
}

fn hear_the_end(event: &Event) {
    if let EventKind::GaveUp { attempts, .. } = event.kind() {
        LAST.store(attempts, Relaxed);
    }
}

#[test]
fn all_hear_every_event_but_those_that_a_subscriber_causes() {
    if !retry_tests::is_own_process(module_path!(), "all_hear_every_event_but_those_that_a_subscriber_causes") {
        return;
    }
    events::subscribe(record).unwrap();
    for _ in 0..6 {
        events::subscribe(|_| ()).unwrap();
    }
    events::subscribe(hear_the_end).unwrap();
    assert_eq!(events::subscribe(|_| ()), Err(TooManySubscribers));
    subscribed().unwrap_err();
    assert_eq!((EVENTS.load(Relaxed), LAST.load(Relaxed)), (2, 1));
    let report = retry_runtime::report();
    assert_eq!(report.operation("told by the subscriber").unwrap().calls, 2, "the report counts them all the same");
}
