//! Resolution of a key that was left open.

use core::fmt;
use core::time::Duration;

use crate::protocol::{BoundsError, HolderId, Id, KeySpace, Transition};
use crate::record::{StoredOutcome, StoredResponse};
use crate::support::Hidden;

/// Fate of a key that was left open, found out by an operator.
#[derive(Clone, Copy)]
pub enum Resolution<'a> {
    /// The effect has happened: these bytes are replayed to later claims.
    ///
    /// [`encode_ok`](crate::encode_ok) and [`encode_err`](crate::encode_err) encode a result that
    /// [`once`](crate::once()) replays, [`encode_response`](crate::encode_response) a response that the HTTP layer replays.
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
    /// [`BoundsError::NeedsResponse`] if the key is one
    /// of the HTTP layer and the result is not a response. [`BoundsError::NeedsOutcome`] if the key is one of
    /// [`once`](crate::once()) and the result is neither a value nor an error.
    pub fn check(&self, id: Id<'_>, result_limit: usize) -> Result<(), BoundsError> {
        Transition::from(*self).check(result_limit)?;
        let Self::Finished { result, .. } = *self else { return Ok(()) };
        let Some(space) = KeySpace::of(id.scope()) else { return Ok(()) };
        let is_outcome =
            || matches!(StoredOutcome::decode(result), Some((StoredOutcome::Ok(_) | StoredOutcome::Err(_), _)));
        match space {
            KeySpace::Http | KeySpace::HttpContent if StoredResponse::decode(result).is_none() => {
                Err(BoundsError::NeedsResponse)
            }
            KeySpace::Once | KeySpace::OnceContent if !is_outcome() => Err(BoundsError::NeedsOutcome),
            _ => Ok(()),
        }
    }
}

impl Resolution<'_> {
    /// Draws the identity of the holder under which a store resolves a key.
    ///
    /// It is that of an operator if the key gets the operator's result.
    pub fn holder(&self) -> HolderId {
        match self {
            Self::Finished { .. } => HolderId::operator(),
            // A key that was opened again gets the result of its run.
            Self::NothingHappened => HolderId::random(),
        }
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
    ///
    /// A result that an operator has resolved it with is replaced by force.
    Finished,
    /// The key does not exist, or its result has expired.
    Unknown,
}
