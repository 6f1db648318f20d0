//! One use of a key, from the claim to what it ends with; written once, for tasks and for threads.

use core::future::Future;
use core::time::Duration;
use std::string::String;
use std::sync::Weak;
use std::vec::Vec;

use retry_core::units;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::__internal;
use crate::idempotency::once::duplicates::{Duplicates, Found};
use crate::idempotency::once::fate::Mode;
use crate::idempotency::once::interrupted::{Checked, Interrupted};
use crate::idempotency::once::medium::{Lease, Medium, now};
use crate::idempotency::once::settle::{End, Worked};
use crate::idempotency::once::waiters::Waiter;
use crate::idempotency::once::{Claim, Refused};
use crate::idempotency::record::{Kind, Record};
use crate::idempotency::replayed::{Answerer, replayed};
use crate::idempotency::{Ask, Change, Claimed, Fingerprint, Held, Id, Kept, Owner, Takeover, Times};
use crate::{Classify, random};

/// The most that one that waits pauses, at first and at last; half of it at the least.
const FIRST_PAUSE: u64 = 20_000_000;
const LONGEST_PAUSE: u64 = 250_000_000;
/// The longest time after which one that does not wait should ask again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// A use of a key.
pub(crate) struct Use<'a, C, D> {
    pub(crate) id: Id<'a>,
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) times: Times,
    /// Whether the result is kept from the first claim on, and not from when it is finished.
    pub(crate) from_first: bool,
    /// How long to wait for one that is in flight.
    pub(crate) wait: Duration,
    /// Whoever waits, and does no longer where this is gone; none where dropping the future says so.
    pub(crate) caller: Option<Weak<()>>,
    pub(crate) interrupted: C,
    pub(crate) duplicates: D,
}

/// What a claim comes to.
pub(crate) enum Asked {
    Run { held: Held, sent: u64 },
    Finished(Vec<u8>),
}

