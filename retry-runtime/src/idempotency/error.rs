//! Why a store has not answered.

use core::error::Error;
use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use crate::idempotency::Invalid;
use crate::{Class, Classify};

/// Why a store has not answered.
///
/// It has classes, so that a policy can retry what passes: every step is safe to send again by its owner.
///
/// | class | errors |
/// |---|---|
/// | `Unavailable` | `Full`, `Busy` |
/// | what it says itself | `Failed` |
/// | `Permanent` | all others |
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It holds as many keys as it may, and none of them is over. Nothing was noted, so nothing may run.
    Full {
        /// How many keys it holds.
        keys: usize,
    },
    /// Others kept it locked for longer than it waits. This is not [`Lost`](crate::idempotency::Kept::Lost).
    Busy,
    /// Somebody else has taken over the key: the surrounding transaction must be rolled back.
    Lost,
    /// It came back without its keys: what was done before cannot be told, so nothing runs until that is acknowledged.
    Forgot,
    /// It cannot keep its promise as it is set up.
    Unfit {
        /// What is wrong; what to do instead.
        why: Cow<'static, str>,
    },
    /// What it holds was written by another version, or by somebody else.
    Unreadable {
        /// What could not be read.
        what: &'static str,
    },
    /// What was asked cannot be.
    Invalid(Invalid),
    /// It could not be reached, or failed.
    Failed {
        /// What kind of failure this is.
        class: Class,
        /// What its client says.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// A failure that the store's client has reported.
    pub fn failed(class: Class, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed { class, source: Arc::new(source) }
    }
}

impl Classify for StoreError {
    fn class(&self) -> Class {
        match self {
            Self::Full { .. } | Self::Busy => Class::Unavailable,
            Self::Failed { class, .. } => *class,
            Self::Lost | Self::Forgot | Self::Unfit { .. } | Self::Unreadable { .. } | Self::Invalid(_) => {
                Class::Permanent
            }
        }
    }
}

impl From<Invalid> for StoreError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { keys } => {
                write!(
                    formatter,
                    "the store is full with {keys} keys that are not over; make it larger, or keep results for less long"
                )
            }
            Self::Busy => formatter.write_str(
                "the store was locked for too long; keep transactions short, and in your own one only complete the key",
            ),
            Self::Lost => formatter.write_str("somebody else has taken over the key; roll back"),
            Self::Forgot => formatter.write_str(
                "the store came back without its keys; acknowledge that effects may be repeated, or restore its data",
            ),
            Self::Unfit { why } => write!(formatter, "the store cannot keep its promise: {why}"),
            Self::Unreadable { what } => {
                write!(
                    formatter,
                    "the store holds {what} in a form that this version cannot read; update, or evict the key"
                )
            }
            Self::Invalid(invalid) => invalid.fmt(formatter),
            Self::Failed { class, source } => write!(formatter, "the store failed ({class}): {source}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(invalid) => Some(invalid),
            Self::Failed { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
