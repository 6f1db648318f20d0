//! Events of attempts that wait for a limit.

use std::time::Duration;

use retry_runtime::events::EventKind;
use retry_runtime::{Concurrency, StopReason, retry, testing};
use retry_tests::Fault;

#[retry(name = "limited", retry_on = Timeout, concurrency = limit)]
fn limited(limit: &Concurrency, body: &mut dyn FnMut()) -> Result<(), Fault> {
    body();
    Ok(())
}

#[test]
fn a_wait_is_an_event_and_so_is_its_end() {
    let _clock = testing::pause();
    let scope = testing::scope();
    let (sender, events) = std::sync::mpsc::channel();
    scope.subscribe(move |event| sender.send(event.kind()).unwrap());
    let limit = Concurrency::new(1);
    limited(&limit, &mut || drop(limited(&limit, &mut || {}))).unwrap();
    let events: Vec<_> = events.try_iter().collect();
    let [EventKind::WaitingForLimit { attempt, limit, delay, .. }, EventKind::GaveUp { attempts, class, reason, .. }] =
        &*events
    else {
        panic!("{events:?}")
    };
    assert_eq!((*attempt, *limit, *delay), (1, "concurrency", Duration::from_millis(500)));
    assert_eq!((*attempts, *class, *reason), (0, None, StopReason::Concurrency));
    let report = scope.report();
    let operation = report.operation("limited").unwrap();
    assert_eq!(operation.limit_waits, [("concurrency", 1)]);
    assert!(report.to_string().contains("waited for: concurrency 1"), "{report}");
}
