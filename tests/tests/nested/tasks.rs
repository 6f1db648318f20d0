//! Nested give-ups of calls in tasks that move between threads.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use retry_runtime::retry;
use retry_tests::Fault;

/// Sixty-four calls whose tasks move between four threads, each with its own nesting.
#[test]
fn nothing_leaks_between_tasks_that_move_between_threads() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let tasks: Vec<_> = (0..64_u32)
            .map(|number| {
                tokio::spawn(async move {
                    let (ran, tried) = (AtomicU32::new(0), AtomicU32::new(0));
                    let gives_up = number % 2 == 0;
                    let inside = moving(&ran, &tried, gives_up).await;
                    assert_eq!(inside, Err(Fault::Timeout));
                    assert_eq!(ran.into_inner(), if gives_up { 1 } else { 3 }, "task {number}");
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("the right number of attempts");
        }
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn moving(ran: &AtomicU32, tried: &AtomicU32, gives_up: bool) -> Result<(), Fault> {
    ran.fetch_add(1, Relaxed);
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    if gives_up {
        at_once(tried).await?;
    }
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    Err(Fault::Timeout)
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
async fn at_once(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    tokio::task::yield_now().await;
    Err(Fault::Timeout)
}
