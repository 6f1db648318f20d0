//! What a closed breaker remembers: the words of either kind of window.

use super::calls::{self, Calls, LACKING};
use super::counts::{Counts, Mark};
use super::settings::Span;
use super::time::Time;
use crate::sync::{AtomicU64, Ordering};

/// Words of the ring.
pub(super) const WORDS: usize = if cfg!(loom) { 2 } else { 42 };

/// Apart from the state, which every call reads: what is written here must not take that from other threads' caches.
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
    pub(super) fn look(&self) {
        for word in [&self.head].into_iter().chain(&self.ring) {
            word.load(Ordering::Relaxed);
        }
    }

    /// Whether one more good call with this receipt would change nothing.
    #[inline]
    pub(super) fn is_quiet(&self, code: u32) -> bool {
        // Nothing else is read because of it.
        calls::is_quiet(self.head.load(Ordering::Relaxed), code)
    }

    /// Counts one call; `Some` if a rate may have reached its limit.
    pub(super) fn record(
        &self,
        span: Span,
        generation: u16,
        mark: Mark,
        now: impl Fn() -> u64,
        is_current: impl Fn() -> bool,
    ) -> Option<Counts> {
        match span {
            Span::Calls(size, is_timed) => self.calls(size, is_timed, generation).record(mark, is_current),
            Span::Time(width) => self.time(width, generation).record(mark, now(), is_current),
        }
    }

    /// What was counted in the period of this generation.
    pub(super) fn counts(&self, span: Span, generation: u16, now: u64) -> Counts {
        match span {
            Span::Calls(size, is_timed) => self.calls(size, is_timed, generation).counts().unwrap_or_default(),
            Span::Time(width) => self.time(width, generation).counts(now),
        }
    }

    fn calls(&self, size: u16, is_timed: bool, generation: u16) -> Calls<'_> {
        Calls { head: &self.head, ring: &self.ring, size, is_timed, generation }
    }

    fn time(&self, width: u64, generation: u16) -> Time<'_> {
        Time { head: &self.head, ring: &self.ring, width, generation }
    }
}
