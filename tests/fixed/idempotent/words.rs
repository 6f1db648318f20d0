use retry_idempotency::idempotent;
use retry_idempotency::{Checked, MemoryStore, OnceError};

#[idempotent(store = store, key = order, duplicates = reject, interrupted = rerun, mode = plain)]
fn unknown(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = merge(|old| old), interrupted = rerun)]
fn bare(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = flag(|| vec![]), interrupted = check(|_| Ok(Checked::NotDone)))]
fn not_called(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = reject, mode = in_transaction, claim = claim)]
fn no_words(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}
