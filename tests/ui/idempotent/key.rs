#![allow(unused)]

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

const ORDER: &str = "order";

#[idempotent(store = store, key = "order")]
fn literal(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = ORDER)]
fn constant(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, fingerprint = all)]
fn all(store: &MemoryStore, order: &str, euros: u32) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, fingerprint = ())]
fn of_nothing(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, fingerprint = "v1")]
fn the_same(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content)]
fn without_a_window(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = content(120s), keep = 24h)]
fn alone(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

fn main() {}
