use std::sync::LazyLock;

use moka::sync::Cache;
use retry_runtime::retry;
use retry_runtime::stale::Cached;

static QUOTES: LazyLock<Cache<String, Cached<u32>>> = LazyLock::new(|| Cache::new(100));
static RATES: LazyLock<Cache<(), Cached<u32>>> = LazyLock::new(|| Cache::new(100));

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn cache_is_text(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn cache_is_made(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn key_is_text(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(RATES, ()))]
fn key_of_a_function_without_arguments() -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn no_key(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, max_age = 10m))]
fn age_of_zero(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, max_age = 10m))]
fn age_of_another_name(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, max_age = 10m))]
fn age_without_its_name(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = value(0))]
fn no_value() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn not_cached(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(1.into())
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
async fn not_cached_async(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(1.into())
}
