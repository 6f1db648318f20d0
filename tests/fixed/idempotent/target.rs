use std::sync::LazyLock;

use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};

static STORE: LazyLock<MemoryStore> = LazyLock::new(|| MemoryStore::new(10));

#[idempotent(store = *STORE, key = order)]
fn constant(order: &str) -> Result<(), OnceError> {
    Ok(())
}

struct Shop;

impl Shop {
    #[idempotent(store = *STORE, key = order)]
    fn without_a_body(&self, order: &str) -> Result<(), OnceError> {
        Ok(())
    }
}

#[idempotent(store = *STORE, key = order)]
fn without_a_result(order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = *STORE, key = order)]
async fn of_an_option(order: &str) -> Result<Option<u32>, OnceError> {
    Ok(None)
}

#[idempotent(store = *STORE, key = order)]
fn twice(order: &str) -> Result<(), OnceError> {
    Ok(())
}

#[idempotent(store = *STORE, key = order)]
fn a_future(order: &str) -> impl Future<Output = Result<(), OnceError>> {
    async move { Ok(()) }
}
