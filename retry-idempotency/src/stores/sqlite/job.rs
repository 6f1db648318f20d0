//! What the writing thread is asked to do.

use core::time::Duration;
use std::time::Instant;

use crate::admin::{Resolution, ResolveOutcome};
use crate::protocol::id::OwnedId;
use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Fingerprint, HolderId, Id, Lease, StoreError, Takeover, Transition,
};
use crate::state_machine::{Effect, Row, Verdict};
use crate::stores::sqlite::reply::Reply;
use crate::stores::sqlite::rows::Keys;

/// One step on the rows of a file.
pub(super) trait Work: Send + 'static {
    type Done: Send + 'static;

    /// What can be answered without a write.
    fn look(&self, _keys: &Keys) -> Result<Option<Self::Done>, StoreError> {
        Ok(None)
    }

    /// The step, in a transaction; it writes at most once, so an error of it leaves nothing behind.
    fn write(&self, keys: &Keys) -> Result<Self::Done, StoreError>;

    /// Whether it is to be done though nobody waits for it.
    fn is_owed(&self) -> bool {
        true
    }
}

/// A work that was sent, whatever its answer is.
pub(super) trait Job: Send {
    /// Whether it can be answered without a write.
    fn look(&mut self, keys: &Keys) -> bool;
    /// Does it, and says how it went.
    fn write(&mut self, keys: &Keys) -> Result<(), StoreError>;
    /// With what it found; what it wrote is committed.
    fn answer(self: Box<Self>);
    /// With an error: what it wrote is rolled back.
    fn refuse(self: Box<Self>, error: StoreError);
    fn is_moot(&self) -> bool;
    fn waited(&self) -> Duration;
}

pub(super) struct Sent<W: Work> {
    work: W,
    reply: Reply<W::Done>,
    found: Option<Result<W::Done, StoreError>>,
    at: Instant,
}

impl<W: Work> Sent<W> {
    pub(super) fn new(work: W, reply: Reply<W::Done>) -> Self {
        Self { work, reply, found: None, at: Instant::now() }
    }
}

impl<W: Work> Job for Sent<W> {
    fn look(&mut self, keys: &Keys) -> bool {
        self.found = match self.work.look(keys) {
            // Somebody is just making the log anew: in a transaction it will be seen.
            Err(StoreError::Busy) => None,
            found => found.transpose(),
        };
        self.found.is_some()
    }

    fn write(&mut self, keys: &Keys) -> Result<(), StoreError> {
        let found = self.work.write(keys);
        let outcome = found.as_ref().map(drop).map_err(Clone::clone);
        self.found = Some(found);
        outcome
    }

    fn answer(self: Box<Self>) {
        if let Some(found) = self.found {
            self.reply.send(found);
        }
    }

    fn refuse(self: Box<Self>, error: StoreError) {
        self.reply.send(Err(error));
    }

    fn is_moot(&self) -> bool {
        !self.work.is_owed() && self.reply.is_unwanted()
    }

    fn waited(&self) -> Duration {
        self.at.elapsed()
    }
}

pub(super) struct Claiming {
    id: OwnedId,
    fingerprint: Option<Fingerprint>,
    holder: HolderId,
    lease: Duration,
    takeover: Takeover,
}

impl From<&ClaimRequest<'_>> for Claiming {
    fn from(request: &ClaimRequest<'_>) -> Self {
        let ClaimRequest { id, fingerprint, holder, lease, takeover } = *request;
        Self { id: id.into(), fingerprint: fingerprint.copied(), holder, lease, takeover }
    }
}

impl Claiming {
    fn ask(&self) -> ClaimRequest<'_> {
        let Self { ref id, ref fingerprint, holder, lease, takeover } = *self;
        ClaimRequest { id: id.as_id(), fingerprint: fingerprint.as_ref(), holder, lease, takeover }
    }
}

impl Work for Claiming {
    type Done = ClaimOutcome;

