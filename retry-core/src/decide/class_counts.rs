//! Failures of a call that limits by class count.

use crate::class::MAX_LIMITS;
use crate::units::{Moment, Span, least};

/// Failures of a call by limit, in one word.
///
/// A second word would cost each call an instruction.
///
/// ```text
///  63    60 59       45 44       30 29       15 14        0
/// | others |  limit 3  |  limit 2  |  limit 1  |  limit 0  |
/// ```
///
/// For a limit of attempts, the failures so far. For a limit of time, the unit of the clock in which the first failure was,
/// or 0 before it. Units are numbered from 1 and begin again: there are 1024 in the limit, and 32767 numbers. So a time is
/// known to a thousandth of its limit, and a failure is compared with a first one up to 31 limits ago.
///
/// Others are failures of classes without a limit, up to 15.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClassCounts(u64);

const SLOT: u32 = 15;
const SLOT_BITS: u64 = (1 << SLOT) - 1;
/// Position of the other failures.
#[allow(clippy::cast_possible_truncation)] // four
const OTHERS: u32 = SLOT * MAX_LIMITS as u32;
/// Units in a limit of time, as a shift.
const UNITS: u32 = 10;

impl ClassCounts {
    pub(super) const NONE: Self = Self(0);

    fn slot(self, index: usize) -> u64 {
        self.0 >> (SLOT * shift(index)) & SLOT_BITS
    }

    fn set_slot(&mut self, index: usize, value: u64) {
        let position = SLOT * shift(index);
        self.0 = self.0 & !(SLOT_BITS << position) | (value & SLOT_BITS) << position;
    }

    /// Returns the number of failures of a limit.
    #[allow(clippy::cast_possible_truncation)] // 15 bits
    pub(super) fn failures(self, index: usize) -> u32 {
        self.slot(index) as u32
    }

    /// Returns the number of failures without a limit.
    #[allow(clippy::cast_possible_truncation)] // 4 bits
    pub(super) const fn others(self) -> u32 {
        (self.0 >> OTHERS) as u32
    }

    /// Counts one failure of a limit, and returns their number.
    pub(super) fn add(&mut self, index: usize) -> u64 {
        let count = least(self.slot(index) + 1, SLOT_BITS);
        self.set_slot(index, count);
        count
    }

    /// Counts one failure without a limit, and returns their number.
    pub(super) fn add_other(&mut self) -> u64 {
        let count = least((self.0 >> OTHERS) + 1, 15);
        self.0 = self.0 & !(u64::MAX << OTHERS) | count << OTHERS;
        count
    }

    /// Returns the time that is left of a limit, which the first failure of it starts.
    pub(super) fn left(&mut self, index: usize, limit: Span, now: Moment) -> Span {
        let unit = limit.as_nanos() >> UNITS;
        let unit = if unit == 0 { 1 } else { unit };
        let number = now.as_nanos() / unit % SLOT_BITS + 1;
        if self.slot(index) == 0 {
            self.set_slot(index, number);
            return limit;
        }
        // The first failure may have been at the beginning of its unit.
        let units = (number + SLOT_BITS - self.slot(index)) % SLOT_BITS;
        let passed = units * unit + now.as_nanos() % unit;
        Span::from_nanos(limit.as_nanos().saturating_sub(passed))
    }
}

#[allow(clippy::cast_possible_truncation)] // below MAX_LIMITS
const fn shift(index: usize) -> u32 {
    index as u32
}

const _: () = assert!(OTHERS + 4 == u64::BITS);

#[cfg(test)]
mod tests {
    use super::*;

    fn at(counts: &mut ClassCounts, limit: u64, now: u64) -> u64 {
        counts.left(1, Span::from_nanos(limit), Moment::from_nanos(now)).as_nanos()
    }

    #[test]
    fn a_time_ends_at_most_two_thousandths_early_and_never_late() {
        for limit in [1_000_000, 30_000_000_000, 60_000_000_000, 86_400_000_000_000_u64] {
            for first in [0, 1, 999_999, 12_345_678_901, u64::MAX / 3] {
                let mut counts = ClassCounts::NONE;
                assert_eq!(at(&mut counts, limit, first), limit);
                for percent in [0, 1, 50, 99, 100, 101, 3_000] {
                    let passed = limit / 100 * percent;
                    let left = at(&mut counts, limit, first + passed);
                    let exact = limit.saturating_sub(passed);
                    assert!(left <= exact && left + limit / 500 >= exact, "{limit} {first} {percent}: {left}");
                }
            }
        }
    }

    #[test]
    fn each_limit_has_its_own_count() {
        let mut counts = ClassCounts::NONE;
        for index in 0..MAX_LIMITS {
            for count in 1..=100 {
                assert_eq!(counts.add(index), count);
            }
        }
        assert_eq!((counts.add_other(), counts.add_other()), (1, 2));
        assert_eq!((0..MAX_LIMITS).map(|index| counts.slot(index)).max(), Some(100));
    }
}
