//! What an operator says of a key that was left open.

use core::time::Duration;

use crate::idempotency::{Change, Invalid, times};

/// What came of a key that was left open, as somebody who has looked says.
#[derive(Clone, Copy, Debug)]
pub enum Resolution<'a> {
    /// It has happened: answer these bytes to whoever comes with this key. What
    /// [`once`](crate::idempotency::once) replays is written by [`record_ok`](crate::idempotency::record_ok) and
    /// [`record_err`](crate::idempotency::record_err).
    Finished {
        /// What to answer.
        result: &'a [u8],
        /// For how long, from now.
        keep: Duration,
    },
    /// Nothing has happened: the next use is a first one. A key that was opened again is finished again, as it was.
    NothingHappened,
}

impl Resolution<'_> {
    /// What a store checks first.
    ///
    /// # Errors
    ///
    /// A time to be kept that is out of bounds.
    pub fn check(&self) -> Result<(), Invalid> {
        match *self {
            Self::Finished { keep, .. } => times::check_keep(keep),
            Self::NothingHappened => Ok(()),
        }
    }
}

impl<'a> From<Resolution<'a>> for Change<'a> {
    fn from(resolution: Resolution<'a>) -> Self {
        match resolution {
            Resolution::Finished { result, keep } => Self::Finish { result, keep },
            Resolution::NothingHappened => Self::Forget,
        }
    }
}

/// Whether a key was resolved, or what was found instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a key that was not resolved is as it was"]
pub enum Resolved {
    /// It was. Who held it has lost it.
    Yes,
    /// It was not: somebody is at it, for as long as this without a word from them.
    InFlight {
        /// What is left of the lease.
        left: Duration,
    },
    /// It was not: it is finished already. Evict it if its result is wrong.
    Finished,
    /// There is no such key, or its result is over.
    Unknown,
}
