//! Begin of a session: claims the key until it is held, answered or refused.

use core::time::Duration;
use std::sync::{Arc, Weak};

use crate::protocol::{
    ClaimOutcome, ClaimRequest, Fingerprint, HolderId, Id, Lease, StoreError, Takeover, Times, Transition, review_scope,
};
use crate::record::{Kind, Record};
use crate::session::background::{OnDrop, Purpose, settle};
use crate::session::claim::Claim;
use crate::session::ending::{End, Ending};
use crate::session::error::OnceError;
use crate::session::failure_policy::Mode;
use crate::session::finish::Running;
use crate::session::lease::LeaseClock;
use crate::session::nesting::token_around;
use crate::session::store_handle::StoreHandle;
use crate::session::waiters::Waiter;
use crate::support::{nanos, now, random};

/// Bounds of the delay between two polls, in nanoseconds.
///
/// The first doubles up to the second, and each is randomized between half of it and all of it.
const FIRST_DELAY: u64 = 20_000_000;
const MAX_DELAY: u64 = 250_000_000;
/// Longest hint to a caller that does not wait.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(1);

/// One use of a key.
pub(crate) struct Session<'a> {
    pub(crate) store: StoreHandle<'a>,
    pub(crate) id: Id<'a>,
    /// Holder that claims the key.
    pub(crate) holder: HolderId,
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) times: Times,
    /// Keeps the result from the first claim on, instead of from when it is finished.
    pub(crate) keep_from_claim: bool,
    /// Time to wait for a key that is in flight.
    pub(crate) wait: Duration,
    /// Caller that waits; the session stops waiting when it is gone.
    ///
    /// `None` if the caller drops the future instead.
    pub(crate) caller: Option<Weak<()>>,
}

/// Outcome of [`Session::open`].
pub(crate) enum Opened<'a> {
    Running(Running<'a>),
    /// Record of the result.
    Finished(Vec<u8>),
}

