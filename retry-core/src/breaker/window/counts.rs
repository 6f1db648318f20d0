//! What a breaker has counted.

/// What a breaker has counted in its window, or of the probes of a half-open period.
///
/// ```
/// use retry_runtime::breaker::{Breaker, AttemptOutcome};
///
/// let breaker = Breaker::new();
/// if let Ok(permit) = breaker.try_acquire(|| 0) {
///     breaker.record(permit, AttemptOutcome::Succeeded, || 0, || 0);
/// }
/// let counts = breaker.counts(0);
/// assert_eq!((counts.calls(), counts.failed(), counts.failure_rate()), (1, 0, Some(0.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub(in crate::breaker) calls: u32,
    pub(in crate::breaker) failed: u32,
    pub(in crate::breaker) slow: u32,
}

impl Counts {
    /// The calls that were counted.
    pub const fn calls(&self) -> u32 {
        self.calls
    }

    /// Those of them that failed.
    pub const fn failed(&self) -> u32 {
        self.failed
    }

    /// Those of them that took longer than `slow_calls` says, failed or not.
    pub const fn slow(&self) -> u32 {
        self.slow
    }

    /// The share of calls that failed, from 0 to 1; `None` where none was counted.
    pub fn failure_rate(&self) -> Option<f64> {
        self.share(self.failed)
    }

    /// The share of calls that were slow, from 0 to 1; `None` where none was counted.
    pub fn slow_rate(&self) -> Option<f64> {
        self.share(self.slow)
    }

    fn share(&self, part: u32) -> Option<f64> {
        (self.calls > 0).then(|| f64::from(part) / f64::from(self.calls))
    }

    /// Whether `part` of the calls is at least this share of them; the share has 32 bits behind the point.
    pub(in crate::breaker) const fn reaches(&self, part: u32, share: u64) -> bool {
        // Both products stay below 2^64: a share is at most 2^32.
        (part as u64) << 32 >= self.calls as u64 * share
    }
}

/// What one call adds to the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::breaker) struct Mark {
    pub(in crate::breaker) failed: bool,
    pub(in crate::breaker) slow: bool,
}

impl Mark {
    /// Whether it can raise a rate.
    pub(in crate::breaker) const fn is_bad(self) -> bool {
        self.failed || self.slow
    }
}
