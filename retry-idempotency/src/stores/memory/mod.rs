//! Store of keys in the memory of one process.

mod hashed;
mod scopes;
mod shard;

use core::fmt;
use core::hash::BuildHasher;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::hash::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::hashed::Hashed;
use self::scopes::Scopes;
use self::shard::Shard;
use crate::admin::{Admin, Cursor, Filter, KeyDetails, KeyEntry, KeyPage, Resolution, ResolveOutcome};
use crate::protocol::id::OwnedId;
use crate::protocol::{
    Ack, BlockingStore, ClaimOutcome, ClaimRequest, Id, Lease, RESULT_LIMIT, Store, StoreError, StoreFuture, Transition,
};
use crate::state_machine::Row;
use crate::support;

/// Store of keys in the memory of one process.
///
/// Its protection ends with the process. It holds a bounded number of keys. A full store refuses new keys, because
/// forgetting a key that has not expired could repeat an effect. Expired keys make room by themselves. Open keys never
/// expire: list and evict them.
///
/// One scope, which is one client of the HTTP layer, holds at most half of the keys unless
/// [`with_keys_per_scope`](Self::with_keys_per_scope) is set. A client that fills its share is refused, and others are not. A result has
/// at most [`RESULT_LIMIT`] bytes unless [`with_result_limit`](Self::with_result_limit) is set.
///
/// The keys are spread over 64 shards, each behind a lock that is held for one operation. They are hashed with a random
/// seed, because clients choose them. The clock is the monotonic clock of the runtime, which a test can pause. A key takes
/// about 250 bytes beside its text and its result.
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
    max: usize,
    /// Number of rows in all shards, with those about to be added.
    count: AtomicUsize,
    scopes: Scopes,
    result_limit: usize,
    /// Offset from the monotonic clock to the wall clock, in microseconds.
    ///
    /// It is measured when the store is made, so tokens of a process are above those of an earlier one.
    epoch: u64,
}

const SHARDS: usize = 64;
/// Expired rows that are removed for each row that is added.
///
/// Above one, so that they become fewer.
const PURGED_AT_ONCE: usize = 2;
/// Expired rows that are removed at a time if there is no room for a new one.
const PURGED_FOR_ROOM: usize = 1024;

impl MemoryStore {
    /// Creates a store for at most `keys` keys.
    ///
    /// One scope holds at most half of them, rounded up.
    ///
    /// # Panics
    ///
    /// Panics if `keys` is 0.
    #[track_caller]
    pub fn new(keys: usize) -> Self {
        assert!(keys > 0, "a store for 0 keys refuses all of them; write `MemoryStore::new(100_000)`");
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            max: keys,
            count: AtomicUsize::new(0),
            scopes: Scopes::new(keys.div_ceil(2)),
            result_limit: RESULT_LIMIT,
            epoch: support::wall().saturating_sub(now()),
        }
    }

    /// Sets the most keys that one scope holds.
    ///
    /// A store of which only one scope is used, such as that of [`once`](crate::once()) without a scope, may give it all keys.
    ///
    /// # Panics
    ///
    /// Panics if `keys` is 0.
    #[must_use]
    #[track_caller]
    pub fn with_keys_per_scope(mut self, keys: usize) -> Self {
        assert!(keys > 0, "a scope with 0 keys is always refused; write `with_keys_per_scope(1_000)`");
        self.scopes.max = keys;
        self
    }

    /// Sets the most bytes of a result; 4 MiB by default.
    #[must_use]
    pub fn with_result_limit(mut self, bytes: usize) -> Self {
        self.result_limit = bytes;
        self
    }

    /// Returns the number of keys, with expired ones that are not removed yet.
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Returns true if the store holds no key.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn hashed<'a>(&self, id: Id<'a>) -> Hashed<Id<'a>> {
        Hashed::new(self.hasher.hash_one(id), id)
    }

    fn shard(&self, key: Hashed<Id<'_>>) -> MutexGuard<'_, Shard> {
        lock(&self.shards[key.shard(SHARDS)])
    }

    /// Claims a key, or returns which bound a new one exceeds.
    fn try_claim(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        let key = self.hashed(request.id);
        let mut shard = self.shard(key);
        // Under the lock, so that a claim that has waited for it gets its whole lease.
        let now = now();
        let token = self.epoch.saturating_add(now);
        if let Some(claimed) = shard.claim(key, request, now, token) {
            return Ok(claimed);
        }
        self.release_room(&shard.purge(PURGED_AT_ONCE, now));
        self.reserve_room(request.id.scope())?;
        Ok(ClaimOutcome::Run(shard.add(key, request, now, token)))
    }

    /// Reserves room for one row of a scope.
    fn reserve_room(&self, scope: &str) -> Result<(), StoreError> {
        let one_more = |count| (count < self.max).then_some(count + 1);
        // Relaxed: only the number is shared; rows are behind the locks.
        if self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_err() {
            return Err(StoreError::Full { keys: self.max });
        }
        if self.scopes.has_room(scope) {
            return Ok(());
        }
        self.count.fetch_sub(1, Ordering::Relaxed);
        Err(StoreError::ScopeFull { keys: self.scopes.max })
    }

    fn release_room(&self, rows: &[OwnedId]) {
        for id in rows {
            self.release_one(id.as_id());
        }
    }

    fn release_one(&self, id: Id<'_>) {
        self.count.fetch_sub(1, Ordering::Relaxed);
        self.scopes.release(id.scope());
    }

    fn purge_all(&self, limit: usize) -> usize {
        let mut removed = 0;
        for shard in &self.shards {
            let of_shard = lock(shard).purge(limit - removed, now());
            self.release_room(&of_shard);
            removed += of_shard.len();
            if removed == limit {
                break;
            }
        }
        removed
    }

    fn page(&self, filter: Filter<'_>, after: Option<&Cursor>, limit: usize) -> Result<KeyPage, StoreError> {
        let after = after.map(Cursor::position).transpose()?;
        let mut entries = Vec::new();
        for shard in &self.shards {
            let shard = lock(shard);
            let now = now();
            let matches = |row: &Row| filter.state.is_none_or(|state| state == row.state(now));
            let found = shard.rows().filter(|(id, row)| {
                after.is_none_or(|after| after < id.as_id()) && filter.matches_id(id.as_id()) && matches(row)
            });
            entries.extend(found.map(|(id, row)| row.entry(id.clone(), now)));
            keep_first(&mut entries, limit);
        }
        Ok(KeyPage::cut(entries, limit))
    }
}

