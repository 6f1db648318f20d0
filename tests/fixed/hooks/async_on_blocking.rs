use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = |_, _| ())]
fn hook() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, fallback = |_| Ok(()))]
fn fallback() -> std::io::Result<()> {
    Ok(())
}
