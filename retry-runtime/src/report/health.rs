//! How an operation is, in a word.

use core::fmt::{self, Display, Formatter};

use crate::report::LastMinute;

/// How an operation was in the last minute: whether retries are many, and whether they still succeed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Health {
    /// At most a tenth of the calls needed a retry.
    #[default]
    Healthy,
    /// More than a tenth of the calls needed a retry, and at least nine tenths of those were recovered.
    Degraded,
    /// More than a tenth of the calls needed a retry, and more than a tenth of those were lost. So is an operation whose
    /// retries the budget denies, or whose calls an open breaker refuses, although it hardly makes a retry.
    Failing,
}

/// One in so many is few.
const FEW: u64 = 10;

impl Health {
    /// The health of an operation that had such a minute.
    pub fn of(minute: &LastMinute) -> Self {
        let needed = minute.recovered.saturating_add(minute.lost);
        match (is_many(needed, minute.calls), is_many(minute.lost, needed)) {
            (false, _) => Self::Healthy,
            (true, false) => Self::Degraded,
            (true, true) => Self::Failing,
        }
    }

    /// `healthy`, `degraded` or `failing`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Failing => "failing",
        }
    }
}

fn is_many(part: u64, whole: u64) -> bool {
    part.saturating_mul(FEW) > whole
}

impl Display for Health {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.pad(self.word())
    }
}

/// As its word.
#[cfg(feature = "serde")]
impl serde::Serialize for Health {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_tenth_is_many() {
        let cases = [
            (0, 0, 0, Health::Healthy),
            (100, 10, 0, Health::Healthy),
            (100, 0, 10, Health::Healthy),
            (100, 11, 0, Health::Degraded),
            (100, 10, 1, Health::Degraded),
            (100, 9, 2, Health::Failing),
            (100, 0, 100, Health::Failing),
            (0, 0, 1, Health::Failing),
            (u64::MAX, u64::MAX, u64::MAX, Health::Healthy),
        ];
        for (calls, recovered, lost, health) in cases {
            let minute = LastMinute { calls, recovered, lost, ..LastMinute::default() };
            assert_eq!(Health::of(&minute), health, "{minute:?}");
        }
    }
}
