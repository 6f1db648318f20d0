//! What every operation counts, and the list of those that ran.

use core::cell::Cell;
use core::fmt;
use core::iter::successors;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::boxed::Box;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread_local;

use crate::Operation;
use crate::calls::clock;
use crate::events::EventKind;
use crate::report::minute::{LastMinute, Minute, Totals};
use crate::report::trouble::Trouble;

/// Threads that count beside each other, each in a cache line of its own.
const SHARDS: usize = 16;

/// How many first successes of a shard go by between two looks at what is apart: where numbers are published, every 64th
/// publishes; else only the very first one registers the operation.
const EVERY: u64 = if cfg!(feature = "metrics") { 64 } else { 1 << 63 };

/// One shard of the only counter that a healthy operation has.
#[derive(Debug)]
#[repr(align(64))]
struct Shard(AtomicU64);

/// Of one operation.
pub(crate) struct Counted {
    /// Calls that succeeded at their first attempt.
    first: [Shard; SHARDS],
    /// Set once, when the operation is first seen.
    seen: OnceLock<Seen>,
    /// There once something failed.
    trouble: OnceLock<Box<Mutex<Trouble>>>,
    /// The operation's name, made once, so that a first success that is published allocates nothing.
    #[cfg(feature = "metrics")]
    labels: [metrics::Label; 1],
    /// The next one that was seen under the same name.
    #[cfg(feature = "metrics")]
    next: OnceLock<&'static Operation>,
}

struct Seen {
    /// In nanoseconds.
    at: u64,
    /// The operation that was seen before it: the list of all needs no memory of its own.
    before: Option<&'static Operation>,
    /// Whether there was room for it in the list.
    is_listed: bool,
    /// The first that was seen under the same name, if it is another one.
    #[cfg(feature = "metrics")]
    first: Option<&'static Operation>,
}

/// All that are listed.
struct List {
    last: Option<&'static Operation>,
    len: usize,
}

/// More than a source has: who makes operations as the program runs, makes no label of each.
const MOST: usize = 10_000;

static LIST: Mutex<List> = Mutex::new(List { last: None, len: 0 });

static THREADS: AtomicUsize = AtomicUsize::new(0);

const NONE: usize = usize::MAX;

thread_local! {
    static SHARD: Cell<usize> = const { Cell::new(NONE) };
}

impl Counted {
    #[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            first: [const { Shard(AtomicU64::new(0)) }; SHARDS],
            seen: OnceLock::new(),
            trouble: OnceLock::new(),
            #[cfg(feature = "metrics")]
            labels: [metrics::Label::from_static_parts("operation", name)],
            #[cfg(feature = "metrics")]
            next: OnceLock::new(),
        }
    }

    #[cfg(feature = "metrics")]
    pub(crate) const fn labels(&self) -> &[metrics::Label] {
        &self.labels
    }

    /// Whether the operation is listed, now that it was seen.
    pub(crate) fn is_listed(&self) -> bool {
        self.seen.get().is_some_and(|seen| seen.is_listed)
    }

    /// How many calls succeeded at their first attempt.
    pub(crate) fn first_successes(&self) -> u64 {
        self.first.iter().fold(0, |sum, shard| sum.wrapping_add(shard.0.load(Relaxed)))
    }

    /// How many calls there were whose first attempt has ended, or was refused.
    #[cfg(feature = "metrics")]
    fn calls(&self) -> u64 {
        self.first_successes().saturating_add(self.trouble().map_or(0, |trouble| trouble.calls))
    }

    /// How many retries there were, and how many calls succeeded.
    #[cfg(feature = "page")]
    pub(crate) fn retries_and_successes(&self) -> (u64, u64) {
        let (retries, recovered) = self.trouble().map_or((0, 0), |trouble| (trouble.scheduled, trouble.recovered));
        (retries, self.first_successes().saturating_add(recovered))
    }

    /// What failed, if anything did.
    pub(crate) fn trouble(&self) -> Option<MutexGuard<'_, Trouble>> {
        self.trouble.get().map(|trouble| locked(trouble))
    }

    /// The last minute of an operation of which nothing failed: its calls came at a steady rate, for all that is known.
    pub(crate) fn healthy_minute(&self) -> LastMinute {
        let now = clock::now();
        let mut minute = Minute::since(self.seen.get().map_or(now, |seen| seen.at));
        minute.look(now, Totals { calls: self.first_successes(), ..Totals::default() });
        minute.numbers(now)
    }

    /// Counts a call that was dropped after a failure.
    #[cfg(feature = "tokio")]
    fn count_dropped(&self) {
        if let Some(mut trouble) = self.trouble() {
            trouble.lose(self.first_successes(), clock::now());
        }
    }

    /// Counts what is no first success.
    pub(crate) fn count(&self, kind: EventKind) {
        let now = clock::now();
        let begun = self.seen.get().map_or(now, |seen| seen.at);
        let trouble = self.trouble.get_or_init(|| Box::new(Mutex::new(Trouble::since(begun))));
        locked(trouble).count(kind, self.first_successes(), now);
    }
}