impl<C, D> Use<'_, C, D> {
    pub(crate) async fn drive<T, E, Body>(
        self,
        medium: Medium<'_>,
        mode: Mode,
        body: impl FnOnce(Claim) -> Body,
    ) -> Result<T, E>
    where
        C: Interrupted<T, E>,
        D: Duplicates<T, E>,
        T: Serialize + DeserializeOwned,
        E: Serialize + DeserializeOwned + Classify + From<Refused>,
        Body: Future<Output = Result<T, E>>,
    {
        let resumes = C::RESUMES || mode != Mode::Plain;
        match self.ask(medium, resumes, D::TAKEOVER).await? {
            Asked::Finished(bytes) => self.answer(medium, &bytes).await,
            Asked::Run { held, sent } => {
                let kept_since = self.from_first.then_some(sent);
                let claim = Claim::new(held, self.times.keep(), kept_since);
                let lease = Lease { sent, nanos: units::from(self.times.lease()) };
                let fingerprint = self.fingerprint;
                let end = End { medium, claim, mode, fingerprint };
                if let Some(previous) = end.claim.held().previous() {
                    return end.replace(self.duplicates, previous).await;
                }
                let claim = end.claim.clone();
                let work = work(claim.clone(), self.interrupted, body);
                match end.medium.hold(&claim, lease, work).await {
                    Ok(worked) => end.settle(worked).await,
                    Err(_) => Err(Refused::Lost.into()),
                }
            }
        }
    }

    /// Asks for the key until it is held, answered or refused.
    pub(crate) async fn ask(
        &self,
        medium: Medium<'_>,
        resumes: bool,
        takeover: Option<Takeover>,
    ) -> Result<Asked, Refused> {
        let resume = if resumes { Takeover::Resume } else { Takeover::Refuse };
        let first = takeover.unwrap_or(resume);
        let mut ask = Ask {
            id: self.id,
            fingerprint: self.fingerprint.as_ref(),
            owner: Owner::random(),
            lease: self.times.lease(),
            takeover: first,
        };
        let end = now().saturating_add(units::from(self.wait));
        let mut pause = FIRST_PAUSE;
        let mut waiter = None;
        loop {
            let sent = now();
            match medium.claim(&ask).await? {
                // A merge was cut off, and this use is none: it puts the old result back, and asks for that.
                Claimed::Run(held) if takeover.is_none() && held.previous().is_some() => {
                    let _: Kept = medium.change(&held, Change::Forget).await?;
                    ask = Ask { owner: Owner::random(), takeover: first, ..ask };
                }
                Claimed::Run(held) => return Ok(Asked::Run { held, sent }),
                // It was finished since: to be replaced it is opened again.
                Claimed::Finished(_) if takeover.is_some() && ask.takeover == Takeover::Resume => {
                    ask.takeover = Takeover::Reopen;
                }
                Claimed::Finished(bytes) => return Ok(Asked::Finished(bytes.into())),
                // Its first use was left open, so there is nothing to replace yet.
                Claimed::Interrupted { .. } if resumes && ask.takeover == Takeover::Reopen => {
                    ask.takeover = Takeover::Resume;
                }
                // Perhaps it was a merge that was left open: then there is a result.
                Claimed::Interrupted { .. } if ask.takeover == Takeover::Refuse => ask.takeover = Takeover::Reopen,
                Claimed::Interrupted { runs } => return Err(Refused::Interrupted { runs }),
                Claimed::Mismatch => return Err(Refused::Mismatch),
                Claimed::InFlight { retry_in } => {
                    ask.takeover = first;
                    let left = end.saturating_sub(now());
                    if left == 0 {
                        return Err(Refused::InFlight { retry_after: retry_in.min(RETRY_AFTER) });
                    }
                    if waiter.is_none() {
                        waiter = Some(Waiter::join(self.id)?);
                    }
                    let spread = pause / 2 + random::random() % (pause / 2);
                    medium.sleep(spread.min(left)).await;
                    // Here and not in a claim: one that is cut may have been taken, and nobody would run.
                    if self.caller.as_ref().is_some_and(|caller| caller.strong_count() == 0) {
                        return Err(Refused::InFlight { retry_after: RETRY_AFTER });
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// What a finished key answers.
    async fn answer<T, E>(self, medium: Medium<'_>, bytes: &[u8]) -> Result<T, E>
    where
        D: Duplicates<T, E>,
        T: DeserializeOwned,
        E: DeserializeOwned + From<Refused>,
    {
        let (record, old) = read(bytes)?;
        match self.duplicates.found(old) {
            // A claim that opens keys again is answered `Finished` only where it has finished the key itself.
            Found::Answer(outcome) | Found::Replace(outcome) => {
                replayed(Answerer::Once);
                outcome
            }
            Found::Refuse(note) => {
                if let Some(note) = note {
                    flag(medium, self.id, self.times, &note).await?;
                }
                Err(Refused::Duplicate { first: record.finished() }.into())
            }
        }
    }
}

pub(super) fn read<T: DeserializeOwned, E: DeserializeOwned>(
    bytes: &[u8],
) -> Result<(Record<'_>, Result<T, E>), Refused> {
    let unreadable = |why| Refused::Unreadable { why };
    let record = Record::read(bytes).ok_or_else(|| unreadable("it was not written by this version".into()))?;
    let outcome = record.outcome().map_err(unreadable)?;
    Ok((record, outcome))
}

/// Notes a duplicate for review, as a finished key of its own; the first note of a key stands.
pub(crate) async fn flag(medium: Medium<'_>, id: Id<'_>, times: Times, note: &[u8]) -> Result<(), Refused> {
    let scope = review_scope(id.scope());
    let ask = Ask {
        id: Id::new(&scope, id.key())?,
        fingerprint: None,
        owner: Owner::random(),
        lease: times.lease(),
        takeover: Takeover::Resume,
    };
    if let Claimed::Run(held) = medium.claim(&ask).await? {
        let result = Record::write(Kind::Bytes, note);
        let _: Kept = medium.change(&held, Change::Finish { result: &result, keep: times.keep() }).await?;
    }
    Ok(())
}

/// The scope under which duplicates of this one are noted; of a long one its hash.
fn review_scope(scope: &str) -> String {
    let whole = std::format!("review/{scope}");
    if whole.len() <= 255 {
        whole
    } else {
        std::format!("review/{}", __internal::hex(&__internal::hash(&[scope.as_bytes()])))
    }
}

async fn work<T, E, Body>(
    claim: Claim,
    interrupted: impl Interrupted<T, E>,
    body: impl FnOnce(Claim) -> Body,
) -> Worked<T, E>
where
    Body: Future<Output = Result<T, E>>,
{
    if claim.run() > 1 {
        match interrupted.look(claim.clone()).await {
            Ok(Checked::NotDone) => {}
            Ok(Checked::Done(value)) => return Worked::Done(value),
            Ok(Checked::Unknown) => return Worked::Unknown,
            Err(error) => return Worked::Blind(error),
        }
    }
    Worked::Ran(body(claim).await)
}
