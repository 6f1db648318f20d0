//! Length of a lease, and of the time for which a result is kept.

use core::time::Duration;

use crate::protocol::bounds_error::BoundsError;
use crate::support::nanos;
use retry_core::idempotency_bounds;

/// Times of a key: the lease, and the time to keep its result.
///
/// The defaults are 30 s and 24 h.
///
/// A client must give up before its key is forgotten: its deadline has to be shorter than [`keep`](Self::keep).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    lease: Duration,
    keep: Duration,
}

impl Times {
    /// Creates the times from a lease and a time to keep results.
    ///
    /// # Errors
    ///
    /// Returns an error if the lease is outside 1 ms to 24 h, or `keep` above 366 days or below the lease.
    pub fn new(lease: Duration, keep: Duration) -> Result<Self, BoundsError> {
        check_lease(lease)?;
        check_keep(keep)?;
        if keep < lease {
            return Err(BoundsError::KeepBelowLease { keep, lease });
        }
        Ok(Self { lease, keep })
    }

    /// Returns the lease.
    ///
    /// It is the time without a word from the holder after which others may take over.
    pub const fn lease(&self) -> Duration {
        self.lease
    }

    /// Returns the time for which a result is replayed.
    ///
    /// It is measured from when the result was finished.
    pub const fn keep(&self) -> Duration {
        self.keep
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            lease: Duration::from_nanos(idempotency_bounds::LEASE),
            keep: Duration::from_nanos(idempotency_bounds::KEEP),
        }
    }
}

pub(crate) fn check_lease(lease: Duration) -> Result<(), BoundsError> {
    if idempotency_bounds::lease(nanos(lease)).is_ok() { Ok(()) } else { Err(BoundsError::Lease { lease }) }
}

pub(crate) fn check_keep(keep: Duration) -> Result<(), BoundsError> {
    // Beside the shortest lease this holds `keep` against its own bounds alone.
    if idempotency_bounds::keep(nanos(keep), idempotency_bounds::MIN).is_ok() {
        Ok(())
    } else {
        Err(BoundsError::Keep { keep })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_holds_on_both_sides() {
        let is_lease = |nanos| check_lease(Duration::from_nanos(nanos)).is_ok();
        let is_keep = |nanos| check_keep(Duration::from_nanos(nanos)).is_ok();
        let [min, max_lease, max_keep] =
            [idempotency_bounds::MIN, idempotency_bounds::MAX_LEASE, idempotency_bounds::MAX_KEEP];
        assert!(is_lease(min) && !is_lease(min - 1) && is_keep(min) && !is_keep(min - 1));
        assert!(is_lease(max_lease) && !is_lease(max_lease + 1));
        assert!(is_keep(max_keep) && !is_keep(max_keep + 1));
        assert!(check_keep(Duration::MAX).is_err() && check_lease(Duration::MAX).is_err());
        let [day, less] = [max_lease, max_lease - 1].map(Duration::from_nanos);
        assert!(Times::new(day, day).is_ok() && Times::new(day, less).is_err());
    }
}
