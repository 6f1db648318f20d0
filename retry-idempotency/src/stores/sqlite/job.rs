//! Jobs of the writing thread.

use core::time::Duration;
use std::time::Instant;

use crate::admin::{KeyDetails, Resolution, ResolveOutcome};
use crate::protocol::id::OwnedId;
use crate::protocol::{
    Ack, ClaimOutcome, ClaimRequest, Fingerprint, HolderId, Id, Lease, StoreError, Takeover, Transition,
};
use crate::state_machine::{Effect, Row, Verdict};
use crate::stores::sqlite::reply::Reply;
use crate::stores::sqlite::rows::Rows;

/// Operation on the rows of a file.
pub(super) trait Operation: Send + 'static {
    type Output: Send + 'static;

    /// Answers the operation without a write, if that is possible.
    fn read(&self, _rows: &Rows) -> Result<Option<Self::Output>, StoreError> {
        Ok(None)
    }

    /// Makes the operation in a transaction.
    ///
    /// It writes at most once, so an error leaves nothing behind.
    fn write(&self, rows: &Rows) -> Result<Self::Output, StoreError>;

    /// Returns true if the operation is to be made even though its caller is gone.
    fn is_unconditional(&self) -> bool {
        true
    }
}

/// Operation that was sent, independent of its output type.
pub(super) trait Job: Send {
    /// Returns true if it can be answered without a write.
    fn read(&mut self, rows: &Rows) -> bool;
    /// Makes the operation, and keeps its output.
    fn write(&mut self, rows: &Rows) -> Result<(), StoreError>;
    /// Answers with the output, after the commit.
    fn answer(self: Box<Self>);
    /// Answers with an error, after the rollback.
    fn refuse(self: Box<Self>, error: StoreError);
    fn is_abandoned(&self) -> bool;
    fn waited(&self) -> Duration;
}

pub(super) struct Sent<W: Operation> {
    operation: W,
    reply: Reply<W::Output>,
    found: Option<Result<W::Output, StoreError>>,
    at: Instant,
}

impl<W: Operation> Sent<W> {
    pub(super) fn new(operation: W, reply: Reply<W::Output>) -> Self {
        Self { operation, reply, found: None, at: Instant::now() }
    }
}

impl<W: Operation> Job for Sent<W> {
    fn read(&mut self, rows: &Rows) -> bool {
        self.found = match self.operation.read(rows) {
            // Another process is just restarting the log; inside a transaction the row is visible.
            Err(StoreError::Busy) => None,
            found => found.transpose(),
        };
        self.found.is_some()
    }

    fn write(&mut self, rows: &Rows) -> Result<(), StoreError> {
        let found = self.operation.write(rows);
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

    fn is_abandoned(&self) -> bool {
        !self.operation.is_unconditional() && self.reply.is_unwanted()
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

impl Operation for Claiming {
    type Output = ClaimOutcome;

    fn read(&self, rows: &Rows) -> Result<Option<ClaimOutcome>, StoreError> {
        let Some(row) = rows.load(self.id.as_id())? else { return Ok(None) };
        Ok(match row.decide(&self.id, &self.ask(), rows.moment()) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(_) => None,
        })
    }

    fn write(&self, rows: &Rows) -> Result<ClaimOutcome, StoreError> {
        let (id, request) = (self.id.as_id(), self.ask());
        let found = rows.load(id)?;
        // Read under the lock, so that a claim that has waited for it gets its whole lease.
        let at = rows.moment();
        let now = at.now;
        let Some(mut row) = found else {
            rows.check_marker()?;
            let row = Row::first(&request, now, rows.token(now)?);
            rows.add(id, &row)?;
            return Ok(ClaimOutcome::Run(row.lease(self.id.clone())));
        };
        match row.decide(&self.id, &request, at) {
            Verdict::Answer(claimed) => Ok(claimed),
            Verdict::Take(how) => {
                row.take(how, &request, now, now);
                rows.save(id, &row)?;
                Ok(ClaimOutcome::Run(row.lease(self.id.clone())))
            }
        }
    }

    /// A caller that is gone would not run the effect.
    fn is_unconditional(&self) -> bool {
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

impl Operation for Changing {
    type Output = Ack;

    fn write(&self, rows: &Rows) -> Result<Ack, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = rows.load(id)? else {
            rows.check_marker()?;
            return Ok(Ack::Lost);
        };
        let changed = row.apply(self.holder, self.change(), rows.now());
        match changed {
            Effect::Lost => {}
            Effect::Changed => rows.save(id, &row)?,
            Effect::Removed => drop(rows.remove(id)?),
        }
        Ok(changed.into())
    }
}

pub(super) struct Resolving {
    id: OwnedId,
    /// Result and the time to keep it; `None` if nothing happened.
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

impl Operation for Resolving {
    type Output = ResolveOutcome;

    fn write(&self, rows: &Rows) -> Result<ResolveOutcome, StoreError> {
        let id = self.id.as_id();
        let Some(mut row) = rows.load(id)? else {
            rows.check_marker()?;
            return Ok(ResolveOutcome::Unknown);
        };
        let at = rows.moment();
        if let Some(found) = row.unresolvable(self.resolution(), self.force, at) {
            return Ok(found);
        }
        if row.resolve(self.resolution(), at.now) == Effect::Removed {
            rows.remove(id)?;
        } else {
            rows.save(id, &row)?;
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

impl Operation for Evicting {
    type Output = bool;

    fn write(&self, rows: &Rows) -> Result<bool, StoreError> {
        rows.remove(self.0.as_id())
    }
}

pub(super) struct Purging(pub(super) usize);

impl Operation for Purging {
    type Output = usize;

    fn write(&self, rows: &Rows) -> Result<usize, StoreError> {
        rows.purge(self.0)
    }
}

/// Acknowledgement of a loss.
pub(super) struct Acknowledging;

impl Operation for Acknowledging {
    type Output = ();

    fn write(&self, rows: &Rows) -> Result<(), StoreError> {
        rows.acknowledge()
    }
}

/// Look at a whole key.
pub(super) struct Reading(OwnedId);

impl Reading {
    pub(super) fn new(id: Id<'_>) -> Self {
        Self(id.into())
    }
}

impl Operation for Reading {
    type Output = Option<KeyDetails>;

    fn read(&self, rows: &Rows) -> Result<Option<Self::Output>, StoreError> {
        self.write(rows).map(Some)
    }

    /// Reads only; inside a transaction if the file is busy outside.
    fn write(&self, rows: &Rows) -> Result<Self::Output, StoreError> {
        let row = rows.load(self.0.as_id())?;
        Ok(row.map(|row| row.details(self.0.clone(), rows.now())))
    }

    fn is_unconditional(&self) -> bool {
        false
    }
}

/// Look at the token of a key.
pub(super) struct ReadingToken(OwnedId);

impl ReadingToken {
    pub(super) fn new(id: Id<'_>) -> Self {
        Self(id.into())
    }
}

impl Operation for ReadingToken {
    type Output = Option<u64>;

    fn read(&self, rows: &Rows) -> Result<Option<Self::Output>, StoreError> {
        self.write(rows).map(Some)
    }

    /// Reads only; inside a transaction if the file is busy outside.
    fn write(&self, rows: &Rows) -> Result<Self::Output, StoreError> {
        Ok(rows.load(self.0.as_id())?.map(|row| row.token))
    }

    fn is_unconditional(&self) -> bool {
        false
    }
}
