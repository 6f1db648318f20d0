#![allow(unused)]

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

#[idempotent]
fn nothing(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store, key = order, ttl = 60, duplicate = reject, scopes = order, colour = 3)]
fn unknown(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, store = store, key = order, keep = , claim = "claim")]
fn half(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, claim = order)]
fn taken(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = steps)]
fn without_a_claim(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = in_transaction, interrupted = rerun)]
fn in_transaction(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, mode = steps, claim = claim, interrupted = rerun)]
fn in_steps(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

fn main() {}
