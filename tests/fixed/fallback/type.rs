use std::sync::LazyLock;

use moka::sync::Cache;
use retry_runtime::retry;
use retry_runtime::stale::Cached;

static MAP: LazyLock<Cache<String, Cached<u32>>> = LazyLock::new(|| Cache::new(100));

#[retry(retry_on = transient, fallback = stale(MAP, id))]
fn not_a_cache(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}
