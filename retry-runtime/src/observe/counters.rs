//! Counters of an operation.
//!
//! While calls succeed there is one sharded counter. The first failure allocates statistics behind a lock.

use core::cell::Cell;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::boxed::Box;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread_local;

use crate::observe::event::EventKind;
use crate::observe::failure_stats::FailureStats;
use crate::observe::last_minute::{LastMinute, MinuteWindow, Totals};

/// Number of threads that count without sharing a cache line.
const SHARDS: usize = 16;

/// Number of first successes per shard between two publications.
///
/// Without the feature `metrics` there is nothing to publish, and only the very first success registers the operation.
const PUBLISH_EVERY: u64 = if cfg!(feature = "metrics") { 64 } else { 1 << 63 };

/// One shard of the only counter that a healthy operation touches.
#[repr(align(64))]
struct Shard(AtomicU64);

/// Counters of one operation.
pub(crate) struct Counters {
    /// Calls that succeeded at their first attempt.
    first_successes: [Shard; SHARDS],
    /// Allocated by the first failure.
    failure_stats: OnceLock<Box<Mutex<FailureStats>>>,
}

static NEXT_SHARD: AtomicUsize = AtomicUsize::new(0);

/// Marks a thread that has no shard yet.
const UNASSIGNED: usize = usize::MAX;

thread_local! {
    static SHARD: Cell<usize> = const { Cell::new(UNASSIGNED) };
}

impl Counters {
    pub(super) const fn new() -> Self {
        Self { first_successes: [const { Shard(AtomicU64::new(0)) }; SHARDS], failure_stats: OnceLock::new() }
    }

    /// Counts a call that succeeded at its first attempt.
    ///
    /// Returns whether the counter is due for publication. Costs one addition in this thread's shard.
    #[inline]
    pub(super) fn add_first_success(&self) -> bool {
        let shard = match SHARD.get() {
            UNASSIGNED => assign_shard(),
            shard => shard,
        };
        let before = self.first_successes[shard % SHARDS].0.fetch_add(1, Relaxed);
        before % PUBLISH_EVERY == 0
    }

    /// Returns the number of calls that succeeded at their first attempt.
    pub(crate) fn first_successes(&self) -> u64 {
        self.first_successes.iter().fold(0, |sum, shard| sum.wrapping_add(shard.0.load(Relaxed)))
    }

    /// Returns the number of calls whose first attempt has ended or was refused.
    #[cfg(feature = "metrics")]
    pub(super) fn calls(&self) -> u64 {
        self.first_successes().saturating_add(self.failure_stats().map_or(0, |stats| stats.calls))
    }

    /// Returns the numbers of retries that have ended and of successful calls.
    #[cfg(feature = "page")]
    pub(crate) fn retries_and_successes(&self) -> (u64, u64) {
        let (retries, recovered) = self.failure_stats().map_or((0, 0), |stats| (stats.retries_made(), stats.recovered));
        (retries, self.first_successes().saturating_add(recovered))
    }

    /// Locks and returns the statistics of failures; `None` if nothing has failed.
    pub(crate) fn failure_stats(&self) -> Option<MutexGuard<'_, FailureStats>> {
        self.failure_stats.get().map(|stats| lock(stats))
    }

    /// Returns the last minute of an operation that never failed.
    ///
    /// Assumes a steady rate of calls since `first_seen`.
    pub(crate) fn last_minute_without_failures(&self, first_seen: u64, now: u64) -> LastMinute {
        let mut window = MinuteWindow::new(first_seen);
        window.record(now, Totals { calls: self.first_successes(), ..Totals::default() });
        window.last_minute(now)
    }

    /// Counts an event; `first_seen` is the time of the operation's first event.
    pub(super) fn count(&self, kind: EventKind, first_seen: u64, now: u64) {
        let stats = self.failure_stats.get_or_init(|| Box::new(Mutex::new(FailureStats::new(first_seen))));
        lock(stats).count(kind, self.first_successes(), now);
    }

    /// Counts that the attempt whose event comes next is a hedge.
    pub(super) fn count_hedge(&self) {
        if let Some(mut stats) = self.failure_stats() {
            stats.count_hedge();
        }
    }

    /// Counts a call that was dropped after a failure.
    pub(super) fn count_dropped(&self, now: impl FnOnce() -> u64) {
        if let Some(mut stats) = self.failure_stats() {
            stats.count_dropped(self.first_successes(), now());
        }
    }
}

/// Ignores poisoning: a panic leaves no counter half updated.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cold]
#[inline(never)]
fn assign_shard() -> usize {
    let shard = NEXT_SHARD.fetch_add(1, Relaxed) % SHARDS;
    SHARD.set(shard);
    shard
}
