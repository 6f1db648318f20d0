//! Window of a closed breaker: the words of either kind.

mod by_count;
mod by_time;
pub(super) mod counts;
pub(super) mod ring;

use self::by_count::ByCount;
use self::by_time::ByTime;
use self::counts::{Counts, Mark};
use self::ring::{LACKING, WORDS};
use crate::sync::{AtomicU64, Ordering};
use crate::units::Moment;

/// Kind and size of a window.
#[derive(Clone, Copy, Debug)]
pub(super) enum WindowSize {
    /// Number of calls, and whether each is timed.
    Calls(u16, bool),
    /// Nanoseconds per bucket.
    Time(u64),
}

/// Words of a window, on cache lines of their own.
///
/// Writes here must not take the state, which every attempt reads, from the caches of other threads.
#[repr(align(128))]
#[derive(Debug)]
pub(super) struct Window {
    head: AtomicU64,
    ring: [AtomicU64; WORDS],
}

impl Window {
    pub(super) const fn new() -> Self {
        Self { head: AtomicU64::new(LACKING), ring: [const { AtomicU64::new(0) }; WORDS] }
    }

    #[cfg(loom)]
    pub(super) fn touch(&self) {
        for word in [&self.head].into_iter().chain(&self.ring) {
            word.load(Ordering::Relaxed);
        }
    }

    /// Returns whether one more good attempt with this permit would change nothing.
    #[inline]
    pub(super) fn is_quiet(&self, code: u32) -> bool {
        // `Relaxed`: no other memory is read because of it.
        by_count::is_quiet(self.head.load(Ordering::Relaxed), code)
    }

    /// Counts one attempt; returns the counts if a rate may have reached its limit.
    pub(super) fn record(
        &self,
        size: WindowSize,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> Moment,
        is_current: impl Fn() -> bool,
    ) -> Option<Counts> {
        match size {
            WindowSize::Calls(calls, is_timed) => self.calls(calls, is_timed, generation).record(mark, is_current),
            WindowSize::Time(width) => self.time(width, generation).record(mark, now(), is_current),
        }
    }

    /// Returns the counts of the period of this generation.
    pub(super) fn counts(&self, size: WindowSize, generation: u16, now: Moment) -> Counts {
        match size {
            WindowSize::Calls(calls, is_timed) => self.calls(calls, is_timed, generation).counts().unwrap_or_default(),
            WindowSize::Time(width) => self.time(width, generation).counts(now),
        }
    }

    fn calls(&self, size: u16, is_timed: bool, generation: u16) -> ByCount<'_> {
        ByCount { head: &self.head, ring: &self.ring, size, is_timed, generation }
    }

    fn time(&self, width: u64, generation: u16) -> ByTime<'_> {
        ByTime { head: &self.head, ring: &self.ring, width, generation }
    }
}
