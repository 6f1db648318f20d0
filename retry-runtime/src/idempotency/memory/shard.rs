//! A part of a memory store, behind a lock of its own.

use core::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BinaryHeap, HashMap};

use crate::idempotency::id::{Named, OwnedId};
use crate::idempotency::row::{Changed, Row, Take, Verdict};
use crate::idempotency::{Ask, Change, Claimed, Held, Id, Kept, Resolution, Resolved};

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
    pub(super) fn claim(&mut self, ask: &Ask<'_>, now: u64, token: u64) -> Option<Claimed> {
        let (id, row) = self.rows.get_key_value(&ask.id as &dyn Named)?;
        match row.judge(id, ask, now) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(how) => Some(Claimed::Run(self.take(how, ask, now, token)?)),
        }
    }

    fn take(&mut self, how: Take, ask: &Ask<'_>, now: u64, token: u64) -> Option<Held> {
        let token = self.next_token(token);
        let id = self.rows.get_key_value(&ask.id as &dyn Named)?.0.clone();
        let row = self.rows.get_mut(&id)?;
        row.take(how, ask, now, token);
        self.token = row.token;
        Some(row.held(id))
    }

    /// Adds the row of a first use.
    pub(super) fn add(&mut self, ask: &Ask<'_>, now: u64, token: u64) -> Held {
        let token = self.next_token(token);
        let id = OwnedId::from(ask.id);
        let row = Row::first(ask, now, token);
        let held = row.held(id.clone());
        self.rows.insert(id, row);
        held
    }

    /// Never one that was given before, not to a row that is gone either: the clock may stand still, or be slow.
    fn next_token(&mut self, token: u64) -> u64 {
        self.token = token.max(self.token.saturating_add(1));
        self.token
    }

    /// Makes a change, and whether a row is gone by it.
    pub(super) fn change(&mut self, held: &Held, change: Change<'_>, now: u64) -> (Kept, bool) {
        let Entry::Occupied(mut entry) = self.rows.entry(held.owned_id().clone()) else {
            return (Kept::Lost, false);
        };
        let changed = entry.get_mut().change(held.owner(), change, now);
        if changed == Changed::Gone {
            entry.remove();
        } else if changed == Changed::Kept && entry.get().is_finished {
            let until = entry.get().until;
            self.note_end(until, held.owned_id().clone());
        }
        (changed.into(), changed == Changed::Gone)
    }

    /// Resolves a row, and whether it is gone by it.
    pub(super) fn resolve(
        &mut self,
        id: Id<'_>,
        resolution: Resolution<'_>,
        force: bool,
        now: u64,
    ) -> (Resolved, bool) {
        let Entry::Occupied(mut entry) = self.rows.entry(id.into()) else { return (Resolved::Unknown, false) };
        if let Some(found) = entry.get().unresolvable(force, now) {
            return (found, false);
        }
        if entry.get_mut().resolve(resolution, now) == Changed::Gone {
            entry.remove();
            return (Resolved::Yes, true);
        }
        let until = entry.get().until;
        self.note_end(until, id.into());
        (Resolved::Yes, false)
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
        let was_there = self.rows.remove(&id as &dyn Named).is_some();
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
