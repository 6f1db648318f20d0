use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = |_, _| Ok(()))]
fn another_error() -> std::io::Result<()> {
    Ok(())
}
