#![allow(unused)]

use std::sync::LazyLock;

use retry_idempotency::{MemoryStore, OnceError};
use retry_idempotency::idempotent;

static STORE: LazyLock<MemoryStore> = LazyLock::new(|| MemoryStore::new(10));

#[idempotent(store = *STORE, key = order)]
const fn constant(order: &str) -> Result<(), OnceError> {
    Ok(())
}

trait Service {
    #[idempotent(store = *STORE, key = order)]
    fn without_a_body(&self, order: &str) -> Result<(), OnceError>;
}

#[idempotent(store = *STORE, key = order)]
fn without_a_result(order: &str) {}

#[idempotent(store = *STORE, key = order)]
async fn of_an_option(order: &str) -> Option<u32> {
    None
}

#[idempotent(store = *STORE, key = order)]
#[idempotent(store = *STORE, key = order)]
fn twice(order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = *STORE, key = order)]
fn a_future(order: &str) -> impl Future<Output = Result<(), OnceError>> {
    std::future::ready(Ok(()))
}

#[idempotent(store = *STORE, key = order)]
struct Order;

fn main() {}
