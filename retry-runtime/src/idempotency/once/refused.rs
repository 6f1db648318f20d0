//! Why an effect was not run, or its result not answered.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::string::{String, ToString};
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::idempotency::{Invalid, StoreError};
use crate::{Class, Classify};

/// Why [`once`](crate::idempotency::once) answers neither a result nor an error of the body's own.
///
/// The error type of the body is made from it: implement `From<Refused>`.
///
/// | class | refusals |
/// |---|---|
/// | `Conflict`, with [`retry_after`](Classify::retry_after) | `InFlight` |
/// | what the store says | `Store` |
/// | `Permanent` | `Mismatch`, `Duplicate`, `Invalid` |
/// | `Unclassified`: no policy repeats it by class, and a key around it stays open | all others |
///
/// It serializes as its words, and comes back as [`Recorded`](Self::Recorded): an error type that holds one can be kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refused {
    /// Somebody is at it.
    InFlight {
        /// When to ask again: what is left of the lease, or a second, whichever is less.
        retry_after: Duration,
    },
    /// Somebody was at it, and nobody knows whether it was done: it is neither run again nor forgotten.
    Interrupted {
        /// How often it was begun.
        runs: u32,
    },
    /// The key was used for something else.
    Mismatch,
    /// It was done before, and a second one was to be refused.
    Duplicate {
        /// When the first one was finished, by the clock of who finished it.
        first: SystemTime,
    },
    /// Somebody else has taken over the key, or its lease ended while the store could not be reached. The work was dropped;
    /// what it had not committed must be rolled back.
    Lost,
    /// `run_in` ended well, but the key was not completed in the transaction.
    NotCompleted,
    /// The result of the key cannot be read as the type that is asked for, so it is not answered, and nothing is run.
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// The result was reached, but has no JSON, so it cannot be kept.
    Unwritable {
        /// What serde says.
        why: String,
    },
    /// So many wait for this key already.
    TooManyWaiters {
        /// How many may.
        most: u32,
    },
    /// A step was begun that has been run in this run already: its name stands for one effect.
    StepTwice {
        /// The name.
        name: Box<str>,
    },
    /// A run has more steps than may be recorded.
    TooManySteps,
    /// A step of [`step_once`](crate::idempotency::StepClaim::step_once) was begun by an earlier run, and nobody knows
    /// whether it was done.
    StepInterrupted {
        /// The name.
        name: Box<str>,
    },
    /// The store could not answer.
    Store(StoreError),
    /// What was asked cannot be; nothing was asked of the store.
    Invalid(Invalid),
    /// What an earlier call was refused with, as it was recorded.
    Recorded(Box<str>),
}

/// What [`Refused`] can be made into; it is there for every type that has `From<Refused>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from `retry_runtime::idempotency::Refused`",
    label = "a use of a key may be refused before the body runs",
    note = "write a variant with `#[from] Refused` (thiserror), or `impl From<retry_runtime::idempotency::Refused> for {Self}`"
)]
pub trait FromRefused: From<Refused> {}

impl<E: From<Refused>> FromRefused for E {}

impl Classify for Refused {
    fn class(&self) -> Class {
        match self {
            Self::InFlight { .. } => Class::Conflict,
            Self::Store(error) => error.class(),
            Self::Mismatch | Self::Duplicate { .. } | Self::Invalid(_) => Class::Permanent,
            _ => Class::Unclassified,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::InFlight { retry_after } => Some(*retry_after),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Lost => Self::Lost,
            StoreError::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Store(other),
        }
    }
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InFlight { retry_after } => {
                write!(formatter, "the same key is being worked on; ask again in {retry_after:?}, with the same key")
            }
            Self::Interrupted { runs } => write!(
                formatter,
                "the key was begun {runs} times and never finished, so nobody knows whether it was done; find out, and \
                 resolve it, or say by `check`, `rerun`, `run_in` or steps how it may go on"
            ),
            Self::Mismatch => formatter.write_str(
                "the key was used for something else; a resend must not differ from what was sent first: compute all that \
                 changes before the call, and use a new key for a new effect",
            ),
            Self::Duplicate { first } => {
                let since = first.elapsed().unwrap_or_default().as_secs();
                write!(formatter, "this was done before, {since} s ago; use another key if a second one is meant")
            }
            Self::Lost => formatter.write_str("somebody else has taken over the key; roll back what is not committed"),
            Self::NotCompleted => formatter.write_str(
                "`run_in` ended well, but the key was not completed; call `complete` in the transaction before its commit",
            ),
            Self::Unreadable { why } => {
                write!(formatter, "the result of this key cannot be read: {why}; keep the old type readable, or evict the key")
            }
            Self::Unwritable { why } => write!(formatter, "the result cannot be kept, since it has no JSON: {why}"),
            Self::TooManyWaiters { most } => {
                write!(formatter, "{most} callers wait for this key already; ask again later, with the same key")
            }
            Self::StepTwice { name } => {
                write!(formatter, "the step `{name}` was run twice in one run; give each step a name of its own")
            }
            Self::TooManySteps => formatter.write_str("a run has more than 64 steps; record fewer, larger ones"),
            Self::StepInterrupted { name } => write!(
                formatter,
                "the step `{name}` was begun before, and nobody knows whether it was done; find out, and resolve the key"
            ),
            Self::Store(error) => error.fmt(formatter),
            Self::Invalid(invalid) => invalid.fmt(formatter),
            Self::Recorded(words) => formatter.write_str(words),
        }
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            Self::Invalid(invalid) => Some(invalid),
            _ => None,
        }
    }
}

impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Refused {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self::Recorded)
    }
}
