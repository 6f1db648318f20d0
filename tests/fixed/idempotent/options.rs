use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};

#[idempotent(store = store, key = order)]
fn nothing(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 60, duplicates = reject, scope = order)]
fn unknown(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 24h, claim = claim)]
fn half(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, claim = held)]
fn taken(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = steps, claim = claim)]
fn without_a_claim(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = in_transaction, claim = claim)]
fn in_transaction(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = steps, claim = claim)]
fn in_steps(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}
