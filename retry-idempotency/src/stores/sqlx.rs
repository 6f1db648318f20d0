//! Finishing a key in a transaction of sqlx's: the effect and the record commit together, or not at all.
//!
//! The store's own steps go by its own connections, [`PostgresStore`](crate::postgres::PostgresStore) or
//! `SqliteStore`; what is sqlx's is your transaction alone. It needs Rust 1.94, as sqlx 0.9 does.
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

/// The body of both: the types of the two databases have no bound in common that is shorter.
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

/// Finishes a key with this value in your own transaction of PostgreSQL. One round trip, and one more where the
/// connection has not prepared it yet.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim.
///
/// # Errors
///
/// [`OnceError::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. So does
/// every other error.
///
/// # Cancel safety
///
/// Whether it was done is unknown: roll back.
#[cfg(feature = "sqlx-postgres")]
pub async fn complete_postgres<T: Serialize + ?Sized>(
    transaction: &mut Transaction<'_, sqlx::Postgres>,
    claim: &Claim,
    value: &T,
) -> Result<(), OnceError> {
    complete!(crate::postgres::COMPLETE, transaction, claim, value)
}

/// Finishes a key with this value in your own transaction of SQLite, on the file of the store.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim, by
/// `begin_with("BEGIN IMMEDIATE")`, and do nothing else with the store in it: it would wait for itself.
///
/// # Errors
///
/// [`OnceError::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. So does
/// every other error.
///
/// # Cancel safety
///
/// Whether it was done is unknown: roll back.
#[cfg(feature = "sqlx-sqlite")]
pub async fn complete_sqlite<T: Serialize + ?Sized>(
    transaction: &mut Transaction<'_, sqlx::Sqlite>,
    claim: &Claim,
    value: &T,
) -> Result<(), OnceError> {
    complete!(crate::sqlite::COMPLETE_SQLITE, transaction, claim, value)
}

/// What the record was refused with says nothing about the effect.
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
        // PostgreSQL: the lock was not to be had. SQLite: busy, locked, and busy with a snapshot of its own.
        Some("55P03" | "5" | "6" | "517") => Class::Unavailable,
        _ => Class::Permanent,
    }
}
