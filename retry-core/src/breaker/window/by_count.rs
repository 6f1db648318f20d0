//! The window of the last so many calls: a ring with two bits a call, exact.
//!
//! Recording takes two steps, each one compare-and-swap: the head gives the call its slot, then the slot is written.
//! The counts are the bits of the ring, and kept nowhere else, so they cannot drift from it. A thread that stops
//! between its two steps while all others go once around the ring writes over a newer call's slot, or clears it: the
//! window then holds one call of the last but one round, until the next one comes by. Nothing else is lost.
//!
//! A new period needs no clearing: head and words carry the generation that wrote them, and those of another one are
//! read as empty.
//!
//! Where the whole window is good, one more good call changes nothing and writes nothing. The head knows this from
//! `lack`: how many good calls the window lacks until all of it is good.

use crate::breaker::window::counts::{Counts, Mark};
use crate::breaker::window::ring::{LACKING, SLOTS, WORDS};
use crate::sync::{AtomicU64, Ordering};

/// Slow calls above the failed ones, in each word.
const SLOW: u32 = SLOTS as u32;
const FAILED_BITS: u64 = (1 << SLOTS) - 1;
const GENERATION: u32 = 48;
const BITS: u64 = (1 << GENERATION) - 1;

/// From the highest bit, 16 each: the next slot, the calls in the window, the good calls it lacks, the generation.
/// So the lower half is the generation alone where the window lacks nothing, which is one comparison with a permit.
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

    /// After one more call in a window of `size`, that never lacks less than `least`.
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

/// Whether this head says that the window lacks nothing, and is of the generation that is all of a permit's code.
#[inline]
#[allow(clippy::cast_possible_truncation)] // the two lower fields
pub(super) const fn is_quiet(head: u64, code: u32) -> bool {
    head as u32 == code
}

/// The window's words, seen as a ring.
pub(super) struct ByCount<'a> {
    pub(super) head: &'a AtomicU64,
    pub(super) ring: &'a [AtomicU64; WORDS],
    pub(super) size: u16,
    /// Whether each call's time is asked for: then good calls are not known before they are timed.
    pub(super) is_timed: bool,
    pub(super) generation: u16,
}

impl ByCount<'_> {
    /// Counts one call. `Some` if a rate may have reached its limit, `None` also where the period is over, which
    /// `is_current` says.
    pub(super) fn record(&self, mark: Mark, is_current: impl Fn() -> bool) -> Option<Counts> {
        let claimed = self.claim(mark, &is_current)?;
        self.write(claimed.slot, mark, &is_current)?;
        if !mark.is_bad() {
            // A good call raises no rate. It can only be the one that makes the calls enough, while the window fills.
            return if claimed.calls < self.size { self.counts() } else { None };
        }
        // Again, now that the slot is written: good calls that came between the two steps prove nothing about it.
        // This step also orders the bad calls of several threads: the later one sees the slots of all before it
        // (`Acquire`), and shows its own (`Release`), so the last of them judges them all.
        self.head.fetch_or(LACKING, Ordering::AcqRel);
        self.counts()
    }

    /// What the window holds; `None` if nothing of this period.
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
        // After the ring: every call has its slot before it writes there, so no rate passes the true one.
        let head = Head::of(self.head.load(Ordering::Acquire));
        counts.calls = head.calls.into();
        (head.generation == self.generation).then_some(counts)
    }

    /// The head whose slot is now ours.
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
            // `AcqRel`: a good call that makes the calls enough sees the slots of the bad ones before it.
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
