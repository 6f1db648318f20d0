//! What an error of SQLite is to a store.

use core::fmt;

use rusqlite::ErrorCode;

use crate::protocol::StoreError;
use retry_runtime::Class;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Unreadable { what: "the file" },
            // Somebody else may free it.
            Some(ErrorCode::DiskFull) => Self::failed(Class::Unavailable, error),
            _ => Self::failed(Class::Permanent, error),
        }
    }
}

/// The thread that writes is gone.
#[derive(Debug)]
struct WriterGone;

impl fmt::Display for WriterGone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the thread that writes has ended; open the store again")
    }
}

impl core::error::Error for WriterGone {}

pub(super) fn writer_gone() -> StoreError {
    StoreError::failed(Class::Permanent, WriterGone)
}
