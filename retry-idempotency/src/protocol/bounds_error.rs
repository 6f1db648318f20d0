//! Error of a request that no store accepts.

use core::error::Error;
use core::fmt;
use core::time::Duration;

use retry_core::idempotency_bounds;
use retry_runtime::KeyError;

/// Value out of bounds in a request, found before the store is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BoundsError {
    /// The key is not an idempotency key.
    Key(KeyError),
    /// The scope is empty: all clients would share their keys.
    EmptyScope,
    /// The scope is longer than 255 bytes.
    ScopeTooLong {
        /// Length of the scope in bytes.
        length: usize,
    },
    /// The scope has a control character.
    ScopeCharacter {
        /// Byte index of the first such character.
        at: usize,
    },
    /// The lease is shorter than 1 ms or longer than 24 h.
    Lease {
        /// Requested lease.
        lease: Duration,
    },
    /// The time to keep a result is shorter than 1 ms or longer than 366 days.
    Keep {
        /// Requested time.
        keep: Duration,
    },
    /// The time to keep a result is shorter than the lease.
    ///
    /// A result would be forgotten while its sender may still wait.
    KeepBelowLease {
        /// Requested time.
        keep: Duration,
        /// Lease beside it.
        lease: Duration,
    },
    /// The result is larger than the store records.
    Result {
        /// Length of the result in bytes.
        length: usize,
        /// Limit of the store.
        limit: usize,
    },
    /// A key of the HTTP layer is to be resolved with what is not a response.
    NeedsResponse,
    /// A key of `once` is to be resolved with what is neither a value nor an error.
    NeedsOutcome,
    /// The name of a step is empty or longer than 255 bytes.
    StepName {
        /// Length of the name in bytes.
        length: usize,
    },
}

impl fmt::Display for BoundsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [least, longest_lease, longest_keep] =
            [idempotency_bounds::MIN, idempotency_bounds::MAX_LEASE, idempotency_bounds::MAX_KEEP]
                .map(Duration::from_nanos);
        match *self {
            Self::Key(error) => error.fmt(formatter),
            Self::EmptyScope => formatter.write_str("the scope is empty; name the account that the key belongs to"),
            Self::ScopeTooLong { length } => {
                write!(formatter, "the scope has {length} bytes; 255 is the most: use the account's number, or a hash")
            }
            Self::ScopeCharacter { at } => {
                write!(formatter, "the scope has a control character at byte {at}; use the account's number, or a hash")
            }
            Self::Lease { lease } => {
                write!(formatter, "the lease is {lease:?}; write one of {least:?} to {longest_lease:?}")
            }
            Self::Keep { keep } => {
                write!(formatter, "the time to keep a result is {keep:?}; write {least:?} to {longest_keep:?}")
            }
            Self::KeepBelowLease { keep, lease } => {
                write!(formatter, "results are kept for {keep:?}, less than the lease of {lease:?}; keep them longer")
            }
            Self::Result { length, limit } => write!(
                formatter,
                "the result has {length} bytes, and the store records {limit} at most; return less, for example an id, or \
                 give the store a larger result limit"
            ),
            Self::NeedsResponse => formatter.write_str(
                "the key is one of the HTTP layer, which replays responses; resolve it with a response, by `encode_response`",
            ),
            Self::NeedsOutcome => formatter.write_str(
                "the key is one of `once`, which replays values and errors; resolve it with one, by `encode_ok` or `encode_err`",
            ),
            Self::StepName { length } => write!(formatter, "the name of a step has {length} bytes; write 1 to 255"),
        }
    }
}

impl Error for BoundsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Key(error) => Some(error),
            _ => None,
        }
    }
}

impl From<KeyError> for BoundsError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}
