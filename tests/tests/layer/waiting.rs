//! Who waits for a request with the same key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use retry_runtime::idempotency::{Answer, Ask, Change, Claimed, Filter, Held, Kept, MemoryStore, Review, Store};
use tokio::sync::Notify;

use crate::shop::{Shop, layer_over, pass};

/// A store that tells of each claim.
struct Counting {
    keys: MemoryStore,
    claims: AtomicU32,
    claimed: Notify,
}

impl Store for Counting {
    fn claim<'a>(&'a self, ask: &'a Ask<'a>) -> Answer<'a, Claimed> {
        self.claims.fetch_add(1, SeqCst);
        self.claimed.notify_one();
        self.keys.claim(ask)
    }

    fn change<'a>(&'a self, held: &'a Held, change: Change<'a>) -> Answer<'a, Kept> {
        self.keys.change(held, change)
    }
}

/// It would wait for nobody, and run the handler for nobody where the first request came to nothing.
#[tokio::test]
async fn a_client_that_hangs_up_no_longer_waits() {
    let store = Arc::new(Counting { keys: MemoryStore::new(10), claims: AtomicU32::new(0), claimed: Notify::new() });
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
