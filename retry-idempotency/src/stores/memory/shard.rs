//! A part of a memory store, behind a lock of its own.

use core::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::admin::{Resolution, ResolveOutcome};
use crate::protocol::id::{AsId, OwnedId};
use crate::protocol::{Ack, ClaimOutcome, ClaimRequest, Id, Lease, Transition};
use crate::state_machine::{Effect, Row, Take, Verdict};

/// Rows, and when the finished ones are over.
#[derive(Debug, Default)]
pub(super) struct Shard {
    rows: HashMap<OwnedId, Row>,
    /// The soonest first. A row that was finished again, or is gone, leaves its old end behind.
    ends: BinaryHeap<Reverse<(u64, OwnedId)>>,
    /// The highest token so far: of rows that are gone, too.
    token: u64,
}

/// Ends that may be left behind, beside as many as there are rows.
const LEFT_BEHIND: usize = 64;

impl Shard {
    /// Answers for a row that is there, and takes it where that is due.
    pub(super) fn claim(&mut self, request: &ClaimRequest<'_>, now: u64, token: u64) -> Option<ClaimOutcome> {
        let (id, row) = self.rows.get_key_value(&request.id as &dyn AsId)?;
        match row.decide(id, request, now) {
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

    /// Never one that was given before, not to a row that is gone either: the clock may stand still, or be slow.
    fn next_token(&mut self, token: u64) -> u64 {
        self.token = token.max(self.token.saturating_add(1));
        self.token
    }

    /// Makes a change, and whether a row is gone by it.
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

    /// Resolves a row, and whether it is gone by it.
    pub(super) fn resolve(
        &mut self,
        id: Id<'_>,
        resolution: Resolution<'_>,
        force: bool,
        now: u64,
    ) -> (ResolveOutcome, bool) {
        let Entry::Occupied(mut entry) = self.rows.entry(id.into()) else { return (ResolveOutcome::Unknown, false) };
        if let Some(found) = entry.get().unresolvable(force, now) {
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

    /// Removes rows that are over, at most `limit`, and how many there were.
    pub(super) fn purge(&mut self, limit: usize, now: u64) -> usize {
        let mut removed = 0;
        while removed < limit && self.ends.peek().is_some_and(|Reverse((until, _))| *until <= now) {
            let Some(Reverse((until, id))) = self.ends.pop() else { break };
            let is_its_end = |row: &Row| row.until == until && row.is_purgeable(now);
            if self.rows.get(&id).is_some_and(is_its_end) {
                self.rows.remove(&id);
                removed += 1;
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

    /// Makes the ends anew where too many were left behind: by keys that are opened again and again.
    fn tidy(&mut self) {
        if self.ends.len() <= 2 * self.rows.len() + LEFT_BEHIND {
            return;
        }
        let finished = self.rows.iter().filter(|(_, row)| row.is_finished);
        self.ends = finished.map(|(id, row)| Reverse((row.until, id.clone()))).collect();
    }
}
