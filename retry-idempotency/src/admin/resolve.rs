//! Resolution of a key that was left open.

use core::fmt;
use core::time::Duration;

use crate::protocol::{BoundsError, Transition};
use crate::support::Hidden;

/// Fate of a key that was left open, found out by an operator.
#[derive(Clone, Copy)]
pub enum Resolution<'a> {
    /// The effect has happened: these bytes are replayed to later claims.
    ///
    /// [`encode_ok`](crate::encode_ok) and [`encode_err`](crate::encode_err) encode a result that
    /// [`once`](crate::once()) replays.
    Finished {
        /// Bytes to replay.
        result: &'a [u8],
        /// Time for which they are replayed, from now.
        keep: Duration,
    },
    /// Nothing has happened: the next use is a first one.
    ///
    /// A key that was opened again is finished again with its old result.
    NothingHappened,
}

impl Resolution<'_> {
    /// Checks the bounds that every store checks first.
    ///
    /// `result_limit` is the most bytes of a result that the store records.
    ///
    /// # Errors
    ///
    /// [`BoundsError::Keep`] or [`BoundsError::Result`] if the time to keep the result or its length is out of bounds.
    pub fn check(&self, result_limit: usize) -> Result<(), BoundsError> {
        Transition::from(*self).check(result_limit)
    }
}

impl fmt::Debug for Resolution<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished { result, keep } => {
                formatter.debug_struct("Finished").field("result", &Hidden(result)).field("keep", keep).finish()
            }
            Self::NothingHappened => formatter.write_str("NothingHappened"),
        }
    }
}

impl<'a> From<Resolution<'a>> for Transition<'a> {
    fn from(resolution: Resolution<'a>) -> Self {
        match resolution {
            Resolution::Finished { result, keep } => Self::Finish { result, keep },
            Resolution::NothingHappened => Self::Forget,
        }
    }
}

/// Outcome of [`Admin::resolve`](crate::admin::Admin::resolve).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only `Applied` has changed the key"]
pub enum ResolveOutcome {
    /// The key is resolved, and its holder has lost it.
    Applied,
    /// The key is unchanged, because it is within its lease.
    InFlight {
        /// Rest of the lease.
        left: Duration,
    },
    /// The key is unchanged, because it is finished. Evict it if its result is wrong.
    Finished,
    /// The key does not exist, or its result has expired.
    Unknown,
}
