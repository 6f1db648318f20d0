//! Times of the successes that had to wait.

use crate::quantile::Quantile;
use crate::units::Span;

/// The least 95th percentile in nanoseconds.
///
/// It is half of the least time after which a dropped attempt counts.
const LEAST: u64 = 25_000_000;

/// Times of the breaker's successes, on a cache line of their own.
///
/// Writes here must not take the state, which every attempt reads, from the caches of other threads.
#[repr(align(128))]
#[derive(Debug)]
pub(super) struct SuccessTimes(Quantile);

impl SuccessTimes {
    pub(super) const fn new() -> Self {
        Self(Quantile::new(LEAST, 95))
    }

    pub(super) fn record(&self, took: Span) {
        self.0.record(took);
    }

    /// Returns twice the 95th percentile, once it is known.
    pub(super) fn limit(&self) -> Option<Span> {
        self.0.get().map(|p95| Span::from_nanos(p95.as_nanos().saturating_mul(2)))
    }
}
