use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};

#[idempotent(store = store, key = order, lease = 30s, keep = 8784h, wait = 24h)]
fn too_long(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = 30s, keep = 720h, wait = 5s)]
fn units(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 10s, lease = 5s)]
fn below_the_lease_of_nobody(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 20s, lease = 20s)]
fn below_the_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content(1s), scope = order, fingerprint = order, lease = 500ms)]
fn window_below_the_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}
