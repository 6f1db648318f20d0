//! Retries as a share of the calls under way, as Envoy's retry budget counts them: no clock, and no memory of the past.

use crate::budget::fixed_point::ONE;
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// One retry under way; one call is 1.
const RETRY: u64 = 1 << 32;
const CALLS: u64 = RETRY - 1;
/// The calls that are counted. There is room for as many again: those that all looked before any was counted.
const MAX_CALLS: u64 = 1 << 31;

/// The most retries under way at once, beside so many calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) share: i64,
    pub(crate) at_least: u32,
}

impl Most {
    /// Both factors are below 2^33, so that nothing overflows.
    #[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss)]
    const fn retries(self, calls: u64) -> u64 {
        let share = (calls * self.share as u64) / ONE as u64;
        if share > self.at_least as u64 { share } else { self.at_least as u64 }
    }
}

/// How much is under way: one word, calls in its low half and retries in its high half.
///
/// `Relaxed` throughout: the word publishes nothing but itself, and a swap always sees the last value.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct InFlight {
    pub(crate) most: Most,
    /// Between what is only read and what every call writes, so that they have different cache lines.
    _apart: [u64; 6],
    under_way: AtomicU64,
}

#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(InFlight, under_way) >= crate::units::CACHE_LINE);

impl InFlight {
    pub(crate) const fn new(most: Most) -> Self {
        Self { most, _apart: [0; 6], under_way: AtomicU64::new(0) }
    }

    /// Counts a call that begins; `false` where the count is full.
    pub(crate) fn begin(&self) -> bool {
        let fits = self.under_way.load(Relaxed) & CALLS < MAX_CALLS;
        if fits {
            self.under_way.fetch_add(1, Relaxed);
        }
        fits
    }

    /// Whether a call may retry. One that is `retrying` already is judged anew, beside the others, and is not counted
    /// twice.
    pub(crate) fn withdraw(&self, retrying: bool) -> bool {
        let fits = |word: u64| {
            let others = (word >> 32).saturating_sub(u64::from(retrying));
            others < self.most.retries(word & CALLS)
        };
        if retrying {
            return fits(self.under_way.load(Relaxed));
        }
        self.swap(|word| (fits(word) && word >> 32 < CALLS).then(|| word + RETRY))
    }

    /// No longer counts a call, or its retry, or both. What a withdrawal holds stays counted until this, whatever others do
    /// meanwhile; only the withdrawal of another budget may find less, and takes no more than is there.
    pub(crate) fn end(&self, call: bool, retry: bool) {
        let word = self.under_way.load(Relaxed);
        let call = u64::from(call).min(word & CALLS);
        let retry = u64::from(retry).min(word >> 32);
        if call | retry != 0 {
            self.under_way.fetch_sub(retry << 32 | call, Relaxed);
        }
    }

    /// How many retries more may begin.
    pub(crate) fn left(&self) -> u64 {
        let word = self.under_way.load(Relaxed);
        self.most.retries(word & CALLS).saturating_sub(word >> 32)
    }

    /// Replaces the word by what `next` makes of it, in one step; `false` if that is nothing.
    fn swap(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        let mut word = self.under_way.load(Relaxed);
        while let Some(new) = next(word) {
            match self.under_way.compare_exchange_weak(word, new, Relaxed, Relaxed) {
                Ok(_) => return true,
                Err(actual) => word = actual,
            }
        }
        false
    }
}
