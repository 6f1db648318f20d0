//! Lease as its holder measures it.

/// Lease as its holder measures it, in nanoseconds of its own monotonic clock.
///
/// It is counted from before the request that granted it was sent, so it never ends later than in the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeaseClock {
    /// Time at which the request was sent.
    pub(crate) sent: u64,
    /// Length of the lease.
    pub(crate) nanos: u64,
}

impl LeaseClock {
    pub(crate) const fn end(self) -> u64 {
        self.sent.saturating_add(self.nanos)
    }

    /// Returns the time at which the lease is to be extended.
    ///
    /// It is after a third, so that two failures leave time for another attempt.
    pub(crate) const fn extend_at(self) -> u64 {
        self.sent.saturating_add(self.nanos / 3)
    }

    /// Returns the delay after an extension that the store did not answer.
    pub(crate) const fn retry_delay(self) -> u64 {
        self.nanos / 30
    }
}
