//! Counts of a breaker.

/// Counts of a breaker: of its window, or of the probes of a half-open period.
///
/// ```
/// use retry_runtime::Moment;
/// use retry_runtime::breaker::{AttemptOutcome, Breaker};
///
/// let now = || Moment::ORIGIN;
/// let breaker = Breaker::new();
/// if let Ok(permit) = breaker.try_acquire(now) {
///     breaker.record(permit, AttemptOutcome::Succeeded, now, || 0);
/// }
/// let counts = breaker.counts(now());
/// assert_eq!((counts.calls(), counts.failed(), counts.failure_rate()), (1, 0, Some(0.0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub(in crate::breaker) calls: u32,
    pub(in crate::breaker) failed: u32,
    pub(in crate::breaker) slow: u32,
}

impl Counts {
    pub(in crate::breaker) const NONE: Self = Self { calls: 0, failed: 0, slow: 0 };

    /// Returns the attempts that were counted.
    pub const fn calls(&self) -> u32 {
        self.calls
    }

    /// Returns the attempts that failed.
    pub const fn failed(&self) -> u32 {
        self.failed
    }

    /// Returns the attempts that took longer than `slow_calls` allows, failed or not.
    pub const fn slow(&self) -> u32 {
        self.slow
    }

    /// Returns the share of attempts that failed, from 0 to 1.
    ///
    /// The result is `None` if none was counted.
    pub fn failure_rate(&self) -> Option<f64> {
        self.share(self.failed)
    }

    /// Returns the share of attempts that were slow, from 0 to 1.
    ///
    /// The result is `None` if none was counted.
    pub fn slow_rate(&self) -> Option<f64> {
        self.share(self.slow)
    }

    fn share(&self, part: u32) -> Option<f64> {
        (self.calls > 0).then(|| f64::from(part) / f64::from(self.calls))
    }

    /// Returns whether `part` is at least this share of the attempts.
    ///
    /// The share has 32 fractional bits.
    pub(in crate::breaker) const fn reaches(&self, part: u32, share: u64) -> bool {
        // Both products stay below 2^64: a share is at most 2^32.
        (part as u64) << 32 >= self.calls as u64 * share
    }
}

/// Contribution of one attempt to the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::breaker) struct Mark {
    pub(in crate::breaker) failed: bool,
    pub(in crate::breaker) slow: bool,
}

impl Mark {
    /// Returns whether it can raise a rate.
    pub(in crate::breaker) const fn is_bad(self) -> bool {
        self.failed || self.slow
    }
}
