//! A clock for tests of blocking functions, that waits move instead of sleeping (feature `test-util`).
//!
//! Async functions need nothing of this: tokio's own paused clock moves them.

use core::cell::Cell;
use core::marker::PhantomData;
use core::time::Duration;
use std::thread_local;

thread_local! {
    static PAUSED: Cell<Option<u64>> = const { Cell::new(None) };
    static READS: Cell<u64> = const { Cell::new(0) };
}

/// The paused clock of this thread; it runs on when this is dropped.
///
/// ```
/// use core::time::Duration;
///
/// let clock = retry_runtime::test_util::pause();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// ```
#[derive(Debug)]
pub struct Paused {
    /// What a pause around this one had reached.
    outer: Option<u64>,
    /// It pauses this thread alone.
    thread: PhantomData<*const ()>,
}

/// Pauses the clock of blocking functions on this thread. A wait moves it by its length and returns at once.
pub fn pause() -> Paused {
    Paused { outer: PAUSED.replace(Some(0)), thread: PhantomData }
}

impl Paused {
    /// How far the clock has moved since it was paused.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(PAUSED.get().unwrap_or(0))
    }

    /// Moves the clock, as slow work would.
    pub fn advance(&self, by: Duration) {
        advance(retry_core::units::from(by));
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        PAUSED.set(self.outer);
    }
}

pub(crate) fn now() -> Option<u64> {
    PAUSED.get().inspect(|_| note_read())
}

/// How often calls on this thread have asked what time it is, of a paused clock or one that runs: for tests that a path
/// does not.
#[doc(hidden)]
pub fn clock_reads() -> u64 {
    READS.get()
}

pub(crate) fn note_read() {
    READS.set(READS.get().wrapping_add(1));
}

/// Whether the clock is paused, and so was moved.
pub(crate) fn advance(nanos: u64) -> bool {
    let paused = PAUSED.get();
    PAUSED.set(paused.map(|now| now.saturating_add(nanos)));
    paused.is_some()
}
