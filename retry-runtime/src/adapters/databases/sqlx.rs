//! Classes of `sqlx::Error`, for PostgreSQL, MySQL, MariaDB and SQLite.

use std::error::Error as _;
use std::string::ToString;

use ::sqlx::Error;
use ::sqlx::error::DatabaseError;

use super::{connecting, mysql_code, sqlite_code, sqlstate};
use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | by the code of the database | `Database`, as below |
/// | class of the I/O error | `Io`: `Connect` if the connection was refused, `Disconnected` if it broke |
/// | `Connect` | `PoolTimedOut`: no connection was free or could be made, so nothing was run |
/// | `Disconnected` | `WorkerCrashed` |
/// | `Connect` or `Permanent` | `Tls`: a handshake that broke, or one that cannot succeed |
/// | `Malformed` | `Protocol` |
/// | `Permanent` | `PoolClosed`, `RowNotFound`, `Configuration`, `Encode`, `Decode`, `ColumnDecode` and others of this side |
/// | class of its source | all others, among them a migration |
///
/// `PoolTimedOut` is `Connect` and not `Timeout`, because it proves that the statement was not sent. The pool tries to reach
/// a server that refuses it until `acquire_timeout`, which is 30 s, so this is also the error of a database that is down. A
/// pool that is too small has it too: the budget of the operation keeps retries from filling the queue.
///
/// PostgreSQL, by SQLSTATE:
///
#[doc = sqlstate::table!()]
///
/// MySQL and MariaDB, by number:
///
#[doc = mysql_code::table!()]
///
/// After 1205 MySQL has rolled back the statement only, after 1213 the transaction.
///
/// SQLite, by result code:
///
#[doc = sqlite_code::table!()]
///
/// Retry the whole transaction, from its begin.
///
/// ```
/// use retry_runtime::retry;
/// use sqlx::{Connection, Executor};
///
/// // `Connect` and `Conflict` prove that nothing was committed.
/// #[retry(max_attempts = 5, backoff = exp(10ms, 500ms), retry_on = (Connect, Conflict))]
/// async fn transfer<DB: sqlx::Database>(pool: &sqlx::Pool<DB>) -> sqlx::Result<()>
/// where
///     for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
/// {
///     let mut transaction = pool.begin().await?;
///     (&mut *transaction).execute("update accounts set balance = balance - 5 where id = 1").await?;
///     (&mut *transaction).execute("update accounts set balance = balance + 5 where id = 2").await?;
///     transaction.commit().await
/// }
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Database(error) => error.class(),
            Self::Io(error) => error.class(),
            Self::PoolTimedOut => Class::Connect,
            Self::WorkerCrashed => Class::Disconnected,
            Self::Tls(source) => connecting::class_of_tls(&**source),
            Self::Protocol(_) => Class::Malformed,
            Self::Configuration(_) | Self::Encode(_) | Self::Decode(_) | Self::ColumnDecode { .. } => Class::Permanent,
            _ => self.source().map_or(Class::Permanent, known_errors::class),
        }
    }

    /// Returns false: no error of a database is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Class of the code of the database, as that of a `sqlx::Error`.
impl Classify for dyn DatabaseError {
    fn class(&self) -> Class {
        let Some(code) = self.code() else { return Class::Permanent };
        if let Some(number) = mysql_number(&self.to_string(), &code) {
            return mysql_code::class(number);
        }
        match code.parse() {
            // A SQLSTATE has five characters, a result code of SQLite has at most four.
            Ok(result) if code.len() < 5 => sqlite_code::class(result),
            _ => sqlstate::class(&code, self.message()),
        }
    }

    /// Returns false, as a `sqlx::Error` does.
    fn is_final(&self) -> bool {
        false
    }
}

/// Returns the number of an error of MySQL, which its text begins with.
///
/// An example is `1205 (HY000): Lock wait timeout exceeded`. The type that has it as a number is in the driver, which this crate would have to build for all users.
fn mysql_number(text: &str, code: &str) -> Option<u16> {
    let (number, rest) = text.split_once(" (")?;
    let is_of_code = rest.strip_prefix(code).is_some_and(|rest| rest.starts_with("): "));
    number.parse().ok().filter(|_| is_of_code)
}
