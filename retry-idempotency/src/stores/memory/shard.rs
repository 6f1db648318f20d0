//! Shard of a memory store, behind its own lock.

use core::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::admin::{KeyDetails, Resolution, ResolveOutcome};
use crate::protocol::id::OwnedId;
use crate::protocol::{Ack, ClaimOutcome, ClaimRequest, HolderId, Id, Lease, Transition};
use crate::state_machine::{Effect, Moment, Row, Take, Verdict};
use crate::stores::memory::hashed::{AsHashed, Hashed, HashedMap};

/// Rows, and the times at which finished ones expire.
#[derive(Default)]
pub(super) struct Shard {
    /// Boxed, so that a map that grows moves little.
    rows: HashedMap<Box<Row>>,
    /// Ends of finished rows, the soonest first.
    ///
    /// A row that was finished again or removed leaves a stale end behind.
    ends: BinaryHeap<Reverse<(u64, Hashed<OwnedId>)>>,
    /// Highest token so far, also of removed rows.
    token: u64,
}

/// Stale ends that are tolerated, beside as many as there are rows.
const MAX_STALE: usize = 64;

impl Shard {
    /// Answers a claim of an existing row, and takes the row if the rules allow it.
    pub(super) fn claim(
        &mut self,
        key: Hashed<Id<'_>>,
        request: &ClaimRequest<'_>,
        now: u64,
        token: u64,
    ) -> Option<ClaimOutcome> {
        let (known, row) = self.rows.get_key_value(&key as &dyn AsHashed)?;
        match row.decide(&known.id, request, Moment { now, expiry: now }) {
            Verdict::Answer(claimed) => Some(claimed),
            Verdict::Take(how) => Some(ClaimOutcome::Run(self.take(key, how, request, now, token)?)),
        }
    }

    fn take(
        &mut self,
        key: Hashed<Id<'_>>,
        how: Take,
        request: &ClaimRequest<'_>,
        now: u64,
        token: u64,
    ) -> Option<Lease> {
        let token = self.next_token(token);
        let known = self.rows.get_key_value(&key as &dyn AsHashed)?.0.clone();
        let row = self.rows.get_mut(&known)?;
        row.take(how, request, now, token);
        self.token = row.token;
        Some(row.lease(known.id))
    }

    /// Adds the row of a first use.
    pub(super) fn add(&mut self, key: Hashed<Id<'_>>, request: &ClaimRequest<'_>, now: u64, token: u64) -> Lease {
        let token = self.next_token(token);
        let key = key.to_owned();
        let row = Row::first(request, now, token);
        let lease = row.lease(key.id.clone());
        self.rows.insert(key, Box::new(row));
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
    pub(super) fn last_token(&self, key: Hashed<Id<'_>>) -> Option<u64> {
        self.rows.get(&key as &dyn AsHashed).map(|row| row.token)
    }

    pub(super) fn details(&self, key: Hashed<Id<'_>>, now: u64) -> Option<KeyDetails> {
        let (known, row) = self.rows.get_key_value(&key as &dyn AsHashed)?;
        Some(row.details(known.id.clone(), now))
    }

    /// Makes a transition, and returns true if it has removed the row.
    pub(super) fn change(
        &mut self,
        key: Hashed<Id<'_>>,
        holder: HolderId,
        change: Transition<'_>,
        now: u64,
    ) -> (Ack, bool) {
        let Some(row) = self.rows.get_mut(&key as &dyn AsHashed) else { return (Ack::Lost, false) };
        let changed = row.apply(holder, change, now);
        self.changed(key, changed);
        (changed.into(), changed == Effect::Removed)
    }

    /// Resolves a row, and returns true if that has removed it.
    pub(super) fn resolve(
        &mut self,
        key: Hashed<Id<'_>>,
        resolution: Resolution<'_>,
        force: bool,
        now: u64,
    ) -> (ResolveOutcome, bool) {
        let Some(row) = self.rows.get_mut(&key as &dyn AsHashed) else { return (ResolveOutcome::Unknown, false) };
        if let Some(found) = row.unresolvable(resolution, force, Moment { now, expiry: now }) {
            return (found, false);
        }
        let changed = row.resolve(resolution, now);
        self.changed(key, changed);
        (ResolveOutcome::Applied, changed == Effect::Removed)
    }

    /// Removes a row that is to be removed, and notes the end of one that is finished.
    fn changed(&mut self, key: Hashed<Id<'_>>, effect: Effect) {
        match effect {
            Effect::Lost => {}
            Effect::Removed => drop(self.rows.remove(&key as &dyn AsHashed)),
            Effect::Changed => {
                let Some((known, row)) = self.rows.get_key_value(&key as &dyn AsHashed) else { return };
                if row.is_finished {
                    self.ends.push(Reverse((row.until, known.clone())));
                    self.tidy();
                }
            }
        }
    }

    /// Removes at most `limit` expired rows, and returns their identities.
    pub(super) fn purge(&mut self, limit: usize, now: u64) -> Vec<OwnedId> {
        let mut removed = Vec::new();
        while removed.len() < limit && self.ends.peek().is_some_and(|Reverse((until, _))| *until <= now) {
            let Some(Reverse((until, key))) = self.ends.pop() else { break };
            if self.rows.get(&key).is_some_and(|row| row.until == until && row.is_purgeable(now)) {
                self.rows.remove(&key);
                removed.push(key.id);
            }
        }
        removed
    }

    pub(super) fn evict(&mut self, key: Hashed<Id<'_>>) -> bool {
        let was_there = self.rows.remove(&key as &dyn AsHashed).is_some();
        self.tidy();
        was_there
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (&OwnedId, &Row)> {
        self.rows.iter().map(|(key, row)| (&key.id, &**row))
    }

    /// Rebuilds the ends if too many are stale.
    ///
    /// They become stale when keys are opened again and again.
    fn tidy(&mut self) {
        if self.ends.len() <= 2 * self.rows.len() + MAX_STALE {
            return;
        }
        let finished = self.rows.iter().filter(|(_, row)| row.is_finished);
        self.ends = finished.map(|(key, row)| Reverse((row.until, key.clone()))).collect();
    }
}