impl fmt::Debug for Counted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Counted").field("first_successes", &self.first_successes()).finish_non_exhaustive()
    }
}

/// Nothing that is counted is left half done by a panic.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts a call that succeeded at its first attempt: one addition, in a place of this thread's.
#[inline]
pub(crate) fn first_success(operation: &'static Operation) {
    let shard = match SHARD.get() {
        NONE => new_thread(),
        shard => shard,
    };
    let before = operation.observed().counted.first[shard % SHARDS].0.fetch_add(1, Relaxed);
    if before % EVERY == 0 {
        look(operation);
    }
}

#[cold]
#[inline(never)]
fn new_thread() -> usize {
    let shard = THREADS.fetch_add(1, Relaxed) % SHARDS;
    SHARD.set(shard);
    shard
}

#[cold]
#[inline(never)]
fn look(operation: &'static Operation) {
    see(operation);
    #[cfg(feature = "metrics")]
    crate::metrics::publish_calls(operation);
}

/// Counts what is no first success.
pub(crate) fn count(operation: &'static Operation, kind: EventKind) {
    see(operation);
    operation.observed().counted.count(kind);
}

/// Counts a call that was dropped after a failure that it was retried for.
#[cfg(feature = "tokio")]
pub(crate) fn dropped(operation: &'static Operation) {
    operation.observed().counted.count_dropped();
}

/// Puts the operation into the list, once.
fn see(operation: &'static Operation) {
    let seen = &operation.observed().counted.seen;
    if seen.get().is_some() {
        return;
    }
    let mut list = locked(&LIST);
    // Under the lock, so that only one thread sets it.
    if seen.get().is_none() {
        let is_listed = list.len < MOST;
        let _ = seen.set(Seen {
            at: clock::now(),
            before: list.last,
            is_listed,
            #[cfg(feature = "metrics")]
            first: first_alike(list.last, operation),
        });
        if is_listed {
            *list = List { last: Some(operation), len: list.len + 1 };
        }
    }
}

/// Every operation that ran.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    let last = locked(&LIST).last;
    listed(last)
}

/// This one and all that were seen before it.
fn listed(last: Option<&'static Operation>) -> impl Iterator<Item = &'static Operation> {
    successors(last, |operation| operation.observed().counted.seen.get().and_then(|seen| seen.before))
}

/// The first of those up to `last` that has the name of `operation`, which becomes the next of the latest one.
#[cfg(feature = "metrics")]
fn first_alike(last: Option<&'static Operation>, operation: &'static Operation) -> Option<&'static Operation> {
    let latest = listed(last).find(|other| other.name() == operation.name())?;
    let counted = &latest.observed().counted;
    let _ = counted.next.set(operation);
    counted.seen.get().and_then(|seen| seen.first).or(Some(latest))
}

/// The calls of all operations that have this one's name: they are one series.
#[cfg(feature = "metrics")]
pub(crate) fn calls_of_name(operation: &'static Operation) -> u64 {
    let first = operation.observed().counted.seen.get().and_then(|seen| seen.first).unwrap_or(operation);
    let alike = successors(Some(first), |operation| operation.observed().counted.next.get().copied());
    alike.fold(0, |sum, operation| sum.saturating_add(operation.observed().counted.calls()))
}
