//! Classes of `redis::RedisError`.

use std::error::Error;

use ::redis::{ErrorKind, RedisError, ServerError, ServerErrorKind};

use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Text of the server when `maxclients` are connected.
const MAX_CLIENTS: &str = "max number of clients reached";

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | `Connect` | refused, or a socket file that does not exist; no master or replica is known to the sentinels |
/// | `Timeout` | the connection or the response timed out |
/// | `Disconnected` | the connection broke; no node of the cluster could be reached |
/// | `Unavailable` | `LOADING`, `TRYAGAIN`, `CLUSTERDOWN`, `MASTERDOWN`, `READONLY`, `BUSY` (a script runs), `NOREPLICAS` |
/// | `Throttled` | the server's `maxclients` are connected |
/// | `Malformed` | a response that could not be read |
/// | `Permanent` | all others, among them `OOM` and `MISCONF`, which last until somebody changes the server, and `MOVED` or `ASK`, which only a client of the cluster follows |
///
/// `READONLY` is what a replica answers that was the master before a failover. The connection stays there, so an attempt that is
/// to succeed connects again by name, by the sentinels or by the cluster's client.
///
/// A pipeline and a transaction have the class of their first error. What a pipeline without `atomic()` did before that stays
/// done.
///
/// ```
/// use redis::{Client, Commands};
/// use retry_runtime::retry;
///
/// #[retry(max_attempts = 4, backoff = exp(50ms, 1s), retry_on = transient)]
/// fn visits(client: &Client) -> redis::RedisResult<u64> {
///     client.get_connection()?.get("visits")
/// }
/// # let _ = visits;
/// ```
impl Classify for RedisError {
    fn class(&self) -> Class {
        match self.kind() {
            ErrorKind::Io => class_of_io(self),
            ErrorKind::Parse => Class::Malformed,
            ErrorKind::ClusterConnectionNotFound => Class::Disconnected,
            ErrorKind::MasterNameNotFoundBySentinel | ErrorKind::NoValidReplicasFoundBySentinel => Class::Connect,
            ErrorKind::Server(_) | ErrorKind::Extension => {
                let errors = self.clone().into_server_errors();
                let first = errors.as_ref().and_then(|errors| errors.first());
                first.map_or(Class::Permanent, |(_, error)| error.class())
            }
            _ => Class::Permanent,
        }
    }

    /// Returns false: no error of a database is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Class of the code, as that of a `redis::RedisError`.
impl Classify for ServerError {
    fn class(&self) -> Class {
        match self.kind() {
            Some(
                ServerErrorKind::BusyLoading
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly,
            ) => Class::Unavailable,
            None if matches!(self.code(), "BUSY" | "NOREPLICAS") => Class::Unavailable,
            _ if self.details().is_some_and(|text| text.contains(MAX_CLIENTS)) => Class::Throttled,
            _ => Class::Permanent,
        }
    }

    /// Returns false, as a `redis::RedisError` does.
    fn is_final(&self) -> bool {
        false
    }
}

fn class_of_io(error: &RedisError) -> Class {
    if error.is_connection_refusal() {
        return Class::Connect;
    }
    match error.source().and_then(known_errors::classify) {
        Some(known) => known.class,
        None if error.is_connection_dropped() => Class::Disconnected,
        None => Class::Permanent,
    }
}
