#![allow(unused)]

use std::time::Duration;

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

const SHORT: Duration = Duration::from_micros(3);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const YEARS: Duration = Duration::from_secs(86_400 * 400);

#[idempotent(store = store, key = order, lease = SHORT, wait = YEARS)]
fn each(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = HOUR, keep = MINUTE)]
fn constants(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = HOUR, keep = 60s)]
fn constant_lease(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, lease = 1h, keep = MINUTE)]
fn constant_keep(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, keep = YEARS)]
fn too_long(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

fn main() {}
