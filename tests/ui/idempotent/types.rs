#![allow(unused)]

use retry_idempotency::{MemoryStore, OnceError};
use retry_runtime::Classify;
use retry_idempotency::idempotent;
use serde::{Deserialize, Serialize};

#[derive(Classify, Serialize, Deserialize)]
struct NotMade;

#[derive(Serialize, Deserialize)]
struct NoClass(String);

impl From<OnceError> for NoClass {
    fn from(refused: OnceError) -> Self {
        Self(refused.to_string())
    }
}

#[derive(Classify)]
struct NotKept;

impl From<OnceError> for NotKept {
    fn from(_: OnceError) -> Self {
        Self
    }
}

struct Receipt;

#[idempotent(store = store, key = order)]
async fn not_made(store: &MemoryStore, order: &str) -> Result<u32, NotMade> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn no_class(store: &MemoryStore, order: &str) -> Result<u32, NoClass> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
async fn not_kept(store: &MemoryStore, order: &str) -> Result<u32, NotKept> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn value(store: &MemoryStore, order: &str) -> Result<Receipt, OnceError> {
    Ok(Receipt)
}

#[idempotent(store = store, key = order)]
fn key(store: &MemoryStore, order: u64) -> Result<u32, OnceError> {
    Ok(1)
}

#[idempotent(store = store, key = order)]
fn no_store(store: &str, order: &str) -> Result<u32, OnceError> {
    Ok(1)
}

fn main() {}