/// Sorts the entries, and cuts them after one more than `limit`.
fn keep_first(entries: &mut Vec<KeyEntry>, limit: usize) {
    entries.sort_by(|a, b| a.id().cmp(&b.id()));
    entries.truncate(limit.saturating_add(1));
}

impl BlockingStore for MemoryStore {
    fn claim_blocking(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        loop {
            match self.try_claim(request) {
                // Another shard may hold expired rows, which make room.
                Err(_) if self.purge_all(PURGED_FOR_ROOM) > 0 => {}
                claimed => return claimed,
            }
        }
    }

    fn transition_blocking(&self, lease: &Lease, change: Transition<'_>) -> Result<Ack, StoreError> {
        change.check(self.result_limit)?;
        let key = self.hashed(lease.id());
        let (kept, is_gone) = self.shard(key).change(key, lease.holder(), change, now());
        if is_gone {
            self.release_one(lease.id());
        }
        Ok(kept)
    }
}

impl Store for MemoryStore {
    fn claim<'a>(&'a self, request: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async move { self.claim_blocking(request) })
    }

    fn transition<'a>(&'a self, lease: &'a Lease, change: Transition<'a>) -> StoreFuture<'a, Ack> {
        Box::pin(async move { self.transition_blocking(lease, change) })
    }

    fn last_token<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move {
            let key = self.hashed(id);
            Ok(self.shard(key).last_token(key))
        })
    }

    fn max_result_bytes(&self) -> usize {
        self.result_limit
    }

    fn without_waiting(&self) -> Option<&dyn BlockingStore> {
        Some(self)
    }
}

impl Admin for MemoryStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        Box::pin(async move { self.page(filter, after, limit) })
    }

    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>> {
        Box::pin(async move {
            let key = self.hashed(id);
            Ok(self.shard(key).details(key, now()))
        })
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        Box::pin(async move {
            resolution.check(id, self.result_limit)?;
            let key = self.hashed(id);
            let (resolved, is_gone) = self.shard(key).resolve(key, resolution, force, now());
            if is_gone {
                self.release_one(id);
            }
            Ok(resolved)
        })
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let key = self.hashed(id);
            let was_there = self.shard(key).evict(key);
            if was_there {
                self.release_one(id);
            }
            Ok(was_there)
        })
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(async move { Ok(self.purge_all(limit)) })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryStore").field("keys", &self.len()).field("max", &self.max).finish_non_exhaustive()
    }
}

/// Returns microseconds of the runtime's monotonic clock.
fn now() -> u64 {
    support::now() / 1000
}

/// Locks a shard.
///
/// It is consistent after a panic, because no operation calls code that can panic midway.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
