//! Classification of SQLite errors.

use core::fmt;

use rusqlite::ErrorCode;

use crate::protocol::StoreError;
use retry_runtime::Class;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Unreadable { what: "the file" },
            // Another program may free space.
            Some(ErrorCode::DiskFull) => Self::failed(Class::Unavailable, error),
            _ => Self::failed(Class::Permanent, error),
        }
    }
}

/// Error of a store whose writing thread has ended.
#[derive(Debug)]
struct WriterGone;

impl fmt::Display for WriterGone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the writing thread has ended; open the store again")
    }
}

impl core::error::Error for WriterGone {}

pub(super) fn writer_gone() -> StoreError {
    StoreError::failed(Class::Permanent, WriterGone)
}
