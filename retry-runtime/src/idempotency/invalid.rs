//! What cannot be asked of any store.

use core::fmt;
use core::time::Duration;

use crate::KeyError;
use crate::idempotency::times::{LEAST, MOST_KEEP, MOST_LEASE};

/// What cannot be asked of any store: found before anything is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// An invalid key.
    Key(KeyError),
    /// A scope without characters: all clients would be one.
    EmptyScope,
    /// A scope above 255 bytes.
    LongScope {
        /// How many it has.
        length: usize,
    },
    /// A scope with a control character.
    ScopeCharacter {
        /// Before it, so many bytes.
        at: usize,
    },
    /// A lease below a millisecond, or above a day.
    Lease {
        /// What was asked.
        lease: Duration,
    },
    /// A time to be kept below a millisecond, or above 366 days.
    Keep {
        /// What was asked.
        keep: Duration,
    },
    /// A time to be kept that is shorter than the lease: an answer would be forgotten while its sender may still wait.
    KeepBelowLease {
        /// The time to be kept.
        keep: Duration,
        /// The lease.
        lease: Duration,
    },
    /// The name of a step that is empty, or above 255 bytes.
    StepName {
        /// How many bytes it has.
        length: usize,
    },
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Key(ref error) => error.fmt(formatter),
            Self::EmptyScope => formatter.write_str("the scope is empty; say which account the key belongs to"),
            Self::LongScope { length } => {
                write!(formatter, "the scope has {length} bytes; 255 is the most: use the account's number, or a hash")
            }
            Self::ScopeCharacter { at } => {
                write!(formatter, "the scope has a control character at byte {at}; use the account's number, or a hash")
            }
            Self::Lease { lease } => {
                write!(formatter, "a lease of {lease:?}; write one of {LEAST:?} to {MOST_LEASE:?}")
            }
            Self::Keep { keep } => write!(formatter, "a time to be kept of {keep:?}; write {LEAST:?} to {MOST_KEEP:?}"),
            Self::KeepBelowLease { keep, lease } => {
                write!(formatter, "results are kept for {keep:?}, less than the lease of {lease:?}; keep them longer")
            }
            Self::StepName { length } => {
                write!(formatter, "the name of a step has {length} bytes; write 1 to 255")
            }
        }
    }
}

impl core::error::Error for Invalid {}

impl From<KeyError> for Invalid {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
