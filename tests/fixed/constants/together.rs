use std::time::Duration;

use retry_runtime::retry;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

#[retry(retry_on = transient, jitter = additive(SECOND))]
fn addition_above_the_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(MINUTE), deadline = 61s)]
fn deadline_below_the_first_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(SECOND), jitter = none, max_attempts = 10, deadline = 10s)]
fn deadline_before_the_last_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 10s, attempt_timeout = SECOND)]
async fn timeout_above_the_deadline() -> std::io::Result<()> {
    Ok(())
}

const fn at_once(_: u32) -> Duration {
    Duration::ZERO
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s, backoff = exp(100ms, 10s))]
fn in_a_hurry() -> std::io::Result<()> {
    let _ = at_once;
    Ok(())
}
