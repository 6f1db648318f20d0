//! Transitions of a key, sent by the holder of its lease.

use core::fmt;
use core::time::Duration;

use crate::protocol::bounds_error::BoundsError;
use crate::protocol::{steps, times};
use crate::support::Hidden;

/// Most bytes of a result that a store records, unless it is set: 4 MiB.
///
/// It has room for a response and for a request of the default limits of the HTTP layer.
pub const RESULT_LIMIT: usize = 4 << 20;

/// Transition of a key, sent by the holder of its lease.
#[derive(Clone, Copy)]
pub enum Transition<'a> {
    /// Starts the lease again, from now.
    Extend {
        /// Length of the lease, from now.
        lease: Duration,
    },
    /// Records a step.
    ///
    /// A later run finds it in [`Lease::steps`](crate::protocol::Lease::steps). The last record of a name counts, so
    /// recording a step twice does no harm.
    Step {
        /// Name of the step: 1 to 255 bytes.
        name: &'a str,
        /// Result of the step.
        result: &'a [u8],
    },
    /// Finishes the key, with an `Ok` or an `Err`.
    ///
    /// The bytes are replayed to later claims. Recorded steps are dropped.
    Finish {
        /// Bytes to replay.
        result: &'a [u8],
        /// Time for which they are replayed, from now.
        keep: Duration,
    },
    /// Ends the lease now, and leaves the key open.
    ///
    /// The effect may have happened.
    Release,
    /// Removes the key, because nothing happened: its next use is a first one.
    ///
    /// A key that was opened again is finished again with its old result.
    Forget,
}

impl Transition<'_> {
    /// Checks the bounds that every store checks first.
    ///
    /// `result_limit` is the most bytes of a result that the store records.
    ///
    /// # Errors
    ///
    /// [`BoundsError::Lease`], [`BoundsError::Keep`], [`BoundsError::Result`] or [`BoundsError::StepName`] if the value is out of
    /// bounds.
    pub fn check(&self, result_limit: usize) -> Result<(), BoundsError> {
        match *self {
            Self::Extend { lease } => times::check_lease(lease),
            Self::Step { name, result } => {
                steps::check_step_name(name)?;
                check_result(result, result_limit)
            }
            Self::Finish { result, keep } => {
                check_result(result, result_limit)?;
                times::check_keep(keep)
            }
            Self::Release | Self::Forget => Ok(()),
        }
    }
}

pub(crate) fn check_result(result: &[u8], limit: usize) -> Result<(), BoundsError> {
    match result.len() {
        length if length > limit => Err(BoundsError::Result { length, limit }),
        _ => Ok(()),
    }
}

impl fmt::Debug for Transition<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extend { lease } => formatter.debug_struct("Extend").field("lease", lease).finish(),
            Self::Step { name, result } => {
                formatter.debug_struct("Step").field("name", name).field("result", &Hidden(result)).finish()
            }
            Self::Finish { result, keep } => {
                formatter.debug_struct("Finish").field("result", &Hidden(result)).field("keep", keep).finish()
            }
            Self::Release => formatter.write_str("Release"),
            Self::Forget => formatter.write_str("Forget"),
        }
    }
}

/// Acknowledgement of a [`Transition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a holder that has lost the key must stop"]
pub enum Ack {
    /// The transition is made, and the key is still this holder's.
    Applied,
    /// The transition is not made: the key is lost.
    ///
    /// Another holder has taken over, or an operator has removed the key. Stop, and roll back what can be rolled back.
    Lost,
}