    fn look(&self, keys: &Keys) -> Result<Option<ClaimOutcome>, StoreError> {
        let Some(row) = keys.load(self.id.as_id())? else { return Ok(None) };
        Ok(match row.decide(&self.id, &self.ask(), keys.now()) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(_) => None,
        })
    }

    fn write(&self, keys: &Keys) -> Result<ClaimOutcome, StoreError> {
        let (id, request) = (self.id.as_id(), self.ask());
        let found = keys.load(id)?;
        // Behind the lock: a claim that waited for it has its whole lease.
        let now = keys.now();
        let Some(mut row) = found else {
            let row = Row::first(&request, now, keys.token(now)?);
            keys.add(id, &row)?;
            return Ok(ClaimOutcome::Run(row.lease(self.id.clone())));
        };
        match row.decide(&self.id, &request, now) {
            Verdict::Answer(claimed) => Ok(claimed),
            Verdict::Take(how) => {
                row.take(how, &request, now, now);
                keys.save(id, &row)?;
                Ok(ClaimOutcome::Run(row.lease(self.id.clone())))
            }
        }
    }

    /// Who does not wait will not run it.
    fn is_owed(&self) -> bool {
        false
    }
}

pub(super) struct Changing {
    id: OwnedId,
    holder: HolderId,
    change: OwnedChange,
}

enum OwnedChange {
    Extend { lease: Duration },
    Step { name: String, result: Box<[u8]> },
    Finish { result: Box<[u8]>, keep: Duration },
    Release,
    Forget,
}

impl Changing {
    pub(super) fn new(lease: &Lease, change: Transition<'_>) -> Self {
        let change = match change {
            Transition::Extend { lease } => OwnedChange::Extend { lease },
            Transition::Step { name, result } => OwnedChange::Step { name: name.into(), result: result.into() },
            Transition::Finish { result, keep } => OwnedChange::Finish { result: result.into(), keep },
            Transition::Release => OwnedChange::Release,
            Transition::Forget => OwnedChange::Forget,
        };
        Self { id: lease.owned_id().clone(), holder: lease.holder(), change }
    }

    fn change(&self) -> Transition<'_> {
        match &self.change {
            OwnedChange::Extend { lease } => Transition::Extend { lease: *lease },
            OwnedChange::Step { name, result } => Transition::Step { name, result },
            OwnedChange::Finish { result, keep } => Transition::Finish { result, keep: *keep },
            OwnedChange::Release => Transition::Release,
            OwnedChange::Forget => Transition::Forget,
        }
    }
}

impl Work for Changing {
    type Done = Ack;

    fn write(&self, keys: &Keys) -> Result<Ack, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = keys.load(id)? else { return Ok(Ack::Lost) };
        let changed = row.apply(self.holder, self.change(), keys.now());
        match changed {
            Effect::Lost => {}
            Effect::Changed => keys.save(id, &row)?,
            Effect::Removed => drop(keys.remove(id)?),
        }
        Ok(changed.into())
    }
}

pub(super) struct Resolving {
    id: OwnedId,
    /// The result and how long to keep it; `None` where nothing happened.
    finish: Option<(Box<[u8]>, Duration)>,
    force: bool,
}

impl Resolving {
    pub(super) fn new(id: Id<'_>, resolution: Resolution<'_>, force: bool) -> Self {
        let finish = match resolution {
            Resolution::Finished { result, keep } => Some((result.into(), keep)),
            Resolution::NothingHappened => None,
        };
        Self { id: id.into(), finish, force }
    }

    fn resolution(&self) -> Resolution<'_> {
        match &self.finish {
            Some((result, keep)) => Resolution::Finished { result, keep: *keep },
            None => Resolution::NothingHappened,
        }
    }
}

impl Work for Resolving {
    type Done = ResolveOutcome;

    fn write(&self, keys: &Keys) -> Result<ResolveOutcome, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = keys.load(id)? else { return Ok(ResolveOutcome::Unknown) };
        let now = keys.now();
        if let Some(found) = row.unresolvable(self.force, now) {
            return Ok(found);
        }
        if row.resolve(self.resolution(), now) == Effect::Removed {
            keys.remove(id)?;
        } else {
            keys.save(id, &row)?;
        }
        Ok(ResolveOutcome::Applied)
    }
}

pub(super) struct Evicting(pub(super) OwnedId);

impl Evicting {
    pub(super) fn new(id: Id<'_>) -> Self {
        Self(id.into())
    }
}

impl Work for Evicting {
    type Done = bool;

    fn write(&self, keys: &Keys) -> Result<bool, StoreError> {
        keys.remove(self.0.as_id())
    }
}

pub(super) struct Purging(pub(super) usize);

impl Work for Purging {
    type Done = usize;

    fn write(&self, keys: &Keys) -> Result<usize, StoreError> {
        keys.purge(self.0)
    }
}
