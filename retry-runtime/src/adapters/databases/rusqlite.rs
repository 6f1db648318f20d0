//! Classes of `rusqlite::Error`.

use ::rusqlite::{Error, ffi};

use super::sqlite_code;
use crate::{Class, Classify};

/// Class of SQLite's result code.
///
#[doc = sqlite_code::table!()]
///
/// SQLite has rolled back nothing but the statement. Retry the whole transaction, and drop or roll back the one that failed
/// before the next attempt: `rusqlite::Transaction` does that when an attempt returns. Set
/// [`busy_timeout`](::rusqlite::Connection::busy_timeout) too: it waits without an attempt of yours.
///
/// ```
/// use retry_runtime::retry;
/// use rusqlite::{Connection, TransactionBehavior};
///
/// #[retry(max_attempts = 5, backoff = exp(5ms, 100ms), retry_on = Conflict)]
/// fn withdraw(db: &mut Connection, account: i64, amount: i64) -> rusqlite::Result<()> {
///     let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
///     transaction.execute("update accounts set balance = balance - ? where id = ?", (amount, account))?;
///     transaction.commit()
/// }
/// # let mut db = Connection::open_in_memory().unwrap();
/// # db.execute_batch("create table accounts (id integer primary key, balance integer); insert into accounts values (1, 9)").unwrap();
/// # withdraw(&mut db, 1, 2).unwrap();
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::SqliteFailure(error, _) => error.class(),
            _ => Class::Permanent,
        }
    }

    /// Returns false: no error of a database is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Class of the result code, as that of a `rusqlite::Error`.
impl Classify for ffi::Error {
    fn class(&self) -> Class {
        sqlite_code::class(self.extended_code)
    }

    /// Returns false, as a `rusqlite::Error` does.
    fn is_final(&self) -> bool {
        false
    }
}
