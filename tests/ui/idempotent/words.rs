#![allow(unused)]

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

#[idempotent(store = store, key = order, duplicates = rejekt, interrupted = retry, mode = transaction)]
fn unknown(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = merge, interrupted = rerun())]
fn bare(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = flag(|old| vec![]), interrupted = check(true))]
fn not_called(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = 3, interrupted = 3, mode = "steps")]
fn no_words(store: &MemoryStore, order: &str) -> Result<(), OnceError> {
    Ok(())
}

fn main() {}
