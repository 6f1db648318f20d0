//! The harness that the rules use.

use std::process;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Lease, Takeover, Transition};
use retry_idempotency::{Admin, Fingerprint};

/// Access of the rules to a store.
pub(crate) trait Harness {
    /// Real time that may pass during a rule; zero where the harness owns the clock of the store.
    const SLACK: Duration;

    /// The store: without keys at first, and the same each time.
    async fn store(&self) -> Arc<dyn Admin>;

    /// The store with a bound on the keys of each scope.
    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin>;

    /// Lets time pass for the store. It does not wait: it moves the store's clock, or all that the store has noted.
    async fn pass_time(&self, by: Duration);
}

/// Ends the tests of this process when one of them hangs: a lock that is never given up cannot be waited out otherwise.
pub(crate) struct Watchdog {
    /// Dropped with the test.
    _test: Sender<()>,
}

impl Watchdog {
    const PATIENCE: Duration = Duration::from_mins(2);

    pub(crate) fn new() -> Self {
        let (test, ended) = mpsc::channel::<()>();
        let name = thread::current().name().unwrap_or("a test").to_owned();
        thread::spawn(move || {
            if ended.recv_timeout(Self::PATIENCE) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{name} hangs for {:?}", Self::PATIENCE);
                process::abort();
            }
        });
        Self { _test: test }
    }
}

pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const KEEP: Duration = Duration::from_hours(1);

/// A store, and how its time passes.
pub(crate) struct Case<H> {
    harness: H,
    pub(crate) store: Arc<dyn Admin>,
}

impl<H: Harness> Case<H> {
    pub(crate) async fn new(harness: H) -> Self {
        let store = harness.store().await;
        Self { harness, store }
    }

    /// The same store, opened with a bound on the keys of each scope.
    pub(crate) async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        self.harness.bounded(keys_per_scope).await
    }

    pub(crate) async fn pass(&self, by: Duration) {
        self.harness.pass_time(by).await;
    }

    pub(crate) async fn claim(&self, ask: ClaimRequest<'_>) -> ClaimOutcome {
        self.store.claim(&ask).await.expect("the store answers")
    }

    pub(crate) async fn said(&self, ask: ClaimRequest<'_>) -> Said {
        Said::from(self.claim(ask).await)
    }

    /// A claim that must run.
    pub(crate) async fn run(&self, ask: ClaimRequest<'_>) -> Lease {
        match self.claim(ask).await {
            ClaimOutcome::Run(held) => held,
            other => panic!("{ask:?} should run, and got {other:?}"),
        }
    }

    pub(crate) async fn change(&self, held: &Lease, change: Transition<'_>) -> Ack {
        self.store.transition(held, change).await.expect("the store answers")
    }

    /// A change that must be made.
    pub(crate) async fn keep(&self, held: &Lease, change: Transition<'_>) {
        assert_eq!(self.change(held, change).await, Ack::Applied, "{change:?}");
    }

    /// A key that is finished.
    pub(crate) async fn finished(&self, ask: ClaimRequest<'_>, result: &[u8]) -> Lease {
        let held = self.run(ask).await;
        self.keep(&held, finish(result)).await;
        held
    }

    /// Margin before the end of a duration within which the store must still report it as running.
    #[allow(clippy::unused_self)] // reads better, and a rule cannot name its type
    pub(crate) fn just_before(&self) -> Duration {
        H::SLACK.max(Duration::from_micros(1))
    }
}

/// A first claim of `key` by the owner of that number, to be changed by what follows.
pub(crate) fn ask(key: &str, owner: u8) -> ClaimRequest<'_> {
    ClaimRequest {
        id: id(key),
        fingerprint: None,
        holder: HolderId::from_bytes([owner; 16]),
        lease: LEASE,
        takeover: Takeover::Refuse,
    }
}

/// The same, of another account.
pub(crate) fn of_another(key: &str) -> ClaimRequest<'_> {
    ClaimRequest { id: Id::new("account-8", key).expect("a valid key"), ..ask(key, 1) }
}

pub(crate) fn id(key: &str) -> Id<'_> {
    Id::new("account-7", key).expect("a valid key")
}

pub(crate) fn finish(result: &[u8]) -> Transition<'_> {
    Transition::Finish { result, keep: KEEP }
}

pub(crate) const EXTEND: Transition<'_> = Transition::Extend { lease: LEASE };

pub(crate) fn step<'a>(name: &'a str, result: &'a [u8]) -> Transition<'a> {
    Transition::Step { name, result }
}

/// The fingerprint of a request, by a version of the rule.
pub(crate) fn fingerprint(version: u8, request: u8) -> Fingerprint {
    Fingerprint::new(version, [request; 32])
}

pub(crate) trait With<'a>: Sized {
    fn resume(self) -> Self;
    fn reopen(self) -> Self;
    fn of(self, fingerprint: &'a Fingerprint) -> Self;
}

impl<'a> With<'a> for ClaimRequest<'a> {
    fn resume(self) -> Self {
        Self { takeover: Takeover::Resume, ..self }
    }

    fn reopen(self) -> Self {
        Self { takeover: Takeover::Reopen, ..self }
    }

    fn of(self, fingerprint: &'a Fingerprint) -> Self {
        Self { fingerprint: Some(fingerprint), ..self }
    }
}

/// An answer, without what differs from store to store: the token, and how long to wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Run { run: u32, steps: Vec<(String, Vec<u8>)>, previous: Option<Vec<u8>> },
    Finished(Vec<u8>),
    InFlight,
    Interrupted(u32),
    Mismatch,
}

impl From<ClaimOutcome> for Said {
    fn from(claimed: ClaimOutcome) -> Self {
        match claimed {
            ClaimOutcome::Run(held) => Self::from(&held),
            ClaimOutcome::Finished(result) => Self::Finished(result.into()),
            ClaimOutcome::InFlight { .. } => Self::InFlight,
            ClaimOutcome::Interrupted { runs } => Self::Interrupted(runs),
            ClaimOutcome::Mismatch => Self::Mismatch,
        }
    }
}

impl From<&Lease> for Said {
    fn from(held: &Lease) -> Self {
        let steps = held.steps().iter().map(|(name, result)| (name.to_owned(), result.to_vec())).collect();
        Self::Run { run: held.run(), steps, previous: held.previous().map(<[u8]>::to_vec) }
    }
}

/// A run of that number, without steps, that replaces nothing.
pub(crate) fn plain(run: u32) -> Said {
    Said::Run { run, steps: Vec::new(), previous: None }
}
