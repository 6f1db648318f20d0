//! Length of a lease, and of the time for which a result is kept.

use core::time::Duration;

use crate::protocol::bounds_error::BoundsError;
use crate::support::nanos;
use retry_core::idempotency_bounds;

/// Times of a key: the lease, 30 s by default, and the time for which its result is kept, 24 h by default.
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

    /// Returns the time without a word from the holder after which others may take over.
    pub const fn lease(&self) -> Duration {
        self.lease
    }

    /// Returns the time for which a result is replayed, measured from when it was finished.
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
        let nano = Duration::from_nanos(1);
        let [least, lease, keep] =
            [idempotency_bounds::MIN, idempotency_bounds::MAX_LEASE, idempotency_bounds::MAX_KEEP]
                .map(Duration::from_nanos);
        assert!(check_lease(least).is_ok() && check_lease(least - nano).is_err());
        assert!(check_lease(lease).is_ok() && check_lease(lease + nano).is_err());
        assert!(check_keep(least).is_ok() && check_keep(least - nano).is_err());
        assert!(check_keep(keep).is_ok() && check_keep(keep + nano).is_err());
        assert!(check_keep(Duration::MAX).is_err() && check_lease(Duration::MAX).is_err());
        assert!(Times::new(lease, lease).is_ok() && Times::new(lease, lease - nano).is_err());
    }
}
