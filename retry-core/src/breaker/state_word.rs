//! State of a breaker in one word, so that each change is one compare-and-swap.
//!
//! ```text
//!  63                                    24 23  19 18  16 15          0
//! | payload                                | level | mode | generation |
//!
//! payload, open:       end of the open period, in units of 2^20 ns (1.05 ms; enough for 36 years)
//! payload, half-open:  | slow | failed | counted | out |   probes, one byte each, below one unused byte
//! payload, else:       zero
//! ```
//!
//! A closed breaker's word is its generation alone: permitting an attempt is one comparison, and the word is the code of
//! the permit. The generation grows with each change of mode, which identifies permits of an older period. The level is
//! the number of times that the breaker opened again without having closed.

use crate::breaker::permit::State;
use crate::breaker::window::counts::{Counts, Mark};
use crate::units::{Moment, least};

/// Log2 of the unit in nanoseconds for the end of an open period.
const TICK: u32 = 20;
const PAYLOAD: u32 = 24;
const LEVEL: u32 = 19;
const MODE: u32 = 16;
const MODES: u64 = 0b111;
const GENERATIONS: u64 = (1 << MODE) - 1;
const HIGHEST_LEVEL: u32 = 31;
const LAST_TICK: u64 = (1 << 40) - 1;

const CLOSED: u64 = 0;
const OPEN: u64 = 1;
const HALF_OPEN: u64 = 2;
const FORCED_OPEN: u64 = 3;
const FORCED_CLOSED: u64 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StateWord(pub(super) u64);

impl StateWord {
    /// Closed, in the first generation.
    pub(super) const FIRST: Self = Self(CLOSED);

    #[inline]
    pub(super) const fn is_closed(self) -> bool {
        self.0 <= GENERATIONS
    }

    pub(super) const fn state(self) -> State {
        match self.0 >> MODE & MODES {
            OPEN => State::Open,
            HALF_OPEN => State::HalfOpen,
            FORCED_OPEN => State::ForcedOpen,
            FORCED_CLOSED => State::ForcedClosed,
            _ => State::Closed,
        }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // that is the field
    pub(super) const fn generation(self) -> u16 {
        self.0 as u16
    }

    #[allow(clippy::cast_possible_truncation)] // five bits
    pub(super) const fn level(self) -> u32 {
        (self.0 >> LEVEL) as u32 & HIGHEST_LEVEL
    }

    /// Returns the end of an open period.
    pub(super) const fn until(self) -> Moment {
        Moment::from_nanos((self.0 >> PAYLOAD) << TICK)
    }

    pub(super) const fn probes(self) -> Probes {
        let [_, _, _, out, counted, failed, slow, _] = self.0.to_le_bytes();
        Probes { out, counted, failed, slow }
    }

    /// Returns the open state until `until`, rounded up to the unit.
    pub(super) const fn opened(self, level: u32, until: Moment) -> Self {
        let ticks = least(until.as_nanos().div_ceil(1 << TICK), LAST_TICK);
        self.next(OPEN, level, ticks)
    }

    /// Returns the half-open state, with one probe out.
    pub(super) const fn half_opened(self) -> Self {
        self.next(HALF_OPEN, self.level(), 0).with(Probes { out: 1, counted: 0, failed: 0, slow: 0 })
    }

    pub(super) const fn closed(self) -> Self {
        self.next(CLOSED, 0, 0)
    }

    pub(super) const fn forced(self, open: bool) -> Self {
        self.next(if open { FORCED_OPEN } else { FORCED_CLOSED }, 0, 0)
    }

    /// Replaces the probes of a half-open period.
    pub(super) const fn with(self, probes: Probes) -> Self {
        let Probes { out, counted, failed, slow } = probes;
        let payload = u32::from_le_bytes([out, counted, failed, slow]) as u64;
        Self(self.0 & ((1 << PAYLOAD) - 1) | payload << PAYLOAD)
    }

    const fn next(self, mode: u64, level: u32, payload: u64) -> Self {
        let level = if level > HIGHEST_LEVEL { HIGHEST_LEVEL } else { level };
        let generation = self.generation().wrapping_add(1) as u64;
        Self(payload << PAYLOAD | (level as u64) << LEVEL | mode << MODE | generation)
    }
}

/// Probes of a half-open period. `out + counted` never exceeds the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Probes {
    /// Permitted, and neither counted nor released yet.
    pub(super) out: u8,
    pub(super) counted: u8,
    failed: u8,
    slow: u8,
}

impl Probes {
    /// Returns the probes with one more out; `None` at the limit.
    pub(super) const fn permitted(mut self, limit: u8) -> Option<Self> {
        if self.out as u16 + self.counted as u16 >= limit as u16 {
            return None;
        }
        self.out += 1;
        Some(self)
    }

    /// Returns the probes after one was released uncounted.
    pub(super) const fn released(mut self) -> Self {
        self.out = self.out.saturating_sub(1);
        self
    }

    /// Returns the probes after one was counted.
    pub(super) fn recorded(self, mark: Mark) -> Self {
        let back = self.released();
        Self {
            out: back.out,
            counted: back.counted.saturating_add(1),
            failed: back.failed.saturating_add(u8::from(mark.failed)),
            slow: back.slow.saturating_add(u8::from(mark.slow)),
        }
    }

    pub(super) fn counts(self) -> Counts {
        Counts { calls: self.counted.into(), failed: self.failed.into(), slow: self.slow.into() }
    }
}
