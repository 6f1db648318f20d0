//! Statistics of delays before retries.

use core::time::Duration;

use crate::observe::histogram::{self, CumulativeCounts, DelayHistogram};

/// Statistics of the delays before retries, server hints included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelayStats {
    /// The median; at most an eighth too high.
    pub p50: Duration,
    /// The 99th percentile; at most an eighth too high.
    pub p99: Duration,
    /// The longest delay; exact.
    pub max: Duration,
    /// The sum of all delays.
    pub sum: Duration,
    cumulative: CumulativeCounts,
}

impl DelayStats {
    /// Returns a cumulative histogram.
    ///
    /// There are a dozen upper bounds from 5 ms to a minute, each with the number of delays that are not longer.
    pub fn at_most(&self) -> impl Iterator<Item = (Duration, u64)> + use<> {
        histogram::upper_bounds().zip(self.cumulative)
    }

    pub(super) fn new(delays: &DelayHistogram) -> Self {
        Self {
            p50: delays.percentile(50),
            p99: delays.percentile(99),
            max: delays.max(),
            sum: delays.sum(),
            cumulative: delays.cumulative_counts(),
        }
    }
}
