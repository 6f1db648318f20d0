//! Requests that wait for one with the same key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, StoreFuture, Transition};
use retry_idempotency::{Admin, MemoryStore, Store};
use tokio::sync::{Notify, Semaphore};

use crate::layer::shop::{Shop, layer_over, pass};

/// A store that tells of each claim, and answers so many.
struct Counting {
    keys: MemoryStore,
    claims: AtomicU32,
    claimed: Notify,
    answers: Semaphore,
}

impl Counting {
    fn new(answers: usize) -> Arc<Self> {
        let (keys, answers) = (MemoryStore::new(10), Semaphore::new(answers));
        Arc::new(Self { keys, claims: AtomicU32::new(0), claimed: Notify::new(), answers })
    }
}

impl Store for Counting {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        self.claims.fetch_add(1, SeqCst);
        self.claimed.notify_one();
        Box::pin(async {
            let claimed = self.keys.claim(ask).await;
            self.answers.acquire().await.unwrap().forget();
            claimed
        })
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        self.keys.transition(held, change)
    }
}

/// It would wait for nobody, and run the handler for nobody where the first request came to nothing.
#[tokio::test]
async fn a_client_that_hangs_up_no_longer_waits() {
    let store = Counting::new(99);
    let shop = Shop::new(layer_over(store.clone()).wait(Duration::from_mins(1))).await;
    let _first = shop.raw("/slow", 0, "").await;
    shop.seen.begun.notified().await;
    store.claimed.notified().await;

    let second = shop.raw("/slow", 0, "").await;
    store.claimed.notified().await;
    drop(second);
    shop.seen.hung_up.notified().await;
    let claims = store.claims.load(SeqCst);
    let held = store.keys.list(Filter::default(), None, 1).await.unwrap().entries;
    assert!(store.keys.evict(held[0].id()).await.unwrap());
    pass(Duration::from_secs(1)).await;
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert_eq!((store.claims.load(SeqCst), shop.runs()), (claims, 1));
}

/// The claim may have been taken: cut here, the key would be open, and nobody at it.
#[tokio::test]
async fn a_client_that_hangs_up_while_the_store_is_asked_stops_nothing() {
    let store = Counting::new(0);
    let shop = Shop::new(layer_over(store.clone()).wait(Duration::from_mins(1))).await;
    let first = shop.raw("/slow", 0, "").await;
    store.claimed.notified().await;
    drop(first);
    shop.seen.hung_up.notified().await;
    store.answers.add_permits(99);
    shop.seen.gate.0.add_permits(1);
    shop.seen.ended.notified().await;
    let second = shop.post("/slow").await;
    assert_eq!((second.is_replayed(), second.body.as_str(), shop.runs()), (true, "run 1", 1));
}
