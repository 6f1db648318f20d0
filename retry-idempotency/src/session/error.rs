//! Error of a session.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use retry_runtime::{Class, Classify};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::protocol::{BoundsError, StoreError};

/// Reason why [`once`](crate::once()) returns no result of the body.
///
/// The error type of the body must implement `From<OnceError>`.
///
/// | class | errors |
/// |---|---|
/// | `Conflict`, with [`retry_after`](Classify::retry_after) | `InFlight` |
/// | class of the store's error | `Store` |
/// | `Permanent` | `Mismatch`, `Duplicate`, `Invalid` |
/// | `Unclassified`: no policy retries it by class, and a key around the call stays open | all others |
///
/// It serializes as its message, and deserializes as [`Recorded`](Self::Recorded), so an error type that contains one can
/// be recorded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OnceError {
    /// Another holder is at work.
    InFlight {
        /// Time after which to try again: the rest of the lease, at most 1 s.
        retry_after: Duration,
    },
    /// An earlier run was left open, and it is unknown whether it made the effect.
    ///
    /// The key is neither run again nor forgotten.
    Interrupted {
        /// Number of runs that were begun.
        runs: u32,
    },
    /// The key was used for another effect.
    Mismatch,
    /// The effect was made before, and duplicates are refused.
    Duplicate {
        /// Time at which the first use was finished.
        ///
        /// It is read from the clock of the process that finished it.
        first: SystemTime,
    },
    /// Another holder has taken over the key.
    ///
    /// The body was dropped; roll back what it had not committed.
    Lost,
    /// The lease ended, because the store could not extend it.
    ///
    /// The body was dropped; roll back what it had not committed. Nobody is known to have taken over the key.
    LeaseEnded {
        /// Failure of the last extension.
        why: StoreError,
    },
    /// The body of `run_in` did not complete the key.
    NotCompleted,
    /// The recorded result cannot be decoded as the requested type.
    ///
    /// Nothing is replayed, and nothing runs.
    Unreadable {
        /// Fault of the record.
        why: String,
    },
    /// The result or the fingerprint cannot be recorded as JSON.
    ///
    /// Or it would be read back as another value. See [`encode_ok`](crate::encode_ok) for what cannot be recorded. A value that
    /// its own `Deserialize` reads as another one is refused too, for example in an untagged enum; a field that serde skips is
    /// not part of the JSON, and is not found. The key stays open, because the effect may have happened.
    Unwritable {
        /// Fault of the value.
        why: String,
    },
    /// The result is larger than the store records.
    ///
    /// After `run` and `run_steps` the key stays open, because the effect may have happened.
    ResultTooLarge {
        /// Length of the result in bytes, with its record.
        length: usize,
        /// Limit of the store.
        limit: usize,
    },
    /// The body that holds the key uses it again, and would wait for itself.
    Nested,
    /// Too many callers of this process wait for the key.
    TooManyWaiters {
        /// Bound per key.
        max: u32,
    },
    /// A step was begun twice in one run: its name must stand for one effect.
    StepTwice {
        /// Name of the step.
        name: Box<str>,
    },
    /// The run has more than 64 steps.
    TooManySteps,
    /// A step of `step_once` was interrupted.
    ///
    /// An earlier run has begun it, and it is unknown whether it made its effect.
    StepInterrupted {
        /// Name of the step.
        name: Box<str>,
    },
    /// The store failed.
    Store(StoreError),
    /// The request is out of bounds; the store was not asked.
    Invalid(BoundsError),
    /// Error of an earlier call, replayed from the record.
    Recorded(Box<str>),
}

/// Error type that [`OnceError`] converts into.
///
/// It is implemented for every type that implements `From<OnceError>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from `retry_idempotency::OnceError`",
    label = "a use of a key may fail before the body runs",
    note = "write a variant with `#[from] OnceError` (thiserror), or `impl From<retry_idempotency::OnceError> for {Self}`"
)]
pub trait FromOnceError: From<OnceError> {}

impl<E: From<OnceError>> FromOnceError for E {}

