//! Uses of keys in tasks of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::{MemoryStore, OnceError, Store, once};

/// 64 at one moment, on several threads: one run, and all are told what it came to.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_who_wait_are_told_what_one_run_came_to() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(10));
    let runs = Arc::new(AtomicU32::new(0));
    let uses = (0..64).map(|_| {
        let (store, runs) = (store.clone(), runs.clone());
        tokio::spawn(async move {
            let one = once(&*store, "order-31").wait(Duration::from_mins(1));
            one.run(async |_| {
                tokio::task::yield_now().await;
                Ok::<_, OnceError>(runs.fetch_add(1, Ordering::Relaxed))
            })
            .await
        })
    });
    for one in uses.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap().unwrap(), 0);
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn steps_can_be_spawned_too() {
    let store = Arc::new(MemoryStore::new(10));
    let shared = store.clone();
    let paid = tokio::spawn(async move {
        once(&*shared, "order-31")
            .run_steps(async |claim| {
                let charge: u32 = claim.step("charge", async |_key| Ok::<_, OnceError>(30)).await?;
                claim.step("ship", async |_key| Ok::<_, OnceError>(charge + 1)).await
            })
            .await
    });
    assert_eq!(paid.await.unwrap().unwrap(), 31);
}
