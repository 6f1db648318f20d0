use retry_runtime::{Attempt, retry};

#[retry(retry_ok = Vec::is_empty, fallback = |_, error| Err(error))]
fn returned() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, fallback = |error: String| cached(error))]
fn typed() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, on_retry = |_, error: &String| eprintln!("{error}"))]
fn hook() -> Result<Vec<u32>, String> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, fallback = || Ok(vec![]))]
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

fn from_cache(_: &Attempt, error: String) -> Result<Vec<u32>, String> {
    Err(error)
}

fn main() {}
