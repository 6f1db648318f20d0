//! Classification of Redis errors.

use ::redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::protocol::StoreError;
use retry_runtime::Class;

/// Codes of a server that cannot write.
///
/// It is out of memory, in another script, without disk or without replica.
const CANNOT_WRITE: [&str; 4] = ["OOM", "BUSY", "MISCONF", "NOREPLICAS"];

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        Self::failed(class(&error), error)
    }
}

fn class(error: &RedisError) -> Class {
    if error.is_connection_refusal() {
        return Class::Connect;
    }
    if error.is_timeout() {
        return Class::Timeout;
    }
    match error.kind() {
        ErrorKind::Io => Class::Disconnected,
        ErrorKind::Parse | ErrorKind::UnexpectedReturnType => Class::Malformed,
        ErrorKind::Server(
            ServerErrorKind::BusyLoading
            | ServerErrorKind::TryAgain
            | ServerErrorKind::ClusterDown
            | ServerErrorKind::MasterDown
            | ServerErrorKind::ReadOnly,
        ) => Class::Unavailable,
        _ if error.code().is_some_and(|code| CANNOT_WRITE.contains(&code)) => Class::Unavailable,
        _ => Class::Permanent,
    }
}

/// Returns the error for a reply that no script gives to a key that is in order.
pub(super) fn unexpected(why: &str) -> StoreError {
    if why == "forgot" { StoreError::Forgot } else { StoreError::Unreadable { what: "a key" } }
}
