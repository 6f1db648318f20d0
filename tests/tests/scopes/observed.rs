//! Report and events of scopes.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use retry_runtime::events::{self, Event, EventKind};
use retry_runtime::report::Report;
use retry_runtime::testing::{self, Scope};
use retry_runtime::{Backoff, Classes, Operation, TimedPolicy, report, retry};

use crate::timeout;

#[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "observed::load")]
fn load(answers: &mut Vec<io::Result<u32>>) -> io::Result<u32> {
    answers.pop().expect("there are as many answers as attempts")
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "observed::save")]
fn save() -> io::Result<u32> {
    Ok(1)
}

fn names(scope: &Scope) -> Vec<&'static str> {
    scope.report().operations.iter().map(|operation| operation.name).collect()
}

#[test]
fn a_report_has_the_calls_of_its_scope_alone() {
    assert_eq!(load(&mut vec![Ok(1)]).expect("it succeeds"), 1);
    let scope = testing::scope();
    assert!(names(&scope).is_empty());
    assert_eq!(load(&mut vec![Ok(7), timeout()]).expect("the second attempt"), 7);
    let numbers = |report: Report| {
        let load = report.operation("observed::load").expect("it ran").clone();
        (load.calls, load.first_successes, load.recovered, load.retries_made)
    };
    assert_eq!(numbers(scope.report()), (1, 0, 1, 1));
    assert_eq!(numbers(report()), (1, 0, 1, 1), "inside the scope it is the scope's");
    scope.reset();
    assert!(names(&scope).is_empty());
    assert!(save().is_ok());
    assert_eq!(names(&scope), ["observed::save"]);
    let handle = scope.clone();
    drop(scope);
    assert_eq!(names(&handle), ["observed::save"], "a handle outlives the stay");
    assert_eq!(report().operation("observed::load").expect("it ran").recovered, 0);
}

static OWN: Operation =
    Operation::new("observed::own", TimedPolicy::new().retry_on(Classes::new().transient()).backoff(Backoff::none()));

#[test]
fn an_operation_of_the_user_and_its_events_belong_to_the_scope() {
    let scope = testing::scope();
    events::key_replayed(&OWN);
    assert_eq!(scope.report().operation("observed::own").expect("it ran").replayed, 1);
    assert!(OWN.typed::<io::Result<()>>().begin_blocking().attempt(timeout).is_none());
    let replica = scope.operation(&OWN);
    assert!(core::ptr::eq(scope.operation(replica), replica), "a replica has no replica");
    assert_eq!(OWN.tokens_left().zip(replica.tokens_left()).map(|(all, left)| all > left), Some(true));
}

static OF_THE_PROCESS: AtomicU32 = AtomicU32::new(0);

#[test]
fn a_subscriber_of_a_scope_receives_its_events_alone() {
    events::subscribe(|event| {
        if event.operation() == "observed::told" {
            OF_THE_PROCESS.fetch_add(1, Ordering::Relaxed);
        }
    })
    .expect("there is room");

    #[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "observed::told")]
    fn told() -> io::Result<u32> {
        timeout()
    }

    let scope = testing::scope();
    let (sender, received) = mpsc::channel();
    scope.subscribe(move |event: &Event| sender.send(*event).expect("the test listens"));
    assert!(told().is_err());
    let per_call = ["AttemptFailed", "RetryScheduled", "AttemptFailed", "GaveUp"];
    let kinds = |events: Vec<Event>| events.iter().map(|event| name(event.kind())).collect::<Vec<_>>();
    assert_eq!(kinds(received.try_iter().collect()), per_call);
    {
        let _inner = testing::scope();
        assert!(told().is_err());
    }
    assert_eq!(received.try_iter().count(), 0, "the scope inside hides this one");
    scope.reset();
    assert!(told().is_err());
    assert_eq!(received.try_iter().count(), 4, "a reset keeps subscribers");
    drop(scope);
    assert!(told().is_err());
    assert_eq!(received.iter().count(), 0, "the last handle drops the subscriber");
    assert_eq!(OF_THE_PROCESS.load(Ordering::Relaxed), 16, "the process receives the events of all scopes");
}

fn name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::AttemptFailed { .. } => "AttemptFailed",
        EventKind::RetryScheduled { .. } => "RetryScheduled",
        EventKind::GaveUp { .. } => "GaveUp",
        _ => "another",
    }
}

#[test]
fn a_subscriber_may_call_and_subscribe() {
    let scope = testing::scope();
    let seen = Arc::new(Mutex::new(0));
    let (handle, count) = (scope.clone(), seen.clone());
    scope.subscribe(move |_| {
        assert!(save().is_ok());
        handle.subscribe(|_| {});
        *count.lock().expect("no panic") += 1;
    });
    assert!(load(&mut vec![timeout(), timeout()]).is_err());
    assert_eq!(*seen.lock().expect("no panic"), 4);
    assert_eq!(scope.report().operation("observed::save").expect("it ran").calls, 4);
}
