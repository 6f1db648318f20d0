use std::time::Duration;

use retry_runtime::retry;

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 1s))]
async fn nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s), max_attempts = 3, deadline = 5s)]
async fn above_the_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = longest)]
async fn known_at_the_call(longest: Duration) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = custom(|attempt| Duration::from_secs(2 * u64::from(attempt))))]
async fn closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, deadline = 8s)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
