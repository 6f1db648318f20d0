//! Helpers: an error type, and a store that fails on demand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, StoreFuture, Transition};
use retry_idempotency::{Admin, MemoryStore, OnceError, Store, StoreError, once};
use retry_runtime::{Class, Classify};
use serde::{Deserialize, Serialize};

pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const KEEP: Duration = Duration::from_hours(24);

#[derive(Debug, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum PayError {
    #[error("status {0}")]
    Status(u16),
    #[error("it was cut off")]
    Timeout,
    #[error("it never got there")]
    Connect,
    #[error("declined")]
    Declined,
    #[error(transparent)]
    Once(#[from] OnceError),
}

impl Classify for PayError {
    fn class(&self) -> Class {
        match self {
            Self::Status(status) => Class::Status(*status),
            Self::Timeout => Class::Timeout,
            Self::Connect => Class::Connect,
            Self::Declined => Class::Permanent,
            Self::Once(refused) => refused.class(),
        }
    }
}

/// Faults of a store instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// It cannot be reached.
    Busy,
    /// It never answers.
    Silent,
    /// Somebody has taken over.
    Lost,
    /// The step is taken, and its answer lost, once.
    AnswerLost,
    /// Claims are taken, and their answers lost; transitions do not arrive.
    Deaf,
    /// As `Deaf`, without an error.
    DeafAndSilent,
    /// All steps are taken, and their answers lost.
    AnswersLost,
    /// Claims arrive only when that is said, by `arrive`.
    Late,
}

/// A store in memory that counts its steps, and fails on demand.
pub(crate) struct Shop {
    pub(crate) keys: MemoryStore,
    fault: Mutex<Fault>,
    steps: AtomicU32,
    name: String,
    /// The claim that is late: its lease and its holder.
    late: Mutex<Option<Lease>>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("order-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        Self {
            keys: MemoryStore::new(100),
            fault: Mutex::new(Fault::None),
            steps: AtomicU32::new(0),
            name,
            late: Mutex::default(),
        }
    }

    /// A key that no other test has: a process counts who waits for one, in whatever store.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn fail(&self, fault: Fault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Number of steps since the last call.
    pub(crate) fn steps(&self) -> u32 {
        self.steps.swap(0, Ordering::Relaxed)
    }

    /// The claim that was late arrives.
    pub(crate) async fn arrive(&self) {
        let late = self.late.lock().unwrap().take().expect("a claim is late");
        let _ = self.keys.claim(&ClaimRequest::new(late.id(), late.holder(), LEASE)).await.unwrap();
    }

    fn fault(&self) -> Fault {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let mut fault = self.fault.lock().unwrap();
        let now = *fault;
        if now == Fault::AnswerLost {
            *fault = Fault::None;
        }
        now
    }

    /// The state of the only key.
    pub(crate) async fn state(&self) -> Option<KeyState> {
        state(&self.keys).await
    }
}

/// The state of the first key of a store.
pub(crate) async fn state(store: &dyn Admin) -> Option<KeyState> {
    store.list(Filter::default(), None, 9).await.unwrap().entries.first().map(|entry| entry.state)
}

impl Store for Shop {
    fn claim<'a>(&'a self, ask: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move {
            match self.fault() {
                Fault::Busy => Err(StoreError::Busy),
                Fault::Silent => std::future::pending().await,
                Fault::AnswerLost | Fault::AnswersLost | Fault::Deaf => {
                    self.keys.claim(ask).await?;
                    Err(StoreError::Busy)
                }
                Fault::DeafAndSilent => {
                    self.keys.claim(ask).await?;
                    std::future::pending().await
                }
                Fault::Late => {
                    *self.late.lock().unwrap() = Some(Lease::new(ask.id, ask.holder, 0, 1));
                    Err(StoreError::Busy)
                }
                Fault::None | Fault::Lost => self.keys.claim(ask).await,
            }
        })
    }

    fn transition<'a>(&'a self, held: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move {
            match self.fault() {
                Fault::Busy | Fault::Deaf => Err(StoreError::Busy),
                Fault::Silent | Fault::DeafAndSilent => std::future::pending().await,
                Fault::Lost => Ok(Ack::Lost),
                Fault::AnswerLost | Fault::AnswersLost => {
                    let _: Ack = self.keys.transition(held, change).await?;
                    Err(StoreError::Busy)
                }
                Fault::None | Fault::Late => self.keys.transition(held, change).await,
            }
        })
    }
}

/// Something that notes when it is dropped.
pub(crate) struct Dropped<'a>(pub(crate) &'a AtomicU32);

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The core of the rules, on a store of any kind; nothing in it waits for time.
pub(crate) async fn scenarios(store: &dyn Store) {
    let (runs, body) = (AtomicU32::new(0), async |_| Ok::<u32, PayError>(1));
    let counts = async |_| Ok::<_, PayError>(runs.fetch_add(1, Ordering::Relaxed));
    for _ in 0..3 {
        assert_eq!(once(store, "plain").fingerprint(&31).run(counts).await.unwrap(), 0);
    }
    let other = once(store, "plain").fingerprint(&32).run(body).await;
    assert!(matches!(other, Err(PayError::Once(OnceError::Mismatch))), "{other:?}");

    let cut = once(store, "cut").run(async |_| Err::<u32, _>(PayError::Timeout)).await;
    assert!(matches!(cut, Err(PayError::Timeout)));
    let again = once(store, "cut").run(body).await;
    assert!(matches!(again, Err(PayError::Once(OnceError::Interrupted { runs: 1 }))), "{again:?}");
    assert_eq!(once(store, "cut").rerun().run(body).await.unwrap(), 1);

    let inside = once(store, "nothing").run(async |_| {
        let second = once(store, "nothing").run(async |_| Ok::<u32, PayError>(2)).await;
        assert!(matches!(second, Err(PayError::Once(OnceError::Nested))), "{second:?}");
        Err::<u32, _>(PayError::Connect)
    });
    inside.await.unwrap_err();
    assert_eq!(once(store, "nothing").run(body).await.unwrap(), 1);

    for fails in [true, false] {
        let stepped = once(store, "steps").run_steps(async |claim| {
            let run: u32 = claim.step("charge", async |_| Ok::<_, PayError>(claim.run())).await?;
            claim.step("ship", async |_| if fails { Err(PayError::Timeout) } else { Ok(run) }).await
        });
        let stepped = stepped.await;
        assert!(fails || matches!(stepped, Ok(1)), "recorded by the first run: {stepped:?}");
    }

    for expected in [1, 11, 21] {
        let merged = once(store, "merge").merge(|old: Result<u32, PayError>| Ok(old? + 10)).run(body).await;
        assert_eq!(merged.unwrap(), expected);
    }
    let failed = once(store, "merge").merge(|_| Err(PayError::Declined)).run(body).await;
    assert!(matches!(failed, Err(PayError::Declined)));
    assert_eq!(once(store, "merge").run(body).await.unwrap(), 21);
    let flagged = once(store, "merge").flag(|| "again").run(body).await;
    assert!(matches!(flagged, Err(PayError::Once(OnceError::Duplicate { .. }))), "{flagged:?}");
}
