//! First successes under threads. Alone in its process, since which threads count in one place follows from the order in
//! which they count first.

use std::sync::Barrier;
use std::thread;

use retry_runtime::{report, retry};
use retry_tests::Fault;

#[retry(retry_on = Timeout, backoff = none, budget = none, name = "healthy")]
fn healthy() -> Result<u32, Fault> {
    Ok(7)
}

/// The sixteen places in which threads count.
const PLACES: usize = 16;
const CALLS: u64 = 1_500_000;

#[test]
fn two_threads_that_count_in_one_place_lose_no_call() {
    if !retry_tests::is_own_process(module_path!(), "two_threads_that_count_in_one_place_lose_no_call") {
        return;
    }
    let (begun, together) = &(Barrier::new(2), Barrier::new(2));
    thread::scope(|scope| {
        for thread in 0..=PLACES {
            scope.spawn(move || {
                healthy().unwrap();
                begun.wait();
                // The first and the last have the same place.
                if thread % PLACES == 0 {
                    together.wait();
                    (1..CALLS).for_each(|_| drop(healthy()));
                }
            });
            begun.wait();
        }
    });
    let report = report();
    let healthy = report.operation("healthy").unwrap();
    let calls = 2 * CALLS + 15;
    assert_eq!((healthy.calls, healthy.first_successes), (calls, calls));
    assert!((healthy.amplification - 1.0).abs() < 1e-9 && (healthy.amplification_last_minute - 1.0).abs() < 1e-9);
    assert_eq!(report.operations.len(), 1, "it is listed once");
}
