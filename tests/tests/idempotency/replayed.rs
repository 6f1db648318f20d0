//! A key that is answered with what was remembered is told, under a name that holds nothing of it.

use std::sync::Mutex;

use retry_idempotency::{MemoryStore, OnceError, once};
use retry_runtime::events::{self, Event, EventKind};

static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(event: &Event) {
    if matches!(event.kind(), EventKind::KeyReplayed) {
        TOLD.lock().unwrap().push(format!("{event:?}"));
    }
}

#[test]
fn a_replay_is_told_and_a_first_use_is_not() {
    if !retry_tests::is_own_process(module_path!(), "a_replay_is_told_and_a_first_use_is_not") {
        return;
    }
    events::subscribe(note).unwrap();
    let store = MemoryStore::new(10);
    let pay = || once(&store, "order-31").scope("customer-7").run_blocking(|_| Ok::<_, OnceError>(31));
    pay().unwrap();
    assert!(TOLD.lock().unwrap().is_empty());
    pay().unwrap();
    let told = TOLD.lock().unwrap();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("idempotency::once"), "{told:?}");
    assert!(!told[0].contains("order") && !told[0].contains("customer"), "{told:?}");
}
