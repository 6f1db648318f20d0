//! Recorded results, for tools that show or write them.

use core::{fmt, str};
use std::time::SystemTime;

use serde::Serialize;

use crate::record::codec::{Kind, Record};
use crate::support::Hidden;

/// Recorded result of a key, for tools that show keys.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoredOutcome<'a> {
    /// Value of an `Ok`, in JSON.
    Ok(&'a str),
    /// Value of an `Err`, in JSON.
    Err(&'a str),
    /// Bytes that only their writer can read.
    Bytes(&'a [u8]),
    /// HTTP response.
    Response(&'a [u8]),
}

impl fmt::Debug for StoredOutcome<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, value) = match self {
            Self::Ok(json) => ("Ok", json.as_bytes()),
            Self::Err(json) => ("Err", json.as_bytes()),
            Self::Bytes(bytes) => ("Bytes", *bytes),
            Self::Response(bytes) => ("Response", *bytes),
        };
        formatter.debug_tuple(kind).field(&Hidden(value)).finish()
    }
}

impl<'a> StoredOutcome<'a> {
    /// Decodes the bytes of a store, and the time of their writing.
    ///
    /// The time is read from the clock of their writer.
    ///
    /// Returns `None` if this crate has not written them, or a later version of it has.
    ///
    /// ```
    /// use retry_idempotency::{StoredOutcome, encode_ok};
    ///
    /// let bytes = encode_ok(&31)?;
    /// let Some((outcome, _)) = StoredOutcome::decode(&bytes) else { panic!("written just now") };
    /// assert_eq!(outcome, StoredOutcome::Ok("31"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn decode(bytes: &'a [u8]) -> Option<(Self, SystemTime)> {
        let record = Record::decode(bytes)?;
        let outcome = match record.kind {
            Kind::Ok => Self::Ok(str::from_utf8(record.value).ok()?),
            Kind::Err => Self::Err(str::from_utf8(record.value).ok()?),
            Kind::Bytes => Self::Bytes(record.value),
            Kind::Response => Self::Response(record.value),
        };
        Some((outcome, record.finished()))
    }
}

/// Encodes an `Ok` as [`once`](crate::once()) replays it, for
/// [`Resolution::Finished`](crate::admin::Resolution::Finished). The value must have the JSON of the function's own type.
///
/// # Errors
///
/// Returns an error if the value cannot be serialized as JSON, for example a map whose keys are neither text nor numbers. Returns an
/// error if JSON would read it back as another value: a number that is NaN or infinite, a `Some(())` or another `Some` of what is
/// `null` in JSON, and more than 127 arrays and objects inside each other. All other numbers are read back as they were.
pub fn encode_ok<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    Record::encode_json(Kind::Ok, value)
}

/// Encodes an `Err` as [`once`](crate::once()) replays it.
///
/// Later uses of the key return this error, and nothing runs.
///
/// # Errors
///
/// Returns the errors of [`encode_ok`].
pub fn encode_err<E: Serialize + ?Sized>(error: &E) -> serde_json::Result<Vec<u8>> {
    Record::encode_json(Kind::Err, error)
}
