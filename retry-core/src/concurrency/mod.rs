//! Attempts at a time under a concurrency limit.

pub(crate) mod validate;

use crate::sync::{AtomicU64, Ordering};

/// Places of one concurrency limit, in one word.
///
/// ```text
///  63        62      31        0
/// | waiting |   0   | in use |
/// ```
///
/// While somebody waits, a place that is released goes to the one who has waited longest, and nobody takes one without a
/// lock. The lock, and the queue below it, belong to the caller: methods with `queue` in their name are called under it.
#[derive(Debug)]
#[repr(align(128))]
pub struct Places {
    word: AtomicU64,
    limit: u32,
}

const WAITING: u64 = 1 << 63;

impl Places {
    /// Creates places for `limit` attempts at a time, at least 1.
    pub const fn new(limit: u32) -> Self {
        Self { word: AtomicU64::new(0), limit }
    }

    /// Returns the number of attempts that the limit allows at a time.
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the number of places in use.
    #[allow(clippy::cast_possible_truncation)] // at most the limit
    pub fn in_use(&self) -> u32 {
        (self.word.load(Ordering::Relaxed) & !WAITING) as u32
    }

    /// Takes a place if one is free and nobody waits.
    #[inline]
    pub fn try_take(&self) -> bool {
        self.change(|word| (word < u64::from(self.limit)).then_some(word + 1))
    }

    /// Takes a place if one is free, otherwise marks that somebody waits.
    pub fn take_or_queue(&self, is_queue_empty: bool) -> bool {
        let mut is_taken = false;
        self.change(|word| {
            let in_use = word & !WAITING;
            is_taken = is_queue_empty && in_use < u64::from(self.limit);
            Some(if is_taken { in_use + 1 } else { word | WAITING })
        });
        is_taken
    }

    /// Releases a place, unless somebody waits.
    ///
    /// If it returns `false`, the caller gives the place to the first of the queue, or returns it by
    /// [`release_queue`](Self::release_queue).
    #[inline]
    #[must_use = "somebody waits for the place"]
    pub fn release(&self) -> bool {
        self.change(|word| (word & WAITING == 0).then(|| word.saturating_sub(1)))
    }

    /// Releases a place for which nobody waits any longer.
    pub fn release_queue(&self) {
        self.change(|word| Some((word & !WAITING).saturating_sub(1)));
    }

    /// Marks that nobody waits any longer.
    pub fn leave_queue(&self) {
        self.change(|word| Some(word & !WAITING));
    }

    /// Changes the word; returns whether `change` returned one.
    ///
    /// Acquire and release, because what one attempt wrote happened before the attempt that has its place next.
    #[inline]
    fn change(&self, mut change: impl FnMut(u64) -> Option<u64>) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while let Some(next) = change(word) {
            match self.word.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(actual) => word = actual,
            }
        }
        false
    }
}
