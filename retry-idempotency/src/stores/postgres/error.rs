//! Classification of PostgreSQL errors.

use core::fmt;
use std::error::Error as _;
use std::{error, format, io};

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::protocol::StoreError;
use retry_runtime::{Class, Classify};

/// Returns the store error for a failed statement or connection.
pub(super) fn failed(error: Error) -> StoreError {
    let class = match error.code() {
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => return StoreError::Busy,
        Some(code) if is_of_named_statement(code) => return pooled(),
        // A name does not exist, or the role may not use it.
        Some(code) if code.code().starts_with("42") => return unfit(&error),
        Some(code) => class_of(code),
        None => class_of_client(&error),
    };
    StoreError::failed(class, error)
}

/// Error of a pool whose connections are all in use.
#[derive(Debug)]
struct Exhausted {
    size: usize,
    /// Why no other connection could be opened, if that was tried.
    no_spare: Option<Box<str>>,
}

impl fmt::Display for Exhausted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "all {} connections of the pool are in use", self.size)?;
        if let Some(why) = &self.no_spare {
            write!(formatter, ", and the store cannot open one of its own ({why})")?;
        }
        formatter.write_str(
            "; make the pool larger than the number of bodies that hold a connection at the same time, or hold one for less \
             long",
        )
    }
}

impl error::Error for Exhausted {}

/// Returns the store error for a pool of `size` connections that are all in use.
///
/// `no_spare` is why no other one could be opened.
pub(super) fn exhausted(size: usize, no_spare: Option<&StoreError>) -> StoreError {
    let no_spare = no_spare.map(|why| why.to_string().into());
    StoreError::failed(Class::Unavailable, Exhausted { size, no_spare })
}

/// Returns the store error for a pool of `size` connections without a free one.
///
/// Nothing was sent.
pub(super) fn no_connection(error: PoolError, size: usize) -> StoreError {
    match error {
        PoolError::Backend(error) => failed(error),
        PoolError::Timeout(TimeoutType::Create) => StoreError::failed(Class::Connect, error),
        PoolError::Timeout(TimeoutType::Wait) => exhausted(size, None),
        PoolError::Timeout(TimeoutType::Recycle) => StoreError::failed(Class::Unavailable, error),
        PoolError::Closed | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            StoreError::failed(Class::Permanent, error)
        }
    }
}

/// Returns true if the statement lost a race.
///
/// It has done nothing, and may be sent again.
pub(super) fn is_conflict(error: &Error) -> bool {
    error.code().is_some_and(|code| class_of(code) == Class::Conflict)
}

/// Returns true if the connection must not be used again.
pub(super) fn is_of_connection(error: &Error) -> bool {
    error.code().is_none_or(|code| class_of(code) == Class::Disconnected)
}

/// Returns true if the session lacks a statement, or has another one of its name.
fn is_of_named_statement(code: &SqlState) -> bool {
    *code == SqlState::INVALID_SQL_STATEMENT_NAME || *code == SqlState::DUPLICATE_PSTATEMENT
}

fn pooled() -> StoreError {
    let why = "the server does not know the prepared statements of this connection, so a pooler gives its transactions to several \
               sessions; leave out `with_prepared_statements()`";
    StoreError::Unfit { why: why.into() }
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
        // A server that recovers, or a standby that will soon be the primary.
        SqlState::CANNOT_CONNECT_NOW | SqlState::READ_ONLY_SQL_TRANSACTION => Class::Unavailable,
        _ => match code.code().get(..2) {
            Some("08") => Class::Disconnected,
            Some("53") => Class::Unavailable,
            _ => Class::Permanent,
        },
    }
}

/// Returns the class of an error of the client itself.
fn class_of_client(error: &Error) -> Class {
    if error.is_closed() {
        return Class::Disconnected;
    }
    error.source().and_then(|source| source.downcast_ref::<io::Error>()).map_or(Class::Permanent, Classify::class)
}
