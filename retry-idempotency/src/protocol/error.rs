//! Errors of a store.

use core::error::Error;
use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::sync::Arc;

use retry_runtime::{Class, Classify};

use crate::protocol::bounds_error::BoundsError;
use crate::protocol::no_answer::NoAnswer;

/// Error of a store.
///
/// It implements [`Classify`], so that a policy can retry what passes: the same holder may send every operation again.
///
/// | class | errors |
/// |---|---|
/// | `Unavailable` | `Full`, `Busy` |
/// | its own `class` | `Failed` |
/// | `Permanent` | all others, also `ScopeFull`: it passes when keys expire, not within a call |
#[derive(Clone)]
#[non_exhaustive]
pub enum StoreError {
    /// The store holds as many keys as it may, and none of them has expired.
    ///
    /// Nothing was recorded, so nothing may run.
    Full {
        /// Number of keys in the store.
        keys: usize,
    },
    /// One scope holds as many keys as it may, and none of them has expired.
    ///
    /// Other scopes are not concerned. Nothing was recorded, so nothing may run.
    ScopeFull {
        /// Number of keys that a scope may hold.
        keys: usize,
    },
    /// Others held a lock for longer than the store waits.
    ///
    /// This is not [`Ack::Lost`](crate::protocol::Ack::Lost).
    Busy,
    /// Another holder has taken over the key: roll back the surrounding transaction.
    Lost,
    /// The store came back without its keys.
    ///
    /// Nothing runs until an operator acknowledges the loss ([`Admin::acknowledge`](crate::Admin::acknowledge), `retry-keys
    /// acknowledge`), because effects that were made before cannot be recognized.
    Forgot,
    /// The store cannot keep its promise with its present settings.
    Unfit {
        /// The setting, and what to do instead.
        why: Cow<'static, str>,
    },
    /// The stored bytes were written by another version or by another program.
    Unreadable {
        /// Part that cannot be read.
        what: &'static str,
    },
    /// The request is out of bounds.
    Invalid(BoundsError),
    /// The store cannot be reached, or its client failed.
    Failed {
        /// Class of the failure.
        class: Class,
        /// Error of the client.
        source: Arc<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Creates the error for a failure that the store's client reports.
    pub fn failed(class: Class, source: impl Error + Send + Sync + 'static) -> Self {
        Self::Failed { class, source: Arc::new(source) }
    }

    /// Creates the error for an operation that was not answered within its timeout.
    ///
    /// Its class is [`Timeout`](Class::Timeout).
    pub fn no_answer(within: Duration) -> Self {
        Self::failed(Class::Timeout, NoAnswer { within })
    }
}

impl Classify for StoreError {
    fn class(&self) -> Class {
        match self {
            Self::Full { .. } | Self::Busy => Class::Unavailable,
            Self::Failed { class, .. } => *class,
            Self::ScopeFull { .. }
            | Self::Lost
            | Self::Forgot
            | Self::Unfit { .. }
            | Self::Unreadable { .. }
            | Self::Invalid(_) => Class::Permanent,
        }
    }

    /// Returns false: a store that failed has not answered the request.
    fn is_final(&self) -> bool {
        false
    }
}

impl From<BoundsError> for StoreError {
    fn from(error: BoundsError) -> Self {
        Self::Invalid(error)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { keys } => {
                write!(
                    formatter,
                    "the store is full with {keys} keys that have not expired; make it larger, or keep results for less long"
                )
            }
            Self::ScopeFull { keys } => write!(
                formatter,
                "this scope holds as many keys as it may, {keys}, and none of them has expired; keep results for less long, or \
                 give the store more keys per scope"
            ),
            Self::Busy => formatter.write_str(
                "the store was locked for too long; keep transactions short, and only complete the key in your own",
            ),
            Self::Lost => formatter.write_str("another holder has taken over the key; roll back"),
            Self::Forgot => formatter.write_str(
                "the store came back without its keys, or is new; restore its data, or run `retry-keys acknowledge` if effects may be \
                 repeated",
            ),
            Self::Unfit { why } => write!(formatter, "the store cannot keep its promise: {why}"),
            Self::Unreadable { what } => {
                write!(
                    formatter,
                    "the store holds {what} in a form that this version cannot read; update, or evict the key"
                )
            }
            Self::Invalid(error) => error.fmt(formatter),
            Self::Failed { class, source } => write!(formatter, "the store failed ({class}): {source}"),
        }
    }
}

/// Prints an error of the client by its message alone.
///
/// The rest may quote keys and parameters.
impl fmt::Debug for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { keys } => formatter.debug_struct("Full").field("keys", keys).finish(),
            Self::ScopeFull { keys } => formatter.debug_struct("ScopeFull").field("keys", keys).finish(),
            Self::Busy => formatter.write_str("Busy"),
            Self::Lost => formatter.write_str("Lost"),
            Self::Forgot => formatter.write_str("Forgot"),
            Self::Unfit { why } => formatter.debug_struct("Unfit").field("why", why).finish(),
            Self::Unreadable { what } => formatter.debug_struct("Unreadable").field("what", what).finish(),
            Self::Invalid(error) => formatter.debug_tuple("Invalid").field(error).finish(),
            Self::Failed { class, source } => {
                let source = source.to_string();
                formatter.debug_struct("Failed").field("class", class).field("source", &source).finish()
            }
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Invalid(error) => Some(error),
            Self::Failed { source, .. } => Some(&**source),
            _ => None,
        }
    }
}
