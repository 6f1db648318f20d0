//! A number of retries that concurrent tasks and threads share.

use crate::sync::{AtomicU32, Ordering::Relaxed};
use crate::units::UNBOUNDED;

/// Number of retries that may still be made.
///
/// Each operation is one compare-and-swap of one word. `Relaxed` suffices: the word publishes no other memory.
#[derive(Debug)]
pub struct RetryCounter {
    left: AtomicU32,
    given: u32,
}

impl RetryCounter {
    /// Creates a counter of `given` retries; `u32::MAX` sets no limit.
    pub const fn new(given: u32) -> Self {
        Self { left: AtomicU32::new(given), given }
    }

    /// Returns the retries that are left; `u32::MAX` without a limit.
    pub fn left(&self) -> u32 {
        self.left.load(Relaxed)
    }

    /// Returns the retries that were taken.
    pub fn taken(&self) -> u32 {
        self.given.saturating_sub(self.left())
    }

    /// Takes one; returns `false` if none is left.
    pub fn take(&self) -> bool {
        self.given == UNBOUNDED || self.swap(|left| left.checked_sub(1))
    }

    /// Returns one that was taken.
    pub fn refund(&self) {
        self.swap(|left| (left < self.given).then(|| left + 1));
    }

    /// Replaces the word by the result of `next` in one step.
    ///
    /// Returns `false` if that is `None`.
    fn swap(&self, next: impl Fn(u32) -> Option<u32>) -> bool {
        let mut left = self.left.load(Relaxed);
        while let Some(new) = next(left) {
            match self.left.compare_exchange_weak(left, new, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(actual) => left = actual,
            }
        }
        false
    }
}
