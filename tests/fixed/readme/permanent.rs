use retry_runtime::retry;

#[retry(retry_on = Status(503), max_attempts = 4)]
fn page() -> std::io::Result<()> {
    Ok(())
}
