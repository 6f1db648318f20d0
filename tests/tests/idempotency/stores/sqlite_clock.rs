//! The clock of the machine is set while a store in a file is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use retry_idempotency::admin::ResolveOutcome;
use retry_idempotency::admin::{Admin, Resolution};
use retry_idempotency::protocol::{Ack, BlockingStore, ClaimOutcome, Store};
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore};
use retry_tests::Folder;

use crate::stores::harness::{KEEP, Said, ask, finish, id, plain};

/// Clocks in microseconds: that of the machine, and one that nobody sets.
#[derive(Clone)]
struct Clocks {
    wall: Arc<AtomicU64>,
    monotonic: Arc<AtomicU64>,
}

const YEAR: Duration = Duration::from_hours(365 * 24);

fn micros(time: Duration) -> u64 {
    time.as_micros().try_into().unwrap()
}

impl Clocks {
    fn new() -> Self {
        Self { wall: Arc::new(AtomicU64::new(50 * micros(YEAR))), monotonic: Arc::new(AtomicU64::new(1)) }
    }

    fn open(&self, folder: &Folder) -> SqliteStore {
        let (wall, monotonic) = (Arc::clone(&self.wall), Arc::clone(&self.monotonic));
        let options = SqliteOptions::new().clocks(move || wall.load(SeqCst), move || monotonic.load(SeqCst));
        options.open(folder.join("keys.db")).unwrap()
    }

    fn pass(&self, by: Duration) {
        self.wall.fetch_add(micros(by), SeqCst);
        self.monotonic.fetch_add(micros(by), SeqCst);
    }

    fn set_forward(&self, by: Duration) {
        self.wall.fetch_add(micros(by), SeqCst);
    }
}

fn said(store: &SqliteStore, owner: u8) -> Said {
    Said::from(store.claim_blocking(&ask("order", owner)).unwrap())
}

fn finished(store: &SqliteStore) {
    let ClaimOutcome::Run(held) = store.claim_blocking(&ask("order", 1)).unwrap() else { panic!("it runs") };
    assert_eq!(store.transition_blocking(&held, finish(b"paid")).unwrap(), Ack::Applied);
}

#[tokio::test]
async fn a_result_is_kept_for_its_true_time_though_the_clock_is_set_forward() {
    let (folder, clocks) = (Folder::new(env!("CARGO_TARGET_TMPDIR")), Clocks::new());
    let store = clocks.open(&folder);
    finished(&store);
    clocks.pass(KEEP / 2);
    clocks.set_forward(YEAR);
    assert_eq!(said(&store, 2), Said::Finished(b"paid".to_vec()));
    assert_eq!(store.purge(9).await.unwrap(), 0);
    let resolved = store.resolve(id("order"), Resolution::NothingHappened, true).await.unwrap();
    assert_eq!(resolved, ResolveOutcome::Finished);
    clocks.pass((KEEP / 2).saturating_sub(Duration::from_micros(1)));
    assert_eq!(said(&store, 2), Said::Finished(b"paid".to_vec()));
    clocks.pass(Duration::from_micros(1));
    assert_eq!(said(&store, 2), plain(1), "its true time is over");
    assert!(store.last_token(id("order")).await.unwrap().is_some());
}

#[tokio::test]
async fn an_expired_result_is_not_purged_by_another_claim_before_its_true_time() {
    let (folder, clocks) = (Folder::new(env!("CARGO_TARGET_TMPDIR")), Clocks::new());
    let store = clocks.open(&folder);
    finished(&store);
    clocks.set_forward(YEAR);
    for other in ["a", "b", "c"] {
        // Each new key removes two that are over.
        assert!(matches!(store.claim_blocking(&ask(other, 1)).unwrap(), ClaimOutcome::Run(_)));
    }
    assert_eq!(said(&store, 2), Said::Finished(b"paid".to_vec()));
}

/// It has no clock to compare: this is the limit that its docs name.
#[tokio::test]
async fn a_store_that_is_opened_later_cannot_know_that_the_clock_was_set() {
    let (folder, clocks) = (Folder::new(env!("CARGO_TARGET_TMPDIR")), Clocks::new());
    finished(&clocks.open(&folder));
    clocks.set_forward(YEAR);
    assert_eq!(said(&clocks.open(&folder), 2), plain(1));
}

#[tokio::test]
async fn a_clock_that_is_set_right_again_keeps_results_as_before() {
    let (folder, clocks) = (Folder::new(env!("CARGO_TARGET_TMPDIR")), Clocks::new());
    let store = clocks.open(&folder);
    finished(&store);
    clocks.set_forward(YEAR);
    assert_eq!(said(&store, 2), Said::Finished(b"paid".to_vec()));
    clocks.wall.fetch_sub(micros(YEAR), SeqCst);
    assert_eq!(said(&store, 2), Said::Finished(b"paid".to_vec()));
    clocks.pass(KEEP);
    assert_eq!(said(&store, 2), plain(1));
}
