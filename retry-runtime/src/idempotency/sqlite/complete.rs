//! Finishing a key in a transaction of the caller.

use core::time::Duration;

use rusqlite::Transaction;

use crate::idempotency::row::micros;
use crate::idempotency::sqlite::keys::integer;
use crate::idempotency::{Change, Held, StoreError};

/// Finishes a key, for any client of SQLite. It has to change one row; none means that somebody else has taken over the
/// key, so roll back.
///
/// It binds, in this order: scope, key, owner (16 bytes), result (bytes), and for how long to keep it, in microseconds.
pub const COMPLETE_SQLITE: &str = "UPDATE retry_keys SET state = 1, result = ?4, kept = 0, steps = x'', \
    until = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) * 1000 + ?5 \
    WHERE scope = ?1 AND key = ?2 AND owner = ?3";

/// Finishes a key in your own transaction: the effect and the record commit together, or not at all.
///
/// Begin the transaction after the claim, as `IMMEDIATE`, on the file of the store.
///
/// # Errors
///
/// [`StoreError::Lost`] if somebody else has taken over the key: return it, so that the transaction is rolled back. Else
/// what SQLite says.
pub fn complete(tx: &Transaction<'_>, held: &Held, result: &[u8], keep: Duration) -> Result<(), StoreError> {
    Change::Finish { result, keep }.check()?;
    let (id, owner) = (held.id(), held.owner());
    let bound = (id.scope(), id.key(), owner.as_bytes(), result, integer(micros(keep)));
    match tx.prepare_cached(COMPLETE_SQLITE)?.execute(bound)? {
        0 => Err(StoreError::Lost),
        _ => Ok(()),
    }
}
