//! Removing what is over, on tokio's paused clock.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use retry_idempotency::admin::{
    Cursor, Filter, KeyDetails, KeyPage, Resolution, ResolveOutcome, keep_purged, purge_all,
};
use retry_idempotency::protocol::{
    Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Lease, StoreFuture, Takeover, Transition,
};
use retry_idempotency::{Admin, BlockingStore, MemoryStore, Store, StoreError};
use tokio::time::{Instant, advance, sleep};

const KEEP: Duration = Duration::from_mins(1);

/// A store that counts its purges, and fails those that it is told to.
struct Counting {
    store: MemoryStore,
    purges: AtomicUsize,
    most: AtomicUsize,
    failures: AtomicUsize,
}

impl Counting {
    fn new() -> Self {
        let store = MemoryStore::new(10_000);
        Self { store, purges: AtomicUsize::new(0), most: AtomicUsize::new(0), failures: AtomicUsize::new(0) }
    }

    fn claim_key(&self, key: &str) -> Lease {
        let ask = ClaimRequest {
            id: Id::new("account-7", key).unwrap(),
            fingerprint: None,
            holder: HolderId::random(),
            lease: KEEP,
            takeover: Takeover::Refuse,
        };
        let ClaimOutcome::Run(held) = self.store.claim_blocking(&ask).unwrap() else { panic!("the first use runs") };
        held
    }

    fn finish(&self, keys: usize) {
        for key in 0..keys {
            let held = self.claim_key(&format!("key-{key}"));
            let finish = Transition::Finish { result: b"", keep: KEEP };
            assert_eq!(self.store.transition_blocking(&held, finish).unwrap(), Ack::Applied);
        }
    }
}

impl Store for Counting {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        self.store.claim(ask)
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        self.store.transition(held, change)
    }
}

impl Admin for Counting {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        self.store.list(filter, after, limit)
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        self.store.resolve(id, resolution, force)
    }

    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>> {
        self.store.read(id)
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        self.store.evict(id)
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        self.purges.fetch_add(1, Ordering::Relaxed);
        self.most.fetch_max(limit, Ordering::Relaxed);
        let one_less = |left: usize| left.checked_sub(1);
        if self.failures.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
            return Box::pin(async { Err(StoreError::Busy) });
        }
        self.store.purge(limit)
    }
}

#[tokio::test(start_paused = true)]
async fn all_that_is_over_is_purged_in_batches_and_nothing_else() {
    let store = Counting::new();
    store.finish(25);
    store.claim_key("open");
    assert_eq!(purge_all(&store, 10).await.unwrap(), 0);
    advance(KEEP).await;
    let purges = store.purges.swap(0, Ordering::Relaxed);
    assert_eq!((purges, purge_all(&store, 10).await.unwrap()), (1, 25));
    assert_eq!((store.purges.load(Ordering::Relaxed), store.most.load(Ordering::Relaxed)), (3, 10));
    assert_eq!(store.store.len(), 1, "an open key is never over");
    assert_eq!(purge_all(&store, 0).await.unwrap(), 0, "a batch of nothing would never end");
}

#[tokio::test(start_paused = true)]
async fn a_failure_ends_a_purge_of_all() {
    let store = Counting::new();
    store.finish(1);
    advance(KEEP).await;
    store.failures.store(1, Ordering::Relaxed);
    assert!(matches!(purge_all(&store, 10).await, Err(StoreError::Busy)));
    assert_eq!(purge_all(&store, 10).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_is_kept_purged_through_failures_until_that_is_dropped() {
    let store = Arc::new(Counting::new());
    store.finish(1200);
    store.failures.store(2, Ordering::Relaxed);
    let reports = Arc::new(Mutex::new(Vec::new()));
    let purging = tokio::spawn({
        let (store, reports) = (store.clone(), reports.clone());
        async move {
            let report = |removed: Result<usize, StoreError>| reports.lock().unwrap().push(removed.ok());
            keep_purged(&*store, KEEP * 2, report).await
        }
    });
    // No wait is longer than one and a half of it, and what is over after the third is what was there.
    sleep(KEEP * 9 + Duration::from_secs(1)).await;
    let seen = reports.lock().unwrap().clone();
    assert_eq!(seen[..5], [None, None, Some(500), Some(500), Some(200)]);
    assert!(seen[5..].iter().all(|removed| *removed == Some(0)));
    purging.abort();
    assert!(purging.await.unwrap_err().is_cancelled());
    sleep(KEEP * 9).await;
    assert_eq!(*reports.lock().unwrap(), seen);
}

/// Many processes that were started at once do not purge at once.
#[tokio::test(start_paused = true)]
async fn the_waits_between_purges_are_spread() {
    let store = Counting::new();
    let (every, start) = (Duration::from_secs(100), Instant::now());
    retry_runtime::random::seed(7);
    let times = Mutex::new(Vec::new());
    tokio::select! {
        never = keep_purged(&store, every, |_| times.lock().unwrap().push(start.elapsed())) => match never {},
        () = sleep(every * 1000) => {}
    }
    let times = times.into_inner().unwrap();
    let waits: Vec<_> = times.windows(2).map(|pair| pair[1].checked_sub(pair[0]).unwrap()).collect();
    let millisecond = Duration::from_millis(1);
    assert!(waits.iter().all(|wait| *wait >= every / 2 && *wait <= every * 3 / 2 + millisecond));
    assert!((900..=1100).contains(&waits.len()), "{} waits are about {every:?}", waits.len());
    for eighth in 0..8 {
        let from = every / 2 + every / 8 * eighth;
        let within = waits.iter().filter(|wait| **wait >= from && **wait < from + every / 8).count();
        assert!((75..=175).contains(&within), "{within} of {} waits are in part {eighth}", waits.len());
    }
}

#[tokio::test(start_paused = true)]
async fn no_wait_at_all_leaves_others_time() {
    let (store, mut purges) = (Counting::new(), 0);
    tokio::select! {
        never = keep_purged(&store, Duration::ZERO, |_| purges += 1) => match never {},
        () = sleep(Duration::from_millis(100)) => {}
    }
    assert!((10..=101).contains(&purges), "{purges}");
}
