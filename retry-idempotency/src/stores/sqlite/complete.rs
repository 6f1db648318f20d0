//! Completion of a key in a transaction of the caller.

use core::time::Duration;

use rusqlite::Transaction;
use serde::Serialize;

use crate::protocol::{Lease, StoreError, Transition};
use crate::session::{Claim, Completion, OnceError};
use crate::state_machine::micros;
use crate::stores::sqlite::rows::integer;

/// Statement that completes a key in a transaction of yours.
///
/// For clients of SQLite other than rusqlite.
///
/// It binds, in this order: scope, key, holder (16 bytes), result (bytes), and the time to keep it in microseconds. It must
/// change one row. If it changes none, another holder has taken over the key: roll back.
pub const COMPLETE_SQLITE: &str = "UPDATE retry_keys SET state = 1, result = ?4, kept = 0, steps = x'', \
    until = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 + ?5 \
    WHERE scope = ?1 AND key = ?2 AND owner = ?3";

/// Finishes a key with a value in your own transaction.
///
/// The effect and the record commit together, or not at all.
///
/// For the body of [`run_in`](crate::Once::run_in). Begin the transaction in the body, after the claim, as `IMMEDIATE`, on
/// the file of the store. Use the store for nothing else inside the transaction: it would wait for itself.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, [`OnceError::Unwritable`] if the value has no JSON, and
/// errors of SQLite. Return the error, so that the transaction is rolled back.
///
/// ```
/// use retry_idempotency::{OnceError, StoreError, once, sqlite};
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
///         Ok::<_, OnceError>(31)
///     })
/// };
/// assert_eq!((pay()?, pay()?), (31, 31));
/// let count: u32 = shop.query_one("SELECT count(*) FROM payments", (), |row| row.get(0)).unwrap();
/// assert_eq!(count, 1);
/// # drop((store, shop));
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), OnceError>(())
/// ```
pub fn complete<T: Serialize + ?Sized>(tx: &Transaction<'_>, claim: &Claim, value: &T) -> Result<(), OnceError> {
    complete_with(tx, &claim.completion(value)?)
}

/// Finishes a key with prepared values in your own transaction.
///
/// The values are for example those of `http::Idempotent::response_completion`.
///
/// # Errors
///
/// [`OnceError::Lost`] if another holder has taken over the key, and errors of SQLite. Return the error, so that the
/// transaction is rolled back.
pub fn complete_with(tx: &Transaction<'_>, completion: &Completion) -> Result<(), OnceError> {
    let claim = completion.claim();
    let done = finish(tx, claim.lease(), completion.result(), completion.keep_micros());
    done.map_err(|error| claim.doubt(error.into()))?;
    claim.completed(1)
}

/// Finishes a key with bytes of your own.
///
/// For users of the store without [`once`](crate::once()), who bound the length of the result themselves.
///
/// # Errors
///
/// [`StoreError::Lost`] if another holder has taken over the key, and errors of SQLite. Return the error, so that the
/// transaction is rolled back.
pub fn complete_lease(tx: &Transaction<'_>, lease: &Lease, result: &[u8], keep: Duration) -> Result<(), StoreError> {
    Transition::Finish { result, keep }.check(usize::MAX)?;
    finish(tx, lease, result, integer(micros(keep)))
}

fn finish(tx: &Transaction<'_>, lease: &Lease, result: &[u8], keep_micros: i64) -> Result<(), StoreError> {
    let (id, holder) = (lease.id(), lease.holder());
    let bound = (id.scope(), id.key(), holder.as_bytes(), result, keep_micros);
    match tx.prepare_cached(COMPLETE_SQLITE)?.execute(bound)? {
        0 => Err(StoreError::Lost),
        _ => Ok(()),
    }
}
