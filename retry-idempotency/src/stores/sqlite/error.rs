//! Classification of SQLite errors.

use core::fmt;

use rusqlite::ErrorCode;

use crate::protocol::StoreError;
use retry_runtime::Class;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::Unfit { why: NO_DATABASE.into() },
            Some(ErrorCode::DatabaseCorrupt) => Self::Unfit { why: DAMAGED.into() },
            // Another program may free space.
            Some(ErrorCode::DiskFull) => Self::failed(Class::Unavailable, error),
            _ => Self::failed(Class::Permanent, error),
        }
    }
}

const NO_DATABASE: &str = "the file is not a database of SQLite, or is encrypted; write the path of the file that the service opens, or \
                           restore the file";

const DAMAGED: &str = "the file is damaged; run `PRAGMA integrity_check` on it, and restore it from a copy, or save what `sqlite3 FILE \
                       .recover` finds";

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
