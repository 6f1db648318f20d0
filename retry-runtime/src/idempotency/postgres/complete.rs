//! Finishing a key in a transaction of the caller.

use core::time::Duration;

use serde::Serialize;
use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use crate::idempotency::postgres::error::failed;
use crate::idempotency::postgres::{COMPLETE, in_micros};
use crate::idempotency::{Change, Claim, Completion, Held, Refused, StoreError};

/// Finishes a key with this value in your own transaction: the effect and the record commit together, or not at all. One
/// round trip.
///
/// For the body of [`run_in`](crate::idempotency::Once::run_in). Begin the transaction in the body, after the claim.
///
/// # Errors
///
/// [`Refused::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. So does
/// every other error.
///
/// # Cancel safety
///
/// Whether it was done is unknown: roll back.
pub async fn complete<T: Serialize + ?Sized>(
    transaction: &Transaction<'_>,
    claim: &Claim,
    value: &T,
) -> Result<(), Refused> {
    complete_with(transaction, claim, &claim.completion(value)?).await
}

/// As [`complete`], with the answer of a handler under [`IdempotencyLayer`](crate::idempotency::layer::IdempotencyLayer):
/// answer the very same when the transaction is committed. Of its headers those are kept that the layer replays.
///
/// # Errors
///
/// As of [`complete`].
///
/// # Cancel safety
///
/// Whether it was done is unknown: roll back.
#[cfg(feature = "axum")]
pub async fn respond<B: AsRef<[u8]>>(
    transaction: &Transaction<'_>,
    claim: &Claim,
    response: &http::Response<B>,
) -> Result<(), Refused> {
    complete_with(transaction, claim, &claim.response_completion(response)?).await
}

async fn complete_with(transaction: &Transaction<'_>, claim: &Claim, completion: &Completion) -> Result<(), Refused> {
    let done = complete_held(transaction, claim.held(), completion.result(), claim.keep()).await;
    done.map_err(|error| claim.doubted(error.into()))?;
    claim.completed(1)
}

/// As [`complete`], with bytes of your own, for who uses the store without `once`: the key is finished when the
/// transaction, which began after the claim, is committed, and still open when it is rolled back. One round trip.
///
/// # Errors
///
/// [`StoreError::Lost`] if somebody else has taken over the key: roll back. So does every other error.
///
/// # Cancel safety
///
/// Whether it was done is unknown: roll back.
pub async fn complete_held(
    transaction: &Transaction<'_>,
    held: &Held,
    result: &[u8],
    keep: Duration,
) -> Result<(), StoreError> {
    Change::Finish { result, keep }.check()?;
    let (owner, id) = (held.owner(), held.id());
    let values: [(&(dyn ToSql + Sync), Type); 5] = [
        (&id.scope(), Type::TEXT),
        (&id.key(), Type::TEXT),
        (&&owner.as_bytes()[..], Type::BYTEA),
        (&result, Type::BYTEA),
        (&in_micros(keep), Type::INT8),
    ];
    match transaction.execute_typed(COMPLETE, &values).await.map_err(failed)? {
        0 => Err(StoreError::Lost),
        _ => Ok(()),
    }
}
