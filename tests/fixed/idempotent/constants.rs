use std::time::Duration;

use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[idempotent(store = store, key = order, lease = MINUTE, wait = MINUTE)]
fn each(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = MINUTE, keep = HOUR)]
fn constants(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = MINUTE, keep = 60s)]
fn constant_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = 1m, keep = MINUTE)]
fn constant_keep(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = HOUR)]
fn too_long(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}
