//! Window of the last attempts by number: an exact ring with two bits per attempt.
//!
//! Recording takes two steps, each one compare-and-swap: the head assigns a slot, then the slot is written. The counts
//! are the bits of the ring and stored nowhere else, so they cannot drift from it. If a thread stops between its two
//! steps while the others go once around the ring, it overwrites or clears the slot of a newer attempt. The window then
//! holds one attempt of the round before, until the slot is used again. Nothing else is lost.
//!
//! A new period clears nothing: head and words carry the generation that wrote them, and those of another generation
//! are read as empty.
//!
//! If the whole window is good, one more good attempt writes nothing. The head stores `lack` for this: the number of
//! good attempts until the whole window is good.

use crate::breaker::window::counts::{Counts, Mark};
use crate::breaker::window::ring::{LACKING, SLOTS, WORDS};
use crate::sync::{AtomicU64, Ordering};

/// Slow calls above the failed ones, in each word.
const SLOW: u32 = SLOTS as u32;
const FAILED_BITS: u64 = (1 << SLOTS) - 1;
const GENERATION: u32 = 48;
const BITS: u64 = (1 << GENERATION) - 1;

/// Head of the ring.
///
/// ```text
///  63        48 47      32 31               16 15          0
/// | next slot  |  calls   | good calls to come | generation |
/// ```
///
/// If no good calls are to come, the lower half is the generation alone: one comparison with the code of a permit.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head {
    slot: u16,
    calls: u16,
    lack: u16,
    generation: u16,
}

impl Head {
    const fn of(word: u64) -> Self {
        let [g0, g1, l0, l1, c0, c1, s0, s1] = word.to_le_bytes();
        Self {
            slot: u16::from_le_bytes([s0, s1]),
            calls: u16::from_le_bytes([c0, c1]),
            lack: u16::from_le_bytes([l0, l1]),
            generation: u16::from_le_bytes([g0, g1]),
        }
    }

    const fn pack(self) -> u64 {
        (self.slot as u64) << 48 | (self.calls as u64) << 32 | (self.lack as u64) << 16 | self.generation as u64
    }

    /// Returns the head after one more attempt in a window of `size`.
    ///
    /// Its `lack` is at least `least`.
    fn after(self, size: u16, least: u16, mark: Mark) -> Self {
        let lack = self.lack.min(size);
        Self {
            slot: if self.slot + 1 < size { self.slot + 1 } else { 0 },
            calls: (self.calls + 1).min(size),
            lack: if mark.is_bad() { size } else { lack.saturating_sub(1).max(least) },
            generation: self.generation,
        }
    }
}

/// Returns whether the whole window is good, and of the permit's generation.
///
/// `code` is the code of the permit, whose generation must be all of it.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the two lower fields
pub(super) const fn is_quiet(head: u64, code: u32) -> bool {
    head as u32 == code
}

/// View of the words of a window as a ring of attempts. A word of the ring:
///
/// ```text
///  63        48 47             24 23              0
/// | generation |  slow, one bit   | failed, one bit  |
/// ```
pub(super) struct ByCount<'a> {
    pub(super) head: &'a AtomicU64,
    pub(super) ring: &'a [AtomicU64; WORDS],
    pub(super) size: u16,
    /// Set if each attempt is timed: then it is not known to be good before its end.
    pub(super) is_timed: bool,
    pub(super) generation: u16,
}

impl ByCount<'_> {
    /// Counts one attempt.
    ///
    /// Returns the counts if a rate may have reached its limit, and `None` otherwise or if the period is over, by
    /// `is_current`.
    pub(super) fn record(&self, mark: Mark, is_current: impl Fn() -> bool) -> Option<Counts> {
        let claimed = self.claim(mark, &is_current)?;
        self.write(claimed.slot, mark, &is_current)?;
        if !mark.is_bad() {
            // A good attempt raises no rate, but while the window fills it may be the one that reaches the minimum.
            return if claimed.calls < self.size { self.counts() } else { None };
        }
        // Again after the slot is written, because good attempts may have lowered `lack` between the two steps. This
        // step also orders the bad attempts of several threads: a later one sees the slots of all before it (`Acquire`)
        // and publishes its own (`Release`), so the last one counts them all.
        self.head.fetch_or(LACKING, Ordering::AcqRel);
        self.counts()
    }

    /// Returns the counts of the window; `None` if it holds nothing of this period.
    pub(super) fn counts(&self) -> Option<Counts> {
        let words = usize::from(self.size.div_ceil(SLOTS));
        let mut counts = Counts::default();
        for place in &self.ring[..words] {
            let word = place.load(Ordering::Acquire);
            if !self.is_foreign(word) {
                counts.failed += (word & FAILED_BITS).count_ones();
                counts.slow += (word & BITS & !FAILED_BITS).count_ones();
            }
        }
        // After the ring: an attempt counts in the head before it writes its slot, so no rate exceeds the true one.
        let head = Head::of(self.head.load(Ordering::Acquire));
        counts.calls = head.calls.into();
        (head.generation == self.generation).then_some(counts)
    }

    /// Claims a slot; returns the head from before.
    fn claim(&self, mark: Mark, is_current: impl Fn() -> bool) -> Option<Head> {
        let mut word = self.head.load(Ordering::Acquire);
        loop {
            let mut head = Head::of(word);
            if head.generation != self.generation {
                if !is_current() {
                    return None;
                }
                head = Head { slot: 0, calls: 0, generation: self.generation, lack: self.size };
            }
            // `AcqRel`: a good attempt that reaches the minimum sees the slots of the bad ones before it.
            let next = head.after(self.size, self.is_timed.into(), mark).pack();
            match self.head.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(head),
                Err(actual) => word = actual,
            }
        }
    }

    fn write(&self, at: u16, mark: Mark, is_current: impl Fn() -> bool) -> Option<()> {
        let place = &self.ring[usize::from(at / SLOTS)];
        let failed = 1_u64 << (at % SLOTS);
        let slow = failed << SLOW;
        let mut word = place.load(Ordering::Acquire);
        loop {
            let mut bits = word;
            if self.is_foreign(word) {
                if !is_current() {
                    return None;
                }
                bits = u64::from(self.generation) << GENERATION;
            }
            bits &= !(failed | slow);
            bits |= if mark.failed { failed } else { 0 } | if mark.slow { slow } else { 0 };
            if bits == word {
                return Some(());
            }
            match place.compare_exchange_weak(word, bits, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(()),
                Err(actual) => word = actual,
            }
        }
    }

    fn is_foreign(&self, word: u64) -> bool {
        word >> GENERATION != u64::from(self.generation)
    }
}
