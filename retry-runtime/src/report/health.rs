//! Health of an operation.

use core::fmt::{self, Display, Formatter};

use crate::observe::last_minute::LastMinute;

/// Health of an operation in the last minute.
///
/// Summarizes whether retries are many, and whether they still succeed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Health {
    /// At most a tenth of the calls needed a retry.
    #[default]
    Healthy,
    /// Retries are many, and succeed.
    ///
    /// More than a tenth of the calls needed a retry, and at least nine tenths of those recovered or were answered by
    /// their fallback.
    Degraded,
    /// Retries are many, and no longer help.
    ///
    /// More than a tenth of the calls needed a retry, and more than a tenth of those were lost. An operation whose
    /// retries the budget denies, or whose calls an open breaker refuses, is failing too, although it makes few
    /// retries.
    Failing,
}

/// A part of a whole is large if it is more than one in this number.
const TENTH: u64 = 10;

impl Health {
    /// Returns the health of an operation with these numbers in the last minute.
    pub fn from_last_minute(minute: &LastMinute) -> Self {
        let needed = minute.needed_a_retry();
        match (is_many(needed, minute.calls), is_many(minute.lost, needed)) {
            (false, _) => Self::Healthy,
            (true, false) => Self::Degraded,
            (true, true) => Self::Failing,
        }
    }

    /// Returns `healthy`, `degraded` or `failing`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }
}

fn is_many(part: u64, whole: u64) -> bool {
    part.saturating_mul(TENTH) > whole
}

impl Display for Health {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Serializes as `healthy`, `degraded` or `failing`.
#[cfg(feature = "serde")]
impl serde::Serialize for Health {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_more_than_a_tenth() {
        let cases = [
            (0, 0, 0, 0, Health::Healthy),
            (100, 10, 0, 0, Health::Healthy),
            (100, 0, 10, 0, Health::Healthy),
            (100, 0, 0, 10, Health::Healthy),
            (100, 11, 0, 0, Health::Degraded),
            (100, 10, 1, 0, Health::Degraded),
            (100, 0, 1, 10, Health::Degraded),
            (100, 0, 0, 100, Health::Degraded),
            (100, 9, 2, 0, Health::Failing),
            (100, 0, 2, 9, Health::Failing),
            (100, 0, 100, 0, Health::Failing),
            (0, 0, 1, 0, Health::Failing),
            (u64::MAX, u64::MAX, u64::MAX, u64::MAX, Health::Healthy),
        ];
        for (calls, recovered, lost, answered_by_fallback, health) in cases {
            let minute = LastMinute { calls, recovered, lost, answered_by_fallback, ..LastMinute::default() };
            assert_eq!(Health::from_last_minute(&minute), health, "{minute:?}");
        }
    }
}
