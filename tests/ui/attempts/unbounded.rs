use std::time::Duration;

use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = unbounded)]
fn without_an_end() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s, backoff = fixed(10ms))]
fn in_a_hurry() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 60s, backoff = none)]
fn without_a_wait() -> std::io::Result<()> {
    Ok(())
}

fn main() {
    let _ = Duration::ZERO;
}
