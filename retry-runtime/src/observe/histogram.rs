//! Histogram of delays, of fixed size.

use core::time::Duration;

use retry_core::units;

/// Buckets per doubling: a quantile is at most an eighth too high.
const STEPS: u64 = 8;
const STEP_BITS: u32 = STEPS.ilog2();
/// Resolution in nanoseconds: a microsecond. The longest delay is a day.
const UNIT: u64 = 1000;
const BUCKETS: usize = bucket(units::DAY / UNIT) + 1;

/// Upper bounds of the exact cumulative counts, in milliseconds.
const UPPER_BOUNDS_MS: [u64; 12] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000];

/// Returns the upper bounds of the exact cumulative counts.
pub(crate) fn upper_bounds() -> impl Iterator<Item = Duration> {
    UPPER_BOUNDS_MS.into_iter().map(Duration::from_millis)
}

/// Numbers of delays that are not longer than each of [`upper_bounds`].
pub(crate) type CumulativeCounts = [u64; UPPER_BOUNDS_MS.len()];

/// Delays of one operation.
pub(crate) struct DelayHistogram {
    counts: [u64; BUCKETS],
    count: u64,
    /// In nanoseconds, as `max`.
    sum: u64,
    max: u64,
    /// Counted apart from `counts`, whose bounds are not round numbers.
    cumulative: CumulativeCounts,
}

impl DelayHistogram {
    pub(crate) const fn new() -> Self {
        Self { counts: [0; BUCKETS], count: 0, sum: 0, max: 0, cumulative: [0; UPPER_BOUNDS_MS.len()] }
    }

    pub(super) fn record(&mut self, delay: Duration) {
        for (count, bound) in self.cumulative.iter_mut().zip(upper_bounds()) {
            *count += u64::from(delay <= bound);
        }
        let delay = units::from(delay);
        self.counts[bucket(delay / UNIT).min(BUCKETS - 1)] += 1;
        self.count += 1;
        self.sum = self.sum.saturating_add(delay);
        self.max = self.max.max(delay);
    }

    /// Returns the delay that `percent` percent of all delays do not exceed.
    ///
    /// The result is at most an eighth too high.
    pub(crate) fn percentile(&self, percent: u64) -> Duration {
        let rank = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        let bound = found.map_or(0, |bucket| upper_bound(bucket as u64).saturating_mul(UNIT));
        Duration::from_nanos(bound.min(self.max))
    }

    /// Returns the sum of all delays.
    pub(crate) fn sum(&self) -> Duration {
        Duration::from_nanos(self.sum)
    }

    /// Returns the exact numbers of delays up to each of [`upper_bounds`].
    pub(crate) fn cumulative_counts(&self) -> CumulativeCounts {
        self.cumulative
    }

    /// Returns the longest delay; exact.
    pub(crate) fn max(&self) -> Duration {
        Duration::from_nanos(self.max)
    }
}

/// Returns the bucket of `value`.
///
/// Values below 16 have a bucket each; larger ones share one by their first four bits.
///
/// ```text
/// value 0..16            bucket = value
/// value 1abc_x..x        bucket = 8 * (number of x bits) + 1abc
/// ```
#[allow(clippy::cast_possible_truncation)] // less than 62 * 8
const fn bucket(value: u64) -> usize {
    if value < 2 * STEPS {
        return value as usize;
    }
    let shift = value.ilog2() - STEP_BITS;
    (shift as u64 * STEPS + (value >> shift)) as usize
}

/// Returns the greatest value of a bucket.
const fn upper_bound(bucket: u64) -> u64 {
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
    fn a_bucket_holds_values_at_most_an_eighth_below_its_upper_bound() {
        for value in (0..5000).chain((13..37).map(|bits| (1_u64 << bits) + 12345)) {
            let bound = upper_bound(bucket(value) as u64);
            assert!(value <= bound && bound - value <= value / STEPS, "{value}: {bound}");
            assert_eq!(bucket(bound), bucket(value));
            assert_eq!(bucket(bound + 1), bucket(value) + 1);
        }
    }

    #[test]
    fn percentiles_are_those_of_the_delays() {
        let mut histogram = DelayHistogram::new();
        assert_eq!((histogram.percentile(50), histogram.max()), (Duration::ZERO, Duration::ZERO));
        for delay in 1..=1000 {
            histogram.record(Duration::from_millis(delay));
        }
        for (percent, exact) in [(50, 500.0), (99, 990.0)] {
            let found = histogram.percentile(percent).as_secs_f64() * 1000.0;
            assert!(found >= exact && found <= exact * 1.126, "{found}");
        }
        assert_eq!(histogram.max(), Duration::from_secs(1));
        histogram.record(Duration::MAX);
        assert!(histogram.percentile(100) >= Duration::from_nanos(units::DAY), "longer than any delay can be");
    }

    #[test]
    fn cumulative_counts_are_exact_at_round_numbers() {
        let mut histogram = DelayHistogram::new();
        for delay in [5_000, 5_001, 1_000_000, 60_000_000, 60_000_001] {
            histogram.record(Duration::from_micros(delay));
        }
        assert_eq!(histogram.cumulative_counts(), [1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
        assert_eq!(histogram.sum(), Duration::from_micros(121_010_002));
    }
}
