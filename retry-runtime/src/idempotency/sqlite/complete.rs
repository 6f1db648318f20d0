//! Finishing a key in a transaction of the caller.

use core::time::Duration;

use rusqlite::Transaction;
use serde::Serialize;

use crate::idempotency::row::micros;
use crate::idempotency::sqlite::keys::integer;
use crate::idempotency::{Change, Claim, Completion, Held, Refused, StoreError};

/// Finishes a key, for any client of SQLite. It has to change one row; none means that somebody else has taken over the
/// key, so roll back.
///
/// It binds, in this order: scope, key, owner (16 bytes), result (bytes), and for how long to keep it, in microseconds.
pub const COMPLETE_SQLITE: &str = "UPDATE retry_keys SET state = 1, result = ?4, kept = 0, steps = x'', \
    until = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 + ?5 \
    WHERE scope = ?1 AND key = ?2 AND owner = ?3";

/// Finishes a key with this value in your own transaction: the effect and the record commit together, or not at all.
///
/// For the body of [`run_in`](crate::idempotency::Once::run_in). Begin the transaction in the body, after the claim, as
/// `IMMEDIATE`, on the file of the store, and do nothing else with the store in it: it would wait for itself.
///
/// # Errors
///
/// [`Refused::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. Else
/// what SQLite says, or that the value has no JSON.
///
/// ```
/// use retry_runtime::idempotency::{Refused, StoreError, once, sqlite};
/// use rusqlite::{Connection, TransactionBehavior};
///
/// # let folder = std::env::temp_dir().join(format!("retry-complete-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let path = folder.join("shop.db");
/// let store = sqlite::SqliteStore::open(&path)?;
/// let mut shop = Connection::open(&path).unwrap();
/// shop.execute_batch("CREATE TABLE payments (euros INTEGER)").unwrap();
///
/// let mut pay = || {
///     once(&store, "order-31").run_in_blocking(|claim| {
///         let tx = shop.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
///         tx.execute("INSERT INTO payments VALUES (31)", ()).map_err(StoreError::from)?;
///         sqlite::complete(&tx, &claim, &31)?;
///         tx.commit().map_err(StoreError::from)?;
///         Ok::<_, Refused>(31)
///     })
/// };
/// assert_eq!((pay()?, pay()?), (31, 31));
/// let count: u32 = shop.query_one("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap();
/// assert_eq!(count, 1);
/// # drop((store, shop));
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), Refused>(())
/// ```
pub fn complete<T: Serialize + ?Sized>(tx: &Transaction<'_>, claim: &Claim, value: &T) -> Result<(), Refused> {
    complete_with(tx, claim, &claim.completion(value)?)
}

/// As [`complete`], with the answer of a handler under [`IdempotencyLayer`](crate::idempotency::layer::IdempotencyLayer):
/// answer the very same when the transaction is committed. Of its headers those are kept that the layer replays.
///
/// # Errors
///
/// As of [`complete`].
#[cfg(feature = "axum")]
pub fn respond<B: AsRef<[u8]>>(
    tx: &Transaction<'_>,
    claim: &Claim,
    response: &http::Response<B>,
) -> Result<(), Refused> {
    complete_with(tx, claim, &claim.response_completion(response)?)
}

fn complete_with(tx: &Transaction<'_>, claim: &Claim, completion: &Completion) -> Result<(), Refused> {
    let done = complete_held(tx, claim.held(), completion.result(), claim.keep());
    done.map_err(|error| claim.doubted(error.into()))?;
    claim.completed(1)
}

/// As [`complete`], with bytes of your own, for who uses the store without `once`.
///
/// # Errors
///
/// [`StoreError::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. Else
/// what SQLite says.
pub fn complete_held(tx: &Transaction<'_>, held: &Held, result: &[u8], keep: Duration) -> Result<(), StoreError> {
    Change::Finish { result, keep }.check()?;
    let (id, owner) = (held.id(), held.owner());
    let bound = (id.scope(), id.key(), owner.as_bytes(), result, integer(micros(keep)));
    match tx.prepare_cached(COMPLETE_SQLITE)?.execute(bound)? {
        0 => Err(StoreError::Lost),
        _ => Ok(()),
    }
}
