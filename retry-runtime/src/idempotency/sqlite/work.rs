//! What the writing thread is asked to do.

use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::time::Instant;

use crate::idempotency::id::OwnedId;
use crate::idempotency::row::{Changed, Row, Verdict};
use crate::idempotency::sqlite::keys::Keys;
use crate::idempotency::sqlite::reply::Reply;
use crate::idempotency::{
    Ask, Change, Claimed, Fingerprint, Held, Id, Kept, Owner, Resolution, Resolved, StoreError, Takeover,
};

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
    owner: Owner,
    lease: Duration,
    takeover: Takeover,
}

impl From<&Ask<'_>> for Claiming {
    fn from(ask: &Ask<'_>) -> Self {
        let Ask { id, fingerprint, owner, lease, takeover } = *ask;
        Self { id: id.into(), fingerprint: fingerprint.copied(), owner, lease, takeover }
    }
}

impl Claiming {
    fn ask(&self) -> Ask<'_> {
        let Self { ref id, ref fingerprint, owner, lease, takeover } = *self;
        Ask { id: id.as_id(), fingerprint: fingerprint.as_ref(), owner, lease, takeover }
    }
}

impl Work for Claiming {
    type Done = Claimed;

    fn look(&self, keys: &Keys) -> Result<Option<Claimed>, StoreError> {
        let Some(row) = keys.load(self.id.as_id())? else { return Ok(None) };
        Ok(match row.judge(&self.id, &self.ask(), keys.now()) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(_) => None,
        })
    }

    fn write(&self, keys: &Keys) -> Result<Claimed, StoreError> {
        let (id, ask) = (self.id.as_id(), self.ask());
        let found = keys.load(id)?;
        // Behind the lock: a claim that waited for it has its whole lease.
        let now = keys.now();
        let Some(mut row) = found else {
            let row = Row::first(&ask, now, keys.token(now)?);
            keys.add(id, &row)?;
            return Ok(Claimed::Run(row.held(self.id.clone())));
        };
        match row.judge(&self.id, &ask, now) {
            Verdict::Answer(claimed) => Ok(claimed),
            Verdict::Take(how) => {
                row.take(how, &ask, now, now);
                keys.save(id, &row)?;
                Ok(Claimed::Run(row.held(self.id.clone())))
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
    owner: Owner,
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
    pub(super) fn new(held: &Held, change: Change<'_>) -> Self {
        let change = match change {
            Change::Extend { lease } => OwnedChange::Extend { lease },
            Change::Step { name, result } => OwnedChange::Step { name: name.into(), result: result.into() },
            Change::Finish { result, keep } => OwnedChange::Finish { result: result.into(), keep },
            Change::Release => OwnedChange::Release,
            Change::Forget => OwnedChange::Forget,
        };
        Self { id: held.owned_id().clone(), owner: held.owner(), change }
    }

    fn change(&self) -> Change<'_> {
        match &self.change {
            OwnedChange::Extend { lease } => Change::Extend { lease: *lease },
            OwnedChange::Step { name, result } => Change::Step { name, result },
            OwnedChange::Finish { result, keep } => Change::Finish { result, keep: *keep },
            OwnedChange::Release => Change::Release,
            OwnedChange::Forget => Change::Forget,
        }
    }
}

impl Work for Changing {
    type Done = Kept;

    fn write(&self, keys: &Keys) -> Result<Kept, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = keys.load(id)? else { return Ok(Kept::Lost) };
        let changed = row.change(self.owner, self.change(), keys.now());
        match changed {
            Changed::Lost => {}
            Changed::Kept => keys.save(id, &row)?,
            Changed::Gone => drop(keys.remove(id)?),
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
    type Done = Resolved;

    fn write(&self, keys: &Keys) -> Result<Resolved, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = keys.load(id)? else { return Ok(Resolved::Unknown) };
        let now = keys.now();
        if let Some(found) = row.unresolvable(self.force, now) {
            return Ok(found);
        }
        if row.resolve(self.resolution(), now) == Changed::Gone {
            keys.remove(id)?;
        } else {
            keys.save(id, &row)?;
        }
        Ok(Resolved::Yes)
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
