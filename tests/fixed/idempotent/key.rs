use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};

#[idempotent(store = store, key = order)]
fn literal(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = &order)]
fn constant(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, fingerprint = order)]
fn all(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order)]
fn of_nothing(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, fingerprint = (order, order.len()))]
fn the_same(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content(120s), scope = order, fingerprint = order)]
fn without_a_window(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content(120s), scope = order, fingerprint = (order, order))]
fn alone(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}
