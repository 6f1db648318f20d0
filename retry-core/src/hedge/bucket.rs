//! Tokens of hedges, in one word.

use crate::sync::{AtomicU64, Ordering::Relaxed};

/// Bucket of tokens with 20 fractional bits; empty at first.
///
/// `Relaxed` suffices: the word stands alone.
#[derive(Debug)]
pub(super) struct Bucket(AtomicU64);

impl Bucket {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Adds `tokens`, up to `capacity`; writes nothing to a full bucket.
    pub(super) fn add(&self, tokens: u64, capacity: u64) {
        self.change(|held| (held < capacity).then(|| crate::units::least(held + tokens, capacity)));
    }

    pub(super) fn has(&self, tokens: u64) -> bool {
        self.0.load(Relaxed) >= tokens
    }

    /// Takes `tokens`, or nothing if there are fewer.
    pub(super) fn take(&self, tokens: u64) -> bool {
        self.change(|held| held.checked_sub(tokens))
    }

    /// Replaces the number in one step; returns whether `next` returned one.
    fn change(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        let mut held = self.0.load(Relaxed);
        while let Some(new) = next(held) {
            match self.0.compare_exchange_weak(held, new, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(actual) => held = actual,
            }
        }
        false
    }
}
