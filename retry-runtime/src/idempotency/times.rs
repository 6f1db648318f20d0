//! How long a key is held, and how long its result is kept.

use core::time::Duration;

use crate::idempotency::Invalid;

pub(super) const LEAST_LEASE: Duration = Duration::from_millis(1);
pub(super) const MOST_LEASE: Duration = Duration::from_secs(86_400);
pub(super) const MOST_KEEP: Duration = Duration::from_secs(366 * 86_400);

/// The two times of a key: the lease, 30 s unless you say otherwise, and how long a result is kept, 24 h.
///
/// A client must give up sooner than its key is forgotten: its own deadline has to be below [`keep`](Self::keep).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    lease: Duration,
    keep: Duration,
}

impl Times {
    /// These times.
    ///
    /// # Errors
    ///
    /// A lease outside 1 ms to 24 h, results that are kept for more than 366 days, or for less than the lease.
    pub fn new(lease: Duration, keep: Duration) -> Result<Self, Invalid> {
        check_lease(lease)?;
        check_keep(keep)?;
        if keep < lease {
            return Err(Invalid::KeepBelowLease { keep, lease });
        }
        Ok(Self { lease, keep })
    }

    /// How long silence is believed to be work.
    pub const fn lease(&self) -> Duration {
        self.lease
    }

    /// How long a result is answered, from when it was finished.
    pub const fn keep(&self) -> Duration {
        self.keep
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { lease: Duration::from_secs(30), keep: Duration::from_secs(86_400) }
    }
}

pub(super) fn check_lease(lease: Duration) -> Result<(), Invalid> {
    if lease < LEAST_LEASE || lease > MOST_LEASE { Err(Invalid::Lease { lease }) } else { Ok(()) }
}

pub(super) fn check_keep(keep: Duration) -> Result<(), Invalid> {
    if keep < LEAST_LEASE || keep > MOST_KEEP { Err(Invalid::Keep { keep }) } else { Ok(()) }
}
