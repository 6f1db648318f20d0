//! Classes of `tokio_postgres::Error`, which the crate `postgres` has too.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::string::ToString;

use ::tokio_postgres::Error;
use ::tokio_postgres::error::DbError;

use super::{connecting, sqlstate};
use crate::adapters::known_errors;
use crate::adapters::source_chain::downcast;
use crate::{Class, Classify};

/// Class of the SQLSTATE of the server:
///
#[doc = sqlstate::table!()]
///
/// Class of an error of this side:
///
/// | class | errors |
/// |---|---|
/// | `Connect` | no connection could be made: refused, not found, too late, or of a session that does not fit `target_session_attrs` |
/// | `Permanent` | none can be made: the certificate, an address, a firewall, a server without TLS, the configuration |
/// | `Disconnected` | the connection was closed or broke, also while it was set up |
/// | `Timeout` | the read timed out |
/// | `Malformed` | a message of the server could not be read |
/// | `Permanent` | all others: values, columns and rows that differ from what was asked for |
///
/// Retry the whole transaction, from its `BEGIN`. A connection that was closed stays closed: an attempt that is to succeed
/// takes another one from a pool, or connects.
///
/// ```
/// use retry_runtime::retry;
/// use tokio_postgres::{Client, Error, IsolationLevel};
///
/// #[retry(max_attempts = 5, backoff = exp(10ms, 500ms), retry_on = Conflict)]
/// async fn withdraw(db: &mut Client, account: i64, amount: i64) -> Result<(), Error> {
///     let transaction = db.build_transaction().isolation_level(IsolationLevel::Serializable).start().await?;
///     transaction.execute("update accounts set balance = balance - $2 where id = $1", &[&account, &amount]).await?;
///     transaction.commit().await
/// }
/// # let _ = withdraw;
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        if let Some(error) = self.as_db_error() {
            return error.class();
        }
        if self.is_closed() {
            return Class::Disconnected;
        }
        let Some(source) = self.source() else {
            return match kind(self) {
                Kind::Timeout => Class::Timeout,
                Kind::Malformed => Class::Malformed,
                _ => Class::Permanent,
            };
        };
        match kind(self) {
            Kind::Connect if is_wrong_session(source) => Class::Connect,
            Kind::Connect => connecting::class(source),
            Kind::Tls => connecting::class_of_tls(source),
            Kind::Malformed => Class::Malformed,
            Kind::Io => match known_errors::class(source) {
                Class::Connect => Class::Disconnected,
                class => class,
            },
            Kind::Timeout | Kind::Other => Class::Permanent,
        }
    }

    /// Returns false: no error of a database is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Class of the SQLSTATE, as that of a `tokio_postgres::Error`.
impl Classify for DbError {
    fn class(&self) -> Class {
        sqlstate::class(self.code().code(), self.message())
    }

    /// Returns false, as a `tokio_postgres::Error` does.
    fn is_final(&self) -> bool {
        false
    }
}

/// Kind of an error, a private field of it.
#[derive(Clone, Copy)]
enum Kind {
    Connect,
    Tls,
    Io,
    Timeout,
    Malformed,
    Other,
}

/// Returns the kind, which only the text shows.
fn kind(error: &Error) -> Kind {
    match error.to_string().split(':').next() {
        Some("error connecting to server") => Kind::Connect,
        Some("error performing TLS handshake") => Kind::Tls,
        Some("error communicating with the server") => Kind::Io,
        Some("timeout waiting for server") => Kind::Timeout,
        Some("unexpected message from server" | "error parsing response from server") => Kind::Malformed,
        _ => Kind::Other,
    }
}

/// Returns whether the server is not the one that `target_session_attrs` asks for.
///
/// The next attempt may find that a standby was promoted. A firewall has the same kind with a code of the system.
fn is_wrong_session(source: &(dyn std::error::Error + 'static)) -> bool {
    downcast::<io::Error>(source)
        .is_some_and(|io| io.kind() == ErrorKind::PermissionDenied && io.raw_os_error().is_none())
}
