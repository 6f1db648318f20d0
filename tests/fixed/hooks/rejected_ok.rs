use retry_runtime::{Attempt, retry};

#[retry(retry_ok = Vec::is_empty, fallback = |_, result| result)]
fn returned() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, fallback = |result| result.or_else(cached))]
fn typed() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, on_retry = |_, result| eprintln!("{result:?}"))]
fn hook() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, fallback = |_, _| Ok(vec![]))]
fn without_arguments() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

fn cached(error: String) -> Result<Vec<u32>, String> {
    Err(error)
}

#[retry(retry_ok = Vec::is_empty, fallback = from_cache)]
fn by_path() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

fn from_cache(_: &Attempt, result: Result<Vec<u32>, String>) -> Result<Vec<u32>, String> {
    result
}
