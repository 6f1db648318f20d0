//! Retries as a share of the calls in flight, without a clock or a history.
//!
//! Envoy's retry budget counts them in the same way.

use crate::budget::fixed_point::ONE;
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// One retry in the word of [`InFlight`]; one call is 1.
const RETRY: u64 = 1 << 32;
const CALLS: u64 = RETRY - 1;
/// Most calls that are counted.
///
/// There is room for as many again, because threads check the count before they add to it.
const MAX_CALLS: u64 = 1 << 31;

/// Limit on the retries in flight, as a function of the calls in flight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) share: i64,
    pub(crate) at_least: u32,
}

impl Limit {
    /// Returns the retries beside `calls`.
    ///
    /// Both factors are below 2^33, so the product does not overflow.
    #[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss)]
    const fn retries(self, calls: u64) -> u64 {
        let share = (calls * self.share as u64) / ONE as u64;
        if share > self.at_least as u64 { share } else { self.at_least as u64 }
    }
}

/// Calls and retries in flight, in one word.
///
/// ```text
///  63       32 31        0
/// |  retries  |   calls   |
/// ```
///
/// `Relaxed` suffices: the word publishes no other memory, and a swap always sees the last value.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct InFlight {
    pub(crate) limit: Limit,
    /// Keeps limit and word on different cache lines.
    ///
    /// The limit is only read, and every call writes the word.
    _padding: [u64; 6],
    word: AtomicU64,
}

#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(InFlight, word) >= crate::units::CACHE_LINE);

impl InFlight {
    pub(crate) const fn new(limit: Limit) -> Self {
        Self { limit, _padding: [0; 6], word: AtomicU64::new(0) }
    }

    /// Counts a call that begins; returns `false` if the count is full.
    pub(crate) fn begin(&self) -> bool {
        let fits = self.word.load(Relaxed) & CALLS < MAX_CALLS;
        if fits {
            self.word.fetch_add(1, Relaxed);
        }
        fits
    }

    /// Returns whether a call may retry.
    ///
    /// One that is `retrying` already is checked again beside the others, and not counted twice.
    pub(crate) fn withdraw(&self, retrying: bool) -> bool {
        let fits = |word: u64| {
            let others = (word >> 32).saturating_sub(u64::from(retrying));
            others < self.limit.retries(word & CALLS)
        };
        if retrying {
            return fits(self.word.load(Relaxed));
        }
        self.swap(|word| (fits(word) && word >> 32 < CALLS).then(|| word + RETRY))
    }

    /// Removes a call, or its retry, or both.
    ///
    /// A withdrawal stays counted until then. The withdrawal of another budget may find less, and removes no more than
    /// that.
    pub(crate) fn end(&self, call: bool, retry: bool) {
        let word = self.word.load(Relaxed);
        let call = u64::from(call).min(word & CALLS);
        let retry = u64::from(retry).min(word >> 32);
        if call | retry != 0 {
            self.word.fetch_sub(retry << 32 | call, Relaxed);
        }
    }

    /// Returns the number of retries that may begin now.
    pub(crate) fn left(&self) -> u64 {
        let word = self.word.load(Relaxed);
        self.limit.retries(word & CALLS).saturating_sub(word >> 32)
    }

    /// Replaces the word by the result of `next` in one step.
    ///
    /// Returns `false` if that is `None`.
    fn swap(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        let mut word = self.word.load(Relaxed);
        while let Some(new) = next(word) {
            match self.word.compare_exchange_weak(word, new, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(actual) => word = actual,
            }
        }
        false
    }
}
