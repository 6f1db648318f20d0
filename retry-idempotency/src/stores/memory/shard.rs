//! Shard of a memory store, behind its own lock.

use core::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::admin::{KeyDetails, Resolution, ResolveOutcome};
use crate::protocol::id::{AsId, OwnedId};
use crate::protocol::{Ack, ClaimOutcome, ClaimRequest, Id, Lease, Transition};
use crate::state_machine::{Effect, Moment, Row, Take, Verdict};

/// Rows, and the times at which finished ones expire.
#[derive(Default)]
pub(super) struct Shard {
    rows: HashMap<OwnedId, Row>,
    /// Ends of finished rows, the soonest first.
    ///
    /// A row that was finished again or removed leaves a stale end behind.
    ends: BinaryHeap<Reverse<(u64, OwnedId)>>,
    /// Highest token so far, also of removed rows.
    token: u64,
}

/// Stale ends that are tolerated, beside as many as there are rows.
const MAX_STALE: usize = 64;

impl Shard {
    /// Answers a claim of an existing row, and takes the row if the rules allow it.
    pub(super) fn claim(&mut self, request: &ClaimRequest<'_>, now: u64, token: u64) -> Option<ClaimOutcome> {
        let (id, row) = self.rows.get_key_value(&request.id as &dyn AsId)?;
        match row.decide(id, request, Moment { now, expiry: now }) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(how) => Some(ClaimOutcome::Run(self.take(how, request, now, token)?)),
        }
    }

    fn take(&mut self, how: Take, request: &ClaimRequest<'_>, now: u64, token: u64) -> Option<Lease> {
        let token = self.next_token(token);
        let id = self.rows.get_key_value(&request.id as &dyn AsId)?.0.clone();
        let row = self.rows.get_mut(&id)?;
        row.take(how, request, now, token);
        self.token = row.token;
        Some(row.lease(id))
    }

    /// Adds the row of a first use.
    pub(super) fn add(&mut self, request: &ClaimRequest<'_>, now: u64, token: u64) -> Lease {
        let token = self.next_token(token);
        let id = OwnedId::from(request.id);
        let row = Row::first(request, now, token);
        let lease = row.lease(id.clone());
        self.rows.insert(id, row);
        lease
    }

    /// Returns a token that was never given before, also not to a removed row.
    ///
    /// The clock may stand still, or be slow.
    fn next_token(&mut self, token: u64) -> u64 {
        self.token = token.max(self.token.saturating_add(1));
        self.token
    }

    /// Returns the token of the last holder of a row.
    pub(super) fn last_token(&self, id: Id<'_>) -> Option<u64> {
        self.rows.get(&id as &dyn AsId).map(|row| row.token)
    }

    pub(super) fn details(&self, id: Id<'_>, now: u64) -> Option<KeyDetails> {
        let (id, row) = self.rows.get_key_value(&id as &dyn AsId)?;
        Some(row.details(id.clone(), now))
    }

    /// Makes a transition, and returns true if it has removed the row.
    pub(super) fn change(&mut self, lease: &Lease, change: Transition<'_>, now: u64) -> (Ack, bool) {
        let Entry::Occupied(mut entry) = self.rows.entry(lease.owned_id().clone()) else {
            return (Ack::Lost, false);
        };
        let changed = entry.get_mut().apply(lease.holder(), change, now);
        if changed == Effect::Removed {
            entry.remove();
        } else if changed == Effect::Changed && entry.get().is_finished {
            let until = entry.get().until;
            self.note_end(until, lease.owned_id().clone());
        }
        (changed.into(), changed == Effect::Removed)
    }

    /// Resolves a row, and returns true if that has removed it.
    pub(super) fn resolve(
        &mut self,
        id: Id<'_>,
        resolution: Resolution<'_>,
        force: bool,
        now: u64,
    ) -> (ResolveOutcome, bool) {
        let Entry::Occupied(mut entry) = self.rows.entry(id.into()) else { return (ResolveOutcome::Unknown, false) };
        if let Some(found) = entry.get().unresolvable(force, Moment { now, expiry: now }) {
            return (found, false);
        }
        if entry.get_mut().resolve(resolution, now) == Effect::Removed {
            entry.remove();
            return (ResolveOutcome::Applied, true);
        }
        let until = entry.get().until;
        self.note_end(until, id.into());
        (ResolveOutcome::Applied, false)
    }

    fn note_end(&mut self, until: u64, id: OwnedId) {
        self.ends.push(Reverse((until, id)));
        self.tidy();
    }

    /// Removes at most `limit` expired rows, and returns their identities.
    pub(super) fn purge(&mut self, limit: usize, now: u64) -> Vec<OwnedId> {
        let mut removed = Vec::new();
        while removed.len() < limit && self.ends.peek().is_some_and(|Reverse((until, _))| *until <= now) {
            let Some(Reverse((until, id))) = self.ends.pop() else { break };
            let is_its_end = |row: &Row| row.until == until && row.is_purgeable(now);
            if self.rows.get(&id).is_some_and(is_its_end) {
                self.rows.remove(&id);
                removed.push(id);
            }
        }
        removed
    }

    pub(super) fn evict(&mut self, id: Id<'_>) -> bool {
        let was_there = self.rows.remove(&id as &dyn AsId).is_some();
        self.tidy();
        was_there
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (&OwnedId, &Row)> {
        self.rows.iter()
    }

    /// Rebuilds the ends if too many are stale.
    ///
    /// They become stale when keys are opened again and again.
    fn tidy(&mut self) {
        if self.ends.len() <= 2 * self.rows.len() + MAX_STALE {
            return;
        }
        let finished = self.rows.iter().filter(|(_, row)| row.is_finished);
        self.ends = finished.map(|(id, row)| Reverse((row.until, id.clone()))).collect();
    }
}
