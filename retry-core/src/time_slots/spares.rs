//! Slots that were given back before their time.

use crate::sync::{AtomicU64, Ordering::Relaxed};

/// Number of spares that are kept.
///
/// If a tenth of the waiting calls leave, four spares lose no slot, and one loses 2 %.
const SPARES: usize = 4;

/// Times of spare slots, in nanoseconds. A time that has passed stands for none.
#[derive(Debug)]
pub(super) struct Spares([AtomicU64; SPARES]);

impl Spares {
    pub(super) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; SPARES])
    }

    /// Takes the earliest spare after `now`, if that is before `end`.
    pub(super) fn take(&self, now: u64, end: u64) -> Option<u64> {
        loop {
            let times = self.0.iter().map(|word| (word.load(Relaxed), word));
            let (at, word) = times.filter(|(at, _)| (now + 1..end).contains(at)).min_by_key(|(at, _)| *at)?;
            if word.compare_exchange(at, 0, Relaxed, Relaxed).is_ok() {
                return Some(at);
            }
        }
    }

    /// Keeps a spare, if one of the others has passed.
    pub(super) fn put(&self, at: u64, now: u64) {
        for word in &self.0 {
            let other = word.load(Relaxed);
            if other <= now && word.compare_exchange(other, at, Relaxed, Relaxed).is_ok() {
                return;
            }
        }
    }
}
