//! How long a key is held, and how long its result is kept.

use core::time::Duration;

use retry_core::idempotency_bounds;

use crate::idempotency::Invalid;

pub(super) const LEAST: Duration = Duration::from_nanos(idempotency_bounds::MIN);
pub(super) const MOST_LEASE: Duration = Duration::from_nanos(idempotency_bounds::MAX_LEASE);
pub(super) const MOST_KEEP: Duration = Duration::from_nanos(idempotency_bounds::MAX_KEEP);

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
        Self {
            lease: Duration::from_nanos(idempotency_bounds::LEASE),
            keep: Duration::from_nanos(idempotency_bounds::KEEP),
        }
    }
}

pub(super) fn check_lease(lease: Duration) -> Result<(), Invalid> {
    if lease < LEAST || lease > MOST_LEASE { Err(Invalid::Lease { lease }) } else { Ok(()) }
}

pub(super) fn check_keep(keep: Duration) -> Result<(), Invalid> {
    if keep < LEAST || keep > MOST_KEEP { Err(Invalid::Keep { keep }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use retry_core::units;

    use super::*;

    /// On both sides of each bound.
    #[test]
    fn a_call_is_held_to_what_the_attribute_is() {
        let edges = [
            idempotency_bounds::MIN,
            idempotency_bounds::LEASE,
            idempotency_bounds::MAX_LEASE,
            idempotency_bounds::MAX_KEEP,
        ];
        let times = edges.iter().flat_map(|edge| [edge - 1, *edge, edge + 1]).map(Duration::from_nanos);
        for time in times {
            assert_eq!(check_lease(time).is_ok(), idempotency_bounds::lease(units::from(time)).is_ok(), "{time:?}");
            for lease in [idempotency_bounds::MIN, idempotency_bounds::LEASE] {
                let times = Times::new(Duration::from_nanos(lease), time);
                assert_eq!(
                    times.is_ok(),
                    idempotency_bounds::keep(units::from(time), lease).is_ok(),
                    "{time:?} beside {lease} ns"
                );
            }
        }
    }
}
