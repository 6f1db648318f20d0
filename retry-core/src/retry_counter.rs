//! A number of retries that may still be made, shared by what runs at the same time.

use crate::sync::{AtomicU32, Ordering::Relaxed};
use crate::units::UNBOUNDED;

/// So many retries, to be taken one by one.
///
/// Each operation is one compare-and-swap of the only word there is. `Relaxed` throughout: the word publishes nothing
/// but itself.
#[derive(Debug)]
pub struct RetryCounter {
    left: AtomicU32,
    given: u32,
}

impl RetryCounter {
    /// `u32::MAX` sets no bound.
    pub const fn new(given: u32) -> Self {
        Self { left: AtomicU32::new(given), given }
    }

    /// How many are left; `u32::MAX` without a bound.
    pub fn left(&self) -> u32 {
        self.left.load(Relaxed)
    }

    /// How many were taken.
    pub fn taken(&self) -> u32 {
        self.given.saturating_sub(self.left())
    }

    /// Takes one, if there is one.
    pub fn take(&self) -> bool {
        self.given == UNBOUNDED || self.swap(|left| left.checked_sub(1))
    }

    /// Gives back one that was taken.
    pub fn refund(&self) {
        self.swap(|left| (left < self.given).then(|| left + 1));
    }

    /// Replaces the word by what `next` makes of it, in one step; `false` if that is nothing.
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
