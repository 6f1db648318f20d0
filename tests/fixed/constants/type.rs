use retry_runtime::retry;

const MOST: u32 = 3;
const WAIT: std::time::Duration = std::time::Duration::from_secs(1);

#[retry(retry_on = transient, max_attempts = MOST)]
fn attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(WAIT))]
fn backoff() -> std::io::Result<()> {
    Ok(())
}
