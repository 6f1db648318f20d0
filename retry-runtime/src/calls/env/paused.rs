//! Clock for tests of functions that are not on tokio (feature `testing`).
//!
//! A delay advances it instead of sleeping.
//!
//! Functions on tokio do not need it, because tokio has a paused clock of its own.

use core::cell::Cell;
use core::marker::PhantomData;
use core::time::Duration;
use std::thread_local;

use retry_core::Moment;

thread_local! {
    static PAUSED: Cell<Option<u64>> = const { Cell::new(None) };
    static READS: Cell<u64> = const { Cell::new(0) };
}

/// Paused clock of this thread. The clock runs again when this is dropped.
///
/// ```
/// use core::time::Duration;
///
/// let clock = retry_runtime::testing::pause();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// ```
#[derive(Debug)]
pub struct Paused {
    /// Time of an outer pause on the same thread.
    outer: Option<u64>,
    /// Not `Send`, because it pauses this thread only.
    thread: PhantomData<*const ()>,
}

/// Pauses the clock of this thread.
///
/// It is that of blocking functions, and of async functions that are not on tokio.
///
/// A delay advances the clock by its length and returns at once.
pub fn pause() -> Paused {
    Paused { outer: PAUSED.replace(Some(0)), thread: PhantomData }
}

impl Paused {
    /// Returns the time by which the clock has advanced since it was paused.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos(PAUSED.get().unwrap_or(0))
    }

    /// Advances the clock, as slow work would.
    pub fn advance(&self, by: Duration) {
        advance(retry_core::units::from(by));
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        PAUSED.set(self.outer);
    }
}

pub(crate) fn now() -> Option<Moment> {
    PAUSED.get().inspect(|_| note_read()).map(Moment::from_nanos)
}

/// Returns how often calls on this thread have read a clock.
///
/// Tests use it to show that a path reads none.
#[doc(hidden)]
pub fn clock_reads() -> u64 {
    READS.get()
}

pub(crate) fn is_paused() -> bool {
    PAUSED.get().is_some()
}

pub(crate) fn note_read() {
    READS.set(READS.get().wrapping_add(1));
}

/// Advances the clock if it is paused, and returns whether it is.
pub(crate) fn advance(nanos: u64) -> bool {
    let paused = PAUSED.get();
    PAUSED.set(paused.map(|now| now.saturating_add(nanos)));
    paused.is_some()
}
