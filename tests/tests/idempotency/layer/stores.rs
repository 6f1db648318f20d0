//! The layer when its store fails, and when another server takes a key over.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use retry_idempotency::http::IdempotencyLayer;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, StoreFuture, Transition};
use retry_idempotency::sqlite::SqliteOptions;
use retry_idempotency::{BlockingStore, MemoryStore, Store, StoreError};
use retry_tests::Folder;

use crate::layer::shop::{LEASE, Shop, layer_over, pass};

/// A store that cannot be written: at all, or where a result is to be noted.
struct Failing {
    keys: MemoryStore,
    /// Error of a claim; `None` takes claims.
    refusal: Option<StoreError>,
}

impl Failing {
    fn layer(refusal: Option<StoreError>) -> IdempotencyLayer {
        layer_over(Arc::new(Self { keys: MemoryStore::new(10), refusal }))
    }
}

const FULL: StoreError = StoreError::Unfit { why: Cow::Borrowed("the disk is full") };

impl Store for Failing {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move {
            match &self.refusal {
                None => self.keys.claim(ask).await,
                Some(StoreError::Forgot) => Err(StoreError::Forgot),
                Some(_) => Err(FULL),
            }
        })
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move {
            match change {
                Transition::Finish { .. } => Err(FULL),
                _ => self.keys.transition(held, change).await,
            }
        })
    }
}

#[tokio::test]
async fn without_its_store_nothing_runs() {
    for (refusal, problem) in [(FULL, "StoreDown"), (StoreError::Forgot, "StoreForgot")] {
        let shop = Shop::new(Failing::layer(Some(refusal))).await;
        assert_eq!(shop.post("/pay").await.problem(), (503, problem.into()));
        assert_eq!(shop.runs(), 0);
    }
}

/// It was done, so its client is told so. Nobody else is, and it is not done again.
#[tokio::test]
async fn an_answer_that_cannot_be_noted_is_sent() {
    let shop = Shop::new(Failing::layer(None)).await;
    let first = shop.post("/pay").await;
    assert_eq!((first.status, first.headers["location"].as_bytes()), (201, &b"/payments/1"[..]));
    assert!(first.body.starts_with("run 1"), "{first:?}");

    let second = shop.post("/pay").await;
    assert_eq!(second.problem(), (409, "InFlight".into()));
    assert!(second.headers.contains_key("retry-after"));
    pass(LEASE).await;
    let third = shop.post("/pay").await;
    assert_eq!(third.problem(), (409, "Interrupted".into()));
    assert!(!third.headers.contains_key("retry-after"), "nobody knows what was done, so waiting does not help");
    assert_eq!(shop.runs(), 1);
}

/// Store that never waits, but may be busy.
struct AtOnce {
    keys: MemoryStore,
    is_busy: bool,
    /// Operations without a future, and with one.
    asked: [AtomicU64; 2],
}

impl AtOnce {
    async fn shop(is_busy: bool) -> (Arc<Self>, Shop) {
        let store = Arc::new(Self { keys: MemoryStore::new(10), is_busy, asked: Default::default() });
        let shop = Shop::new(layer_over(Arc::new(Arc::clone(&store)))).await;
        (store, shop)
    }

    /// Counts an operation without a future.
    fn ask(&self) -> Result<(), StoreError> {
        self.asked[0].fetch_add(1, SeqCst);
        if self.is_busy { Err(StoreError::Busy) } else { Ok(()) }
    }

    fn asked(&self) -> [u64; 2] {
        [self.asked[0].load(SeqCst), self.asked[1].load(SeqCst)]
    }
}

impl BlockingStore for AtOnce {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        self.ask().and_then(|()| self.keys.claim_blocking(request))
    }

    fn transition_blocking(&self, lease: &Lease, transition: Transition<'_>) -> Result<Ack, StoreError> {
        self.ask().and_then(|()| self.keys.transition_blocking(lease, transition))
    }
}

impl Store for AtOnce {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        self.asked[1].fetch_add(1, SeqCst);
        self.keys.claim(request)
    }

    fn transition<'a>(&'a self, lease: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        self.asked[1].fetch_add(1, SeqCst);
        self.keys.transition(lease, transition)
    }

    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        Some(self)
    }
}

#[tokio::test]
async fn a_store_that_never_waits_is_used_without_futures() {
    let (store, shop) = AtOnce::shop(false).await;
    assert_eq!((shop.post("/pay").await.status, store.asked()), (201, [2, 0]));
    let second = shop.post("/pay").await;
    assert_eq!((second.status, second.is_replayed(), shop.runs(), store.asked()), (201, true, 1, [3, 0]));
}

#[tokio::test]
async fn a_store_that_never_waits_but_fails_is_asked_again() {
    let (store, shop) = AtOnce::shop(true).await;
    assert_eq!((shop.post("/pay").await.status, store.asked()), (201, [2, 2]));
    let second = shop.post("/pay").await;
    assert_eq!((second.status, second.is_replayed(), shop.runs(), store.asked()), (201, true, 1, [3, 3]));
}

/// Two servers over one file, whose clock the test moves.
struct Servers {
    first: Shop,
    second: Shop,
    clock: Arc<AtomicU64>,
    _folder: Folder,
}

impl Servers {
    async fn new() -> Self {
        let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
        let clock = Arc::new(AtomicU64::new(1));
        let server = || {
            let clock = Arc::clone(&clock);
            let options = SqliteOptions::new().clock(move || clock.load(SeqCst));
            Shop::new(layer_over(Arc::new(options.open(folder.join("keys.db")).unwrap())).rerun())
        };
        let (first, second) = (server().await, server().await);
        second.seen.runs.store(10, SeqCst); // so that their answers differ
        Self { first, second, clock, _folder: folder }
    }

    /// The first one begins and stands still for longer than its lease; the second takes the key over and answers.
    async fn take_over(&self) {
        self.first.seen.begun.notified().await;
        assert_eq!(self.second.post("/slow").await.problem().1, "InFlight", "the lease is not over");
        self.clock.fetch_add(LEASE.as_micros().try_into().unwrap(), SeqCst);
        self.second.seen.gate.0.add_permits(1);
        let answer = self.second.post("/slow").await;
        assert_eq!((answer.status, answer.is_replayed(), self.second.runs()), (200, false, 11));
    }

    /// Sets the answers of the two from now on.
    async fn answered_by_the_second(&self) {
        for server in [&self.first, &self.second] {
            let answer = server.post("/slow").await;
            assert_eq!((answer.body.as_str(), answer.is_replayed()), ("run 11", true));
        }
        assert_eq!((self.first.runs(), self.second.runs()), (1, 11));
    }
}

#[tokio::test]
async fn a_late_answer_does_not_replace_that_of_who_took_over() {
    let servers = Servers::new().await;
    let (late, ()) = tokio::join!(servers.first.post("/slow"), async {
        servers.take_over().await;
        servers.first.seen.gate.0.add_permits(1);
    });
    assert_eq!(late.problem(), (409, "Lost".into()));
    servers.answered_by_the_second().await;
}

/// Its next extension tells it.
#[tokio::test]
async fn who_was_overtaken_is_dropped() {
    let servers = Servers::new().await;
    let (late, ()) = tokio::join!(servers.first.post("/slow"), async {
        servers.take_over().await;
        pass(LEASE / 2).await;
    });
    assert_eq!(late.problem(), (409, "Lost".into()));
    assert!(servers.first.seen.dropped.load(SeqCst));
    servers.answered_by_the_second().await;
}
