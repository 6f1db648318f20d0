use retry_runtime::retry;

#[retry(retry_on = transient, deadline = 5s)]
fn deadline_below_the_first_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 5s, max_attempts = 5, backoff = fixed(1s), jitter = none)]
fn deadline_before_the_last_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 10s, attempt_timeout = 5s)]
async fn timeout_above_the_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1s)]
fn timeout_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn no_deadline() -> std::io::Result<()> {
    Ok(())
}
