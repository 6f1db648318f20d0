use retry_runtime::retry;
use retry_runtime::stale::Cached;

#[retry(retry_on = transient, fallback = stale("quotes", id))]
fn cache_is_text(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(moka::sync::Cache::new(100), id))]
fn cache_is_made(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, "all"))]
fn key_is_text(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(RATES, 0))]
fn key_of_a_function_without_arguments() -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES))]
fn no_key(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, max_age = 0))]
fn age_of_zero(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, ttl = 10m))]
fn age_of_another_name(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

#[retry(retry_on = transient, fallback = value())]
fn no_value() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
fn not_cached(id: &str) -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id))]
async fn not_cached_async(id: &str) -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = stale(QUOTES, id, 10m))]
fn age_without_its_name(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

fn main() {}
