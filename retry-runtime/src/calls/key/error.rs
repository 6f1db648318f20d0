//! The error of an invalid idempotency key.

use core::fmt;

/// Reason why a text is not an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The key is empty.
    Empty,
    /// The key is longer than 255 characters.
    #[non_exhaustive]
    TooLong {
        /// Length of the key in bytes.
        length: usize,
    },
    /// The key has a character that is not printable ASCII.
    #[non_exhaustive]
    InvalidCharacter {
        /// Byte index of the first such character.
        at: usize,
    },
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => formatter.write_str("an idempotency key is empty; send 1 to 255 characters"),
            Self::TooLong { length } => {
                write!(formatter, "an idempotency key has {length} characters; 255 is the most: send a hash of it")
            }
            Self::InvalidCharacter { at } => {
                write!(
                    formatter,
                    "an idempotency key is not printable ASCII at byte {at}; send a UUID, or a hash in hex"
                )
            }
        }
    }
}

impl core::error::Error for KeyError {}
