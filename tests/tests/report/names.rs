//! Operations that a program makes while it runs, without end. Alone in its process, which they fill.

use retry_runtime::{Operation, TimedPolicy, events, report};
use retry_tests::{record_events, take_events};

const MOST: usize = 10_000;

/// More operations than the report lists; the surplus must not become labels.
#[test]
fn names_without_bound_are_refused() {
    if !retry_tests::is_own_process(module_path!(), "names_without_bound_are_refused") {
        return;
    }
    record_events();
    for _ in 0..=MOST {
        let name = Box::leak(Box::from("made"));
        events::key_replayed(Box::leak(Box::new(Operation::new(name, TimedPolicy::new()))));
    }
    let told = take_events();
    assert_eq!((told[MOST - 1].as_str(), told[MOST].as_str()), ("made replayed", "others replayed"));
    assert_eq!(report().operations.len(), MOST);
}
