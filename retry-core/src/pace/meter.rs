//! Rate of attempts that a service has taken.

use crate::pace::schedule::TICKET;
use crate::sync::{AtomicU64, Ordering::Relaxed};
use crate::units::{Moment, SECOND};

/// Attempts that began in this second and in the one before.
///
/// Those that were rejected do not count.
///
/// ```text
///  63            36 35         18 17          0
/// |     second     | this second | second before |
/// ```
///
/// Attempts count when they begin. Rejections return sooner than answers, so a meter of answers would be at zero at the
/// first rejection.
// No orderings: the word is complete in itself, and publishes nothing.
#[derive(Debug)]
pub(super) struct Meter(AtomicU64);

const COUNT: u32 = 18;
const MAX_COUNT: u64 = (1 << COUNT) - 1;
/// Greatest second: after eight years it begins again.
const MAX_SECOND: u64 = (1 << (64 - 2 * COUNT)) - 1;

impl Meter {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Counts an attempt that begins.
    pub(super) fn begin(&self, now: Moment) {
        self.change(now, |this, before| (this + 1, before));
    }

    /// No longer counts an attempt that the service rejected.
    pub(super) fn rejected(&self, begun: Moment, now: Moment) {
        let age = second(now).wrapping_sub(second(begun)) & MAX_SECOND;
        self.change(now, |this, before| match age {
            0 => (this.saturating_sub(1), before),
            1 => (this, before.saturating_sub(1)),
            _ => (this, before),
        });
    }

    fn change(&self, now: Moment, change: impl Fn(u64, u64) -> (u64, u64)) {
        let mut word = self.0.load(Relaxed);
        loop {
            let second = current_second(word, now);
            let (this, before) = counts(word, second);
            let (this, before) = change(this, before);
            let next = (second << (2 * COUNT)) | (this.min(MAX_COUNT) << COUNT) | before;
            match self.0.compare_exchange_weak(word, next, Relaxed, Relaxed) {
                Ok(_) => return,
                Err(actual) => word = actual,
            }
        }
    }

    /// Returns the attempts of the last second, as a rate in fixed point.
    ///
    /// The part of the second before counts that lies in the last 1,000 ms.
    pub(super) fn rate(&self, now: Moment) -> u64 {
        let (this, before) = counts(self.0.load(Relaxed), second(now));
        let left = SECOND - now.as_nanos() % SECOND;
        (this + before * left / SECOND) * TICKET
    }
}

const fn second(now: Moment) -> u64 {
    (now.as_nanos() / SECOND) & MAX_SECOND
}

/// Returns the second in which a change counts.
///
/// A thread that is late counts in the one that others have begun.
const fn current_second(word: u64, now: Moment) -> u64 {
    let (begun, second) = (word >> (2 * COUNT), second(now));
    if begun.wrapping_sub(second) & MAX_SECOND == 1 { begun } else { second }
}

/// Returns the counts of `second` and of the one before it.
const fn counts(word: u64, second: u64) -> (u64, u64) {
    let (this, before) = ((word >> COUNT) & MAX_COUNT, word & MAX_COUNT);
    match second.wrapping_sub(word >> (2 * COUNT)) & MAX_SECOND {
        0 => (this, before),
        1 => (0, this),
        _ => (0, 0),
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::from_nanos(millis * 1_000_000)
    }

    fn rate(meter: &Meter, millis: u64) -> u64 {
        meter.rate(at(millis)) / TICKET
    }

    #[test]
    fn the_last_second_counts_and_rejections_do_not() {
        let meter = Meter::new();
        (0..10).for_each(|n| meter.begin(at(100 * n)));
        assert_eq!([900, 1_000, 1_500, 2_000].map(|now| rate(&meter, now)), [10, 10, 5, 0]);
        meter.begin(at(1_100));
        assert_eq!(rate(&meter, 1_500), 6);
        meter.rejected(at(300), at(1_500));
        meter.rejected(at(1_100), at(1_500));
        assert_eq!(rate(&meter, 1_500), 4, "one of each second is gone: half of nine, in whole attempts");
        meter.rejected(at(300), at(9_000));
        assert_eq!(rate(&meter, 9_000), 0, "of a second long past");
    }

    #[test]
    fn a_count_ends_at_its_greatest() {
        let meter = Meter::new();
        (0..MAX_COUNT + 5).for_each(|_| meter.begin(at(0)));
        assert_eq!(rate(&meter, 0), MAX_COUNT);
        meter.rejected(at(0), at(0));
        assert_eq!(rate(&meter, 0), MAX_COUNT - 1);
    }
}
