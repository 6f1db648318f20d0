use std::collections::HashMap;
use std::sync::LazyLock;

use retry_runtime::retry;
use retry_runtime::stale::Cached;

static MAP: LazyLock<HashMap<String, u32>> = LazyLock::new(HashMap::new);

#[retry(retry_on = transient, fallback = stale(MAP, id))]
fn not_a_cache(id: &str) -> std::io::Result<Cached<u32>> {
    Ok(Cached::new(1))
}

fn main() {}
