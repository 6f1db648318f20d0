use std::sync::LazyLock;

use retry_runtime::idempotency::{MemoryStore, Refused};
use retry_runtime::idempotent;

static STORE: LazyLock<MemoryStore> = LazyLock::new(|| MemoryStore::new(10));

#[idempotent(store = *STORE, key = order)]
fn constant(order: &str) -> Result<(), Refused> {
    Ok(())
}

struct Shop;

impl Shop {
    #[idempotent(store = *STORE, key = order)]
    fn without_a_body(&self, order: &str) -> Result<(), Refused> {
        Ok(())
    }
}

#[idempotent(store = *STORE, key = order)]
fn without_a_result(order: &str) -> Result<(), Refused> {
    Ok(())
}

#[idempotent(store = *STORE, key = order)]
async fn of_an_option(order: &str) -> Result<Option<u32>, Refused> {
    Ok(None)
}

#[idempotent(store = *STORE, key = order)]
fn twice(order: &str) -> Result<(), Refused> {
    Ok(())
}

#[idempotent(store = *STORE, key = order)]
fn a_future(order: &str) -> impl Future<Output = Result<(), Refused>> {
    async move { Ok(()) }
}
