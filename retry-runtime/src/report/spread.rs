//! How waits spread: a histogram of fixed size.

use core::time::Duration;

use retry_core::nanos;

/// Eight buckets to each doubling, so that a quantile is at most an eighth too high.
const STEPS: u64 = 8;
const STEP_BITS: u32 = STEPS.ilog2();
/// A microsecond is the least that is told apart, a day the most there is.
const UNIT: u64 = 1000;
const BUCKETS: usize = bucket(nanos::DAY / UNIT) + 1;

/// Waits that are told apart exactly, in milliseconds.
const TOPS_MS: [u64; 12] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000];

/// The same, as durations.
pub(crate) fn tops() -> impl Iterator<Item = Duration> {
    TOPS_MS.into_iter().map(Duration::from_millis)
}

/// How many waits were not longer than each of [`tops`].
pub(crate) type AtMost = [u64; TOPS_MS.len()];

#[derive(Debug)]
pub(crate) struct Spread {
    counts: [u64; BUCKETS],
    count: u64,
    /// In nanoseconds, as `max`.
    sum: u64,
    max: u64,
    /// The buckets above are as fine as a quantile needs, and their tops are no round numbers.
    at_most: AtMost,
}

impl Spread {
    pub(crate) const fn new() -> Self {
        Self { counts: [0; BUCKETS], count: 0, sum: 0, max: 0, at_most: [0; TOPS_MS.len()] }
    }

    pub(crate) fn count(&mut self, wait: Duration) {
        for (at_most, top) in self.at_most.iter_mut().zip(tops()) {
            *at_most += u64::from(wait <= top);
        }
        let wait = nanos::from(wait);
        self.counts[bucket(wait / UNIT).min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.sum = self.sum.saturating_add(wait);
        self.max = self.max.max(wait);
    }

    /// The wait that so many percent of all do not pass, at most an eighth too high.
    pub(crate) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        let top = found.map_or(0, |bucket| top(bucket as u64).saturating_mul(UNIT));
        Duration::from_nanos(top.min(self.max))
    }

    /// All waits together.
    pub(crate) fn sum(&self) -> Duration {
        Duration::from_nanos(self.sum)
    }

    /// How many were not longer than each of [`tops`], exactly.
    pub(crate) fn at_most(&self) -> AtMost {
        self.at_most
    }

    /// The longest, exactly.
    pub(crate) fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }
}

/// Where `value` is counted: up to 16 each in its own, then by the first four bits.
#[allow(clippy::cast_possible_truncation)] // at most 62 times 8
const fn bucket(value: u64) -> usize {
    if value < 2 * STEPS {
        return value as usize;
    }
    let shift = value.ilog2() - STEP_BITS;
    (shift as u64 * STEPS + (value >> shift)) as usize
}

/// The greatest value of a bucket.
const fn top(bucket: u64) -> u64 {
    if bucket < 2 * STEPS {
        return bucket;
    }
    let shift = bucket / STEPS - 1;
    ((bucket % STEPS + STEPS + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_is_at_most_an_eighth_below_its_top() {
        for value in (0..5000).chain((13..37).map(|bits| (1_u64 << bits) + 12345)) {
            let top = top(bucket(value) as u64);
            assert!(value <= top && top - value <= value / STEPS, "{value}: {top}");
            assert_eq!(bucket(top), bucket(value));
            assert_eq!(bucket(top + 1), bucket(value) + 1);
        }
    }

    #[test]
    fn percentiles_are_those_of_the_waits() {
        let mut spread = Spread::new();
        assert_eq!((spread.percentile(50), spread.max()), (Duration::ZERO, Duration::ZERO));
        for wait in 1..=1000 {
            spread.count(Duration::from_millis(wait));
        }
        for (percent, exact) in [(50, 500.0), (99, 990.0)] {
            let found = spread.percentile(percent).as_secs_f64() * 1000.0;
            assert!(found >= exact && found <= exact * 1.126, "{found}");
        }
        assert_eq!(spread.max(), Duration::from_secs(1));
        spread.count(Duration::MAX);
        assert!(spread.percentile(100) >= Duration::from_nanos(nanos::DAY), "what is longer than any wait may be");
    }

    #[test]
    fn waits_are_told_apart_exactly_at_round_numbers() {
        let mut spread = Spread::new();
        for wait in [5_000, 5_001, 1_000_000, 60_000_000, 60_000_001] {
            spread.count(Duration::from_micros(wait));
        }
        assert_eq!(spread.at_most(), [1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
        assert_eq!(spread.sum(), Duration::from_micros(121_010_002));
    }
}