impl<'a> Session<'a> {
    /// Claims the key.
    ///
    /// `resumes` runs an interrupted key again; `takeover` is what a finished key is claimed with, if not to be
    /// replayed.
    pub(crate) async fn open(
        &self,
        mode: Mode,
        resumes: bool,
        takeover: Option<Takeover>,
    ) -> Result<Opened<'a>, OnceError> {
        let at_once = if takeover.is_none() { self.open_at_once(mode, resumes) } else { None };
        if let Some(opened) = at_once {
            return Ok(opened);
        }
        // Boxed, because it would be most of the state of each function that awaits it.
        Box::pin(self.open_in_time(mode, resumes, takeover)).await
    }

    /// Opens a key that is new or finished in a store that never waits.
    ///
    /// `None` otherwise: the same holder then claims it again.
    fn open_at_once(&self, mode: Mode, resumes: bool) -> Option<Opened<'a>> {
        let sent = now();
        match self.store.claim_at_once(&self.request(resumes, None))? {
            ClaimOutcome::Run(lease) if lease.previous().is_none() => Some(self.running(mode, lease, sent)),
            ClaimOutcome::Finished(bytes) => Some(Opened::Finished(bytes.into())),
            _ => None,
        }
    }

    fn request(&self, resumes: bool, takeover: Option<Takeover>) -> ClaimRequest<'_> {
        let resume = if resumes { Takeover::Resume } else { Takeover::Refuse };
        ClaimRequest {
            id: self.id,
            fingerprint: self.fingerprint.as_ref(),
            holder: self.holder,
            lease: self.times.lease(),
            takeover: takeover.unwrap_or(resume),
        }
    }

    /// Begins to run with a lease that was claimed at `sent`.
    fn running(&self, mode: Mode, lease: Lease, sent: u64) -> Opened<'a> {
        let limit = self.store.result_limit();
        let claim = Claim::new(lease, self.times, self.keep_from_claim.then_some(sent), limit);
        let lease = LeaseClock { sent, nanos: nanos(self.times.lease()) };
        Opened::Running(Running { store: self.store, claim, lease, mode, fingerprint: self.fingerprint })
    }

    /// Claims the key as often as it has to be.
    async fn open_in_time(
        &self,
        mode: Mode,
        resumes: bool,
        takeover: Option<Takeover>,
    ) -> Result<Opened<'a>, OnceError> {
        let mut request = self.request(resumes, takeover);
        let first = request.takeover;
        let mut sent = now();
        let mut polling = Polling::new(self, sent);
        loop {
            match self.claim(&request, resumes).await? {
                // A merge was interrupted, and this use is not one: restore the old result, and claim that.
                ClaimOutcome::Run(lease) if takeover.is_none() && lease.previous().is_some() => {
                    let _ = self.store.transition(&lease, Transition::Forget).await?;
                    request = ClaimRequest { holder: HolderId::random(), takeover: first, ..request };
                }
                ClaimOutcome::Run(lease) => return Ok(self.running(mode, lease, sent)),
                // Finished in the meantime: it is opened again to be replaced.
                ClaimOutcome::Finished(_) if takeover.is_some() && request.takeover == Takeover::Resume => {
                    request.takeover = Takeover::Reopen;
                }
                ClaimOutcome::Finished(bytes) => return Ok(Opened::Finished(bytes.into())),
                // The first use was left open, so there is nothing to replace yet.
                ClaimOutcome::Interrupted { .. } if resumes && request.takeover == Takeover::Reopen => {
                    request.takeover = Takeover::Resume;
                }
                // If a merge was left open, there is a result.
                ClaimOutcome::Interrupted { .. } if request.takeover == Takeover::Refuse => {
                    request.takeover = Takeover::Reopen;
                }
                ClaimOutcome::Interrupted { runs } => return Err(OnceError::Interrupted { runs }),
                ClaimOutcome::Mismatch => return Err(OnceError::Mismatch),
                ClaimOutcome::InFlight { retry_in } => {
                    if self.is_nested().await {
                        return Err(OnceError::Nested);
                    }
                    request.takeover = first;
                    polling.wait(retry_in).await?;
                }
            }
            sent = now();
        }
    }

    /// Returns true if the key in flight is held by a body around this use.
    ///
    /// This use would wait for itself.
    async fn is_nested(&self) -> bool {
        let Some(around) = token_around(self.id) else { return false };
        // Two stores may have keys of one name.
        self.store.last_token(self.id).await.is_none_or(|last| last == around)
    }

    /// Claims the key once, and takes the claim back if its answer is lost.
    ///
    /// Nothing has run, so a first use is forgotten, and the next use finds that true. A key that may have been resumed is only
    /// released, because an earlier run has left it open; `resumes` is that of [`open`](Self::open). The claim is taken back
    /// too if the future is dropped.
    async fn claim(&self, request: &ClaimRequest<'_>, resumes: bool) -> Result<ClaimOutcome, OnceError> {
        let unanswered = OnDrop::new(self.store, Purpose::TakeBack, || {
            let end = if resumes { End::Release } else { End::Forget };
            // A transition names the key and its holder.
            let lease = Lease::new(request.id, request.holder, 0, 1);
            Arc::new(Ending::new(lease, end, request.lease))
        });
        let outcome = self.store.claim(request).await;
        match &outcome {
            Err(StoreError::Busy | StoreError::Failed { .. }) => unanswered.fire().await,
            _ => unanswered.disarm(),
        }
        Ok(outcome?)
    }

    /// Records a duplicate for review, as a finished key of its own.
    ///
    /// The first record of a key stays.
    pub(crate) async fn flag(&self, note: &[u8]) -> Result<(), OnceError> {
        let scope = review_scope(self.id.scope());
        let request = ClaimRequest {
            takeover: Takeover::Resume,
            ..ClaimRequest::new(Id::new(&scope, self.id.key())?, HolderId::random(), self.times.lease())
        };
        // Nothing ran under the key of a record, so it may be claimed again.
        if let ClaimOutcome::Run(lease) = self.claim(&request, false).await? {
            let finish = End::Finish { result: Record::encode(Kind::Bytes, note), keep: self.times.keep() };
            let _ = settle(self.store, Arc::new(Ending::new(lease, finish, self.times.lease()))).await?;
        }
        Ok(())
    }
}

/// Polling of a key that is in flight.
struct Polling<'s, 'a> {
    session: &'s Session<'a>,
    /// End of the wait, in nanoseconds.
    end: u64,
    delay: u64,
    /// Present once the session has begun to wait.
    waiter: Option<Waiter>,
}

impl<'s, 'a> Polling<'s, 'a> {
    /// Begins at `now`, in nanoseconds.
    fn new(session: &'s Session<'a>, now: u64) -> Self {
        let end = now.saturating_add(nanos(session.wait));
        Self { session, end, delay: FIRST_DELAY, waiter: None }
    }

    /// Waits until the next poll is due.
    async fn wait(&mut self, retry_in: Duration) -> Result<(), OnceError> {
        let left = self.end.saturating_sub(now());
        if left == 0 {
            return Err(OnceError::InFlight { retry_after: retry_in.min(MAX_RETRY_AFTER) });
        }
        if self.waiter.is_none() {
            self.waiter = Some(Waiter::join(self.session.id)?);
        }
        let randomized = self.delay / 2 + random() % (self.delay / 2);
        self.session.store.sleep(randomized.min(left)).await;
        // Checked here and not during a claim: a claim that is dropped may have been granted, and nobody would run.
        if self.session.caller.as_ref().is_some_and(|caller| caller.strong_count() == 0) {
            return Err(OnceError::InFlight { retry_after: MAX_RETRY_AFTER });
        }
        self.delay = (self.delay * 2).min(MAX_DELAY);
        Ok(())
    }
}
