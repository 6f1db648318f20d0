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

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn as_the_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn without_arguments() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
async fn none_by_default() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = 2s)]
async fn the_same_for_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn in_full() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn as_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 4s))]
async fn as_a_list() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn cap_with_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s, factor = 3))]
async fn all_with_their_names() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn without_a_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s, factor = 3))]
async fn factor_of_a_line() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 24h))]
async fn above_a_day() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s, factor = 2))]
async fn factor_that_shrinks() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, attempt_timeout = 1s)]
async fn zero() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
