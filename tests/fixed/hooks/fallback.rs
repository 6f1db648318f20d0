use retry_runtime::retry;

#[retry(retry_on = transient, fallback = |_| Ok(3))]
fn a_number() -> std::io::Result<u32> {
    Ok(1)
}
