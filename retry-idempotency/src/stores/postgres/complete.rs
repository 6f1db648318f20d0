//! Completion of a key in a transaction of the caller.

use core::time::Duration;

use serde::Serialize;
use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use crate::protocol::{Lease, StoreError, Transition};
use crate::session::{Claim, Completion, OnceError};
use crate::stores::postgres::error::failed;
use crate::stores::postgres::private::Private;
use crate::stores::postgres::sql::COMPLETE;
use crate::stores::postgres::time_values::in_micros;

/// Finishes a key with a value in your own transaction.
///
/// The effect and the record commit together, or not at all.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim. One round trip.
///
/// Complete the key with the last statement before the commit. PostgreSQL answers the commit of a transaction in which a
/// statement has failed with `ROLLBACK`, which tokio-postgres returns as a success. A statement that fails before this one
/// makes this one fail; the error of a later one must be returned, or the call succeeds although nothing is committed.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, [`OnceError::Unwritable`] if the value has no JSON, and
/// errors of the client. Return the error, so that the transaction is rolled back.
///
/// # Cancel safety
///
/// If the future is dropped it is unknown whether the key is finished: roll back.
pub async fn complete<T: Serialize + ?Sized>(
    transaction: &Transaction<'_>,
    claim: &Claim,
    value: &T,
) -> Result<(), OnceError> {
    complete_with(transaction, &claim.completion(value)?).await
}

/// Finishes a key with prepared values in your own transaction.
///
/// The values are for example those of `http::Idempotent::response_completion`. One round trip. As for [`complete`], it is the
/// last statement before the commit.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, and errors of the client. Return the error, so that the
/// transaction is rolled back.
///
/// # Cancel safety
///
/// If the future is dropped it is unknown whether the key is finished: roll back.
pub async fn complete_with(transaction: &Transaction<'_>, completion: &Completion) -> Result<(), OnceError> {
    let claim = completion.claim();
    let done = finish(transaction, claim.lease(), completion.result(), completion.keep_micros()).await;
    done.map_err(|error| claim.doubt(error.into()))?;
    claim.completed(1)
}

/// Finishes a key with bytes of your own.
///
/// For users of the store without [`once`](crate::once()), who bound the length of the result themselves. One round trip.
///
/// The key is finished when the transaction, which began after the claim, is committed. It is still open when the
/// transaction is rolled back.
///
/// # Errors
///
/// [`StoreError::Lost`] if another holder has taken over the key, and errors of the client. Roll back.
///
/// # Cancel safety
///
/// If the future is dropped it is unknown whether the key is finished: roll back.
pub async fn complete_lease(
    transaction: &Transaction<'_>,
    lease: &Lease,
    result: &[u8],
    keep: Duration,
) -> Result<(), StoreError> {
    Transition::Finish { result, keep }.check(usize::MAX)?;
    finish(transaction, lease, result, in_micros(keep)).await
}

async fn finish(
    transaction: &Transaction<'_>,
    lease: &Lease,
    result: &[u8],
    keep_micros: i64,
) -> Result<(), StoreError> {
    let id = lease.id();
    // Bound to names, because Rust before 1.89 drops such temporaries at the end of the `let`.
    let (scope, key, holder) = (id.scope(), id.key(), lease.holder());
    let holder = &holder.as_bytes()[..];
    let values: [(&(dyn ToSql + Sync), Type); 5] = [
        (&Private(&scope), Type::TEXT),
        (&Private(&key), Type::TEXT),
        (&Private(&holder), Type::BYTEA),
        (&Private(&result), Type::BYTEA),
        (&keep_micros, Type::INT8),
    ];
    match transaction.execute_typed(COMPLETE, &values).await.map_err(failed)? {
        0 => Err(StoreError::Lost),
        _ => Ok(()),
    }
}