impl OnceError {
    #[allow(clippy::needless_pass_by_value)] // for `map_err`
    pub(crate) fn unwritable(error: serde_json::Error) -> Self {
        Self::Unwritable { why: error.to_string() }
    }

    /// Returns true if the result can never be recorded.
    pub(crate) const fn is_unrecordable(&self) -> bool {
        matches!(self, Self::Unwritable { .. } | Self::ResultTooLarge { .. })
    }
}

impl Classify for OnceError {
    fn class(&self) -> Class {
        match self {
            Self::InFlight { .. } => Class::Conflict,
            Self::Store(error) => error.class(),
            Self::Mismatch | Self::Duplicate { .. } | Self::Invalid(_) => Class::Permanent,
            _ => Class::Unclassified,
        }
    }

    fn is_final(&self) -> bool {
        matches!(self, Self::Mismatch | Self::Duplicate { .. } | Self::Invalid(_))
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::InFlight { retry_after } => Some(*retry_after),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl From<StoreError> for OnceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Lost => Self::Lost,
            StoreError::Invalid(error) => error.into(),
            other => Self::Store(other),
        }
    }
}

impl From<BoundsError> for OnceError {
    fn from(error: BoundsError) -> Self {
        match error {
            BoundsError::Result { length, limit } => Self::ResultTooLarge { length, limit },
            other => Self::Invalid(other),
        }
    }
}

impl fmt::Display for OnceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InFlight { retry_after } => {
                write!(formatter, "another request holds the key; try again in {retry_after:?}, with the same key")
            }
            Self::Interrupted { runs } => write!(
                formatter,
                "the key was begun {runs} times and never finished, so it is unknown whether the effect was made; find out \
                 and resolve the key, or choose how to continue with `check`, `rerun`, `run_in` or steps"
            ),
            Self::Mismatch => formatter.write_str(
                "the key was used for another request; a resend must equal the first request: compute everything that \
                 changes before the call, and use a new key for a new effect",
            ),
            Self::Duplicate { first } => {
                let since = first.elapsed().unwrap_or_default().as_secs();
                write!(formatter, "the effect was made {since} s ago; use another key if a second one is meant")
            }
            Self::Lost => formatter.write_str("another holder has taken over the key; roll back what is not committed"),
            Self::LeaseEnded { why } => write!(
                formatter,
                "the lease ended, because the store could not extend it: {why}; roll back what is not committed"
            ),
            Self::NotCompleted => formatter.write_str(
                "the body of `run_in` did not complete the key; call `complete` in the transaction before its commit",
            ),
            Self::Unreadable { why } => {
                write!(
                    formatter,
                    "the recorded result of the key cannot be read: {why}; keep the old type readable, or evict the key"
                )
            }
            Self::Unwritable { why } => {
                write!(formatter, "the result or the fingerprint cannot be recorded as JSON: {why}")
            }
            Self::ResultTooLarge { length, limit } => {
                BoundsError::Result { length: *length, limit: *limit }.fmt(formatter)
            }
            Self::Nested => formatter.write_str(
                "the key is held by the body around this call, which would wait for itself; use another key or another \
                 scope for the inner effect",
            ),
            Self::TooManyWaiters { max } => {
                write!(formatter, "{max} callers wait for the key; try again later, with the same key")
            }
            Self::StepTwice { name } => {
                write!(formatter, "the step `{name}` was run twice in one run; give each step its own name")
            }
            Self::TooManySteps => formatter.write_str("a run has more than 64 steps; record fewer, larger ones"),
            Self::StepInterrupted { name } => write!(
                formatter,
                "the step `{name}` was begun before, and it is unknown whether it made its effect; find out, and resolve \
                 the key"
            ),
            Self::Store(error) => error.fmt(formatter),
            Self::Invalid(error) => error.fmt(formatter),
            Self::Recorded(message) => formatter.write_str(message),
        }
    }
}

impl Error for OnceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) | Self::LeaseEnded { why: error } => Some(error),
            Self::Invalid(error) => Some(error),
            _ => None,
        }
    }
}

impl Serialize for OnceError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for OnceError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self::Recorded)
    }
}
