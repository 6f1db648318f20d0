//! The bytes of a finished key, for tools that show one or write one.

use core::str;
use std::time::SystemTime;
use std::vec::Vec;

use serde::Serialize;

use crate::idempotency::record::{Kind, Record};

/// What a key has finished with, where [`once`](crate::idempotency::once) has written it, for tools that show keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recorded<'a> {
    /// An `Ok`, in JSON.
    Ok(&'a str),
    /// An `Err`, in JSON.
    Err(&'a str),
    /// Bytes that their writer alone reads.
    Bytes(&'a [u8]),
    /// An HTTP response.
    Response(&'a [u8]),
}

impl<'a> Recorded<'a> {
    /// What these bytes of a store say, and when they were written, by the clock of who wrote them. `None` if it was not
    /// `once`, or a later version of it.
    ///
    /// ```
    /// use retry_runtime::idempotency::{Recorded, record_ok};
    ///
    /// let bytes = record_ok(&31)?;
    /// let Some((recorded, _)) = Recorded::read(&bytes) else { panic!("it was written just now") };
    /// assert_eq!(recorded, Recorded::Ok("31"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn read(bytes: &'a [u8]) -> Option<(Self, SystemTime)> {
        let record = Record::read(bytes)?;
        let recorded = match record.kind {
            Kind::Ok => Self::Ok(str::from_utf8(record.value).ok()?),
            Kind::Err => Self::Err(str::from_utf8(record.value).ok()?),
            Kind::Bytes => Self::Bytes(record.value),
            Kind::Response => Self::Response(record.value),
        };
        Some((recorded, record.finished()))
    }
}

/// The bytes of an `Ok` as [`once`](crate::idempotency::once) replays them, for
/// [`Resolution::Finished`](crate::idempotency::Resolution::Finished). The value must have the JSON of the function's own
/// type.
///
/// # Errors
///
/// A value that has no JSON.
pub fn record_ok<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    Record::of(Kind::Ok, value)
}

/// The same of an `Err`: whoever comes with the key gets this error, and nothing runs.
///
/// # Errors
///
/// A value that has no JSON.
pub fn record_err<E: Serialize + ?Sized>(error: &E) -> serde_json::Result<Vec<u8>> {
    Record::of(Kind::Err, error)
}
