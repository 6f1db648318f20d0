//! Completion of a key in a transaction of sqlx.
//!
//! The effect and the record commit together, or not at all. Only your transaction uses sqlx: the stores use their own
//! connections. It needs Rust 1.94, because sqlx 0.9 does.
//!
//! sqlx logs the text of a statement and not its values, so neither a key nor a result is in its log.
//!
#![cfg_attr(feature = "sqlx-postgres", doc = "```no_run")]
#![cfg_attr(not(feature = "sqlx-postgres"), doc = "```ignore")]
//! use retry_idempotency::postgres::PostgresStore;
//! use retry_idempotency::{OnceError, once, sqlx::complete_postgres};
//!
//! # #[derive(serde::Serialize, serde::Deserialize, retry_runtime::Classify, thiserror::Error, Debug)]
//! # enum PayError { #[error(transparent)] Once(#[from] OnceError), #[error("{0}")] Database(String) }
//! # impl From<sqlx::Error> for PayError { fn from(error: sqlx::Error) -> Self { Self::Database(error.to_string()) } }
//! async fn pay(pool: &sqlx::PgPool, store: &PostgresStore, order: &str) -> Result<i32, PayError> {
//!     once(store, order).run_in(async |claim| {
//!         let mut tx = pool.begin().await?; // after the claim, never before
//!         sqlx::query("INSERT INTO payments (euros) VALUES (31)").execute(&mut *tx).await?;
//!         complete_postgres(&mut tx, &claim, &31).await?;
//!         tx.commit().await?;
//!         Ok(31)
//!     })
//!     .await
//! }
//! ```

use serde::Serialize;
use sqlx::Transaction;
use sqlx::error::DatabaseError;

use crate::protocol::StoreError;
use crate::session::{Claim, OnceError};
use retry_runtime::{Class, Classify};

/// Body of both functions. The bounds of a generic function would be longer.
macro_rules! complete {
    ($statement:expr, $transaction:ident, $claim:ident, $value:ident) => {{
        let completion = $claim.completion($value)?;
        let statement = sqlx::query($statement)
            .bind(completion.scope())
            .bind(completion.key())
            .bind(completion.holder().to_vec())
            .bind(completion.result())
            .bind(completion.keep_micros());
        let done = statement.execute(&mut **$transaction).await.map_err(|error| failed($claim, error))?;
        $claim.completed(done.rows_affected())
    }};
}

/// Finishes a key with a value in your own transaction of PostgreSQL.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim. One round trip, and
/// one more if the connection has not prepared the statement.
///
/// Complete the key with the last statement before the commit. PostgreSQL answers the commit of a transaction in which a
/// statement has failed with `ROLLBACK`, which sqlx returns as a success. A statement that fails before this one
/// makes this one fail; the error of a later one must be returned, or the call succeeds although nothing is committed.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, [`OnceError::Unwritable`] if the value has no JSON, and
/// errors of sqlx. Return the error, so that the transaction is rolled back.
///
/// # Cancel safety
///
/// If the future is dropped it is unknown whether the key is finished: roll back.
#[cfg(feature = "sqlx-postgres")]
pub async fn complete_postgres<T: Serialize + ?Sized>(
    transaction: &mut Transaction<'_, sqlx::Postgres>,
    claim: &Claim,
    value: &T,
) -> Result<(), OnceError> {
    complete!(crate::postgres::COMPLETE, transaction, claim, value)
}

/// Finishes a key with a value in your own transaction of SQLite.
///
/// The transaction is on the file of the store.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim, by
/// `begin_with("BEGIN IMMEDIATE")`. Use the store for nothing else inside it: it would wait for itself.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, [`OnceError::Unwritable`] if the value has no JSON, and
/// errors of sqlx. Return the error, so that the transaction is rolled back.
///
/// # Cancel safety
///
/// If the future is dropped it is unknown whether the key is finished: roll back.
#[cfg(feature = "sqlx-sqlite")]
pub async fn complete_sqlite<T: Serialize + ?Sized>(
    transaction: &mut Transaction<'_, sqlx::Sqlite>,
    claim: &Claim,
    value: &T,
) -> Result<(), OnceError> {
    complete!(crate::sqlite::COMPLETE_SQLITE, transaction, claim, value)
}

/// Marks the run as doubtful.
///
/// An error about the record says nothing about the effect.
fn failed(claim: &Claim, error: sqlx::Error) -> OnceError {
    let class = match &error {
        sqlx::Error::Database(said) => class_of(&**said),
        sqlx::Error::Io(error) => error.class(),
        _ => Class::Permanent,
    };
    claim.doubt(StoreError::failed(class, error).into())
}

fn class_of(said: &dyn DatabaseError) -> Class {
    match said.code().as_deref() {
        // PostgreSQL: serialization failure, deadlock.
        Some("40001" | "40P01") => Class::Conflict,
        // PostgreSQL: lock not available. SQLite: busy, locked, busy snapshot.
        Some("55P03" | "5" | "6" | "517") => Class::Unavailable,
        _ => Class::Permanent,
    }
}
