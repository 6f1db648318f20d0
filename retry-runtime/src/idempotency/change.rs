//! What the holder of a key may say about it.

use core::time::Duration;

use crate::idempotency::{Invalid, steps, times};

/// What becomes of a key that is held.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// Still at work: the lease begins anew, now.
    Extend {
        /// How long, from now.
        lease: Duration,
    },
    /// A part is done: a later run finds it in [`Held::steps`](crate::idempotency::Held::steps). The last one of a name
    /// counts, so a step that is sent again does no harm.
    Step {
        /// The name of the step: 1 to 255 bytes.
        name: &'a str,
        /// What it came to.
        result: &'a [u8],
    },
    /// Done, well or not: answer these bytes to whoever comes with this key. The steps are dropped.
    Finish {
        /// What to answer.
        result: &'a [u8],
        /// For how long, from now.
        keep: Duration,
    },
    /// It may have happened: the key stays open, its lease ends now.
    Release,
    /// Nothing happened: the next use is a first one. A key that was opened again is finished again, as it was.
    Forget,
}

impl Change<'_> {
    /// What a store checks first.
    ///
    /// # Errors
    ///
    /// A lease or a time to be kept that is out of bounds, or a step without a name.
    pub fn check(&self) -> Result<(), Invalid> {
        match *self {
            Self::Extend { lease } => times::check_lease(lease),
            Self::Step { name, .. } => steps::check_name(name),
            Self::Finish { keep, .. } => times::check_keep(keep),
            Self::Release | Self::Forget => Ok(()),
        }
    }
}

/// Whether a change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "who has lost the key must not go on"]
pub enum Kept {
    /// It was: the key is this owner's.
    Yes,
    /// It was not: somebody else has taken over, or an operator has removed the key. Stop, and roll back what can be.
    Lost,
}
