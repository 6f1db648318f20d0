//! On threads, which nobody can stop.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, StoreFuture, Transition};
use retry_idempotency::{BlockingStore, Checked, MemoryStore, OnceError, Store, StoreError, once};

use retry_runtime::testing;

use crate::once::shop::{LEASE, PayError};

/// Whoever waits for another thread waits for longer than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// A store that tells of extensions, and loses them on demand.
struct Told {
    keys: MemoryStore,
    extended: Mutex<Sender<()>>,
    loses: bool,
}

impl Store for Told {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move { self.claim_blocking(ask) })
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move { self.transition_blocking(held, change) })
    }
}

impl BlockingStore for Told {
    fn claim_blocking(&self, ask: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        self.keys.claim_blocking(ask)
    }

    fn transition_blocking(&self, held: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        let extends = matches!(change, Transition::Extend { .. });
        let kept = if self.loses && extends { Ack::Lost } else { self.keys.transition_blocking(held, change)? };
        if extends {
            let _ = self.extended.lock().unwrap().send(());
        }
        Ok(kept)
    }
}

#[test]
fn a_thread_extends_the_lease_beside_the_body() {
    let (extended, tells) = channel();
    let store = Told { keys: MemoryStore::new(9), extended: Mutex::new(extended), loses: false };
    let paid = once(&store, "order").lease(Duration::from_millis(60)).run_blocking(|claim| {
        for _ in 0..5 {
            tells.recv_timeout(PATIENCE).expect("it is extended");
        }
        assert!(!claim.is_lost());
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.unwrap(), 1);
    assert!(tells.try_iter().count() <= 1, "nobody extends what is over");
}

#[test]
fn a_body_can_ask_whether_the_key_is_lost() {
    let (extended, tells) = channel();
    let store = Told { keys: MemoryStore::new(9), extended: Mutex::new(extended), loses: true };
    let paid = once(&store, "order").lease(Duration::from_millis(60)).run_blocking(|claim| {
        tells.recv_timeout(PATIENCE).expect("it is asked");
        let end = std::time::Instant::now() + PATIENCE;
        while !claim.is_lost() {
            assert!(std::time::Instant::now() < end, "it is told");
            std::thread::yield_now();
        }
        Err::<u32, _>(PayError::Once(OnceError::Lost))
    });
    assert!(matches!(paid, Err(PayError::Once(OnceError::Lost))));
}

#[test]
fn a_body_that_panics_leaves_the_key_open_and_no_thread() {
    let store = MemoryStore::new(9);
    let panics = || once(&store, "order").run_blocking(|_| -> Result<u32, PayError> { panic!("midway") });
    catch_unwind(AssertUnwindSafe(panics)).unwrap_err();
    let again = once(&store, "order").run_blocking(|_| Ok::<_, PayError>(1));
    assert!(matches!(again, Err(PayError::Once(OnceError::InFlight { .. }))), "{again:?}");
}

#[test]
fn the_rules_are_those_of_tasks() {
    let store = MemoryStore::new(9);
    let cut = || once(&store, "order").run_blocking(|_| Err::<u32, _>(PayError::Timeout));
    cut().unwrap_err();
    assert!(matches!(cut(), Err(PayError::Once(OnceError::Interrupted { .. }))));
    let looked = once(&store, "order").check_blocking(|_| Ok(Checked::Done(7))).run_blocking(|_| Ok::<_, PayError>(1));
    assert_eq!(looked.unwrap(), 7);

    let steps = |fails| {
        once(&store, "steps").run_steps_blocking(|claim| {
            let charged: u32 = claim.step_blocking("charge", |_| Ok::<_, PayError>(claim.run()))?;
            if fails { Err(PayError::Timeout) } else { Ok(charged) }
        })
    };
    steps(true).unwrap_err();
    assert_eq!(steps(false).unwrap(), 1, "recorded by the first run");

    let inside = once(&store, "inside").run_in_blocking(|_| Ok::<_, PayError>(1));
    assert!(matches!(inside, Err(PayError::Once(OnceError::NotCompleted))));
}

/// A store that is away for its next transitions.
struct Away {
    keys: MemoryStore,
    transitions: AtomicU32,
}

impl Store for Away {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move { self.claim_blocking(ask) })
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move { self.transition_blocking(held, change) })
    }
}

impl BlockingStore for Away {
    fn claim_blocking(&self, ask: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        self.keys.claim_blocking(ask)
    }

    fn transition_blocking(&self, held: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        let is_away = self.transitions.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok();
        if is_away { Err(StoreError::Busy) } else { self.keys.transition_blocking(held, change) }
    }
}

/// The thread sends the end until the lease is over, and not three times. The clock is not the real one.
#[test]
fn the_end_of_a_key_is_sent_until_the_lease_is_over() {
    let clock = testing::pause();
    let store = Away { keys: MemoryStore::new(9), transitions: AtomicU32::new(12) };
    let pay = |key| once(&store, key).run_blocking(|_| Ok::<_, PayError>(31));
    assert_eq!(pay("order").unwrap(), 31);
    assert_eq!(store.transitions.load(SeqCst), 0);
    assert!(clock.elapsed() > Duration::from_secs(3) && clock.elapsed() < LEASE, "{:?}", clock.elapsed());
    assert_eq!(once(&store, "order").run_blocking(|_| Ok::<_, PayError>(32)).unwrap(), 31);

    store.transitions.store(u32::MAX, SeqCst);
    let begun = clock.elapsed();
    assert!(matches!(pay("other"), Err(PayError::Once(OnceError::Store(StoreError::Busy)))));
    assert_eq!(clock.elapsed(), begun + LEASE);
}
