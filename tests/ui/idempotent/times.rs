#![allow(unused)]

use std::time::Duration;

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

const SHORT: Duration = Duration::from_micros(3);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const YEARS: Duration = Duration::from_secs(86_400 * 400);

#[idempotent(store = store, key = order, lease = 25h, keep = 9000h, wait = 30h)]
fn too_long(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = 10us, keep = 30d, wait = 5parsecs)]
fn units(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 10s)]
fn below_the_lease_of_nobody(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = 10s, lease = 20s)]
fn below_the_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content(1s), scope = order, fingerprint = order)]
fn window_below_the_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

fn main() {}
