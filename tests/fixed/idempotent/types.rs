use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};

#[derive(Classify, Serialize, Deserialize)]
struct Whole(String);

impl From<OnceError> for Whole {
    fn from(refused: OnceError) -> Self {
        Self(refused.to_string())
    }
}

#[derive(Serialize, Deserialize)]
struct Receipt;

#[idempotent(store = store, key = order)]
async fn not_made(store: &MemoryStore, order: &str) -> Result<u32, Whole> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn no_class(store: &MemoryStore, order: &str) -> Result<u32, Whole> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
async fn not_kept(store: &MemoryStore, order: &str) -> Result<u32, Whole> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn no_store(store: &MemoryStore, order: &str) -> Result<u32, Whole> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn value(store: &MemoryStore, order: &str) -> Result<Receipt, OnceError> {
    Ok(Receipt)
}

#[idempotent(store = store, key = order.to_string())]
fn key(store: &MemoryStore, order: u64) -> Result<u32, OnceError> {
    Ok(1)
}
