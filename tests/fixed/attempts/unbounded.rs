use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s)]
fn without_an_end() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s, backoff = exp(100ms, 10s))]
fn in_a_hurry() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s, backoff = exp(100ms, 10s))]
fn without_a_wait() -> std::io::Result<()> {
    Ok(())
}
