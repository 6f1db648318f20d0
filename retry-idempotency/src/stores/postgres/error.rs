//! What failures of PostgreSQL mean.

use std::error::Error as _;
use std::{format, io};

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::protocol::StoreError;
use retry_runtime::{Class, Classify};

/// What a failed statement or connection means.
pub(super) fn failed(error: Error) -> StoreError {
    let class = match error.code() {
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => return StoreError::Busy,
        // Something is named that is not there, or the role may not use it.
        Some(code) if code.code().starts_with("42") => return unfit(&error),
        Some(code) => class_of(code),
        None => class_of_client(&error),
    };
    StoreError::failed(class, error)
}

/// What a pool without a connection means: nothing was sent yet.
pub(super) fn no_connection(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => failed(error),
        PoolError::Timeout(TimeoutType::Create) => StoreError::failed(Class::Connect, error),
        PoolError::Timeout(_) => StoreError::failed(Class::Unavailable, error),
        PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            StoreError::failed(Class::Permanent, error)
        }
    }
}

/// Whether the statement was refused since another one was faster: it has done nothing, and may be sent again.
pub(super) fn is_conflict(error: &Error) -> bool {
    error.code().is_some_and(|code| class_of(code) == Class::Conflict)
}

/// Whether the connection is not to be used again.
pub(super) fn is_of_connection(error: &Error) -> bool {
    error.code().is_none_or(|code| class_of(code) == Class::Disconnected)
}

fn unfit(error: &Error) -> StoreError {
    let said = error.as_db_error().map_or("", |said| said.message());
    let why = format!(
        "PostgreSQL says `{said}`; run `postgres::SCHEMA` as a migration, and let the role read and write `retry_keys` in \
        its `search_path`"
    );
    StoreError::Unfit { why: why.into() }
}

fn class_of(code: &SqlState) -> Class {
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Class::Conflict,
        SqlState::QUERY_CANCELED => Class::Timeout,
        SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN => Class::Disconnected,
        // A server that recovers, or a standby that will be the primary soon.
        SqlState::CANNOT_CONNECT_NOW | SqlState::READ_ONLY_SQL_TRANSACTION => Class::Unavailable,
        _ => match code.code().get(..2) {
            Some("08") => Class::Disconnected,
            Some("53") => Class::Unavailable,
            _ => Class::Permanent,
        },
    }
}

/// What the client itself reports: the connection has ended, or something about it.
fn class_of_client(error: &Error) -> Class {
    if error.is_closed() {
        return Class::Disconnected;
    }
    error.source().and_then(|source| source.downcast_ref::<io::Error>()).map_or(Class::Permanent, Classify::class)
}
