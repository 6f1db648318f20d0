use std::time::Duration;

use retry_runtime::retry;

const NONE: u32 = 3;
const ONE: u32 = 2;
const MANY: u32 = 99;
const ZERO: Duration = Duration::from_secs(1);
const WEEK: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);

#[retry(retry_on = transient, max_attempts = NONE)]
fn no_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = ONE)]
fn one_attempt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = MANY + 1)]
fn many_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = ZERO)]
fn no_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = WEEK)]
fn deadline_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, attempt_timeout = ZERO)]
async fn no_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = WEEK)]
fn hint_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(ZERO, 10s))]
fn zero_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(ZERO))]
fn fixed_at_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(SECOND, 10s))]
fn cap_below_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(SECOND, WEEK))]
fn cap_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(SECOND, WEEK, 10s))]
fn step_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, throttled_backoff = fibonacci(WEEK, WEEK))]
fn base_of_days() -> std::io::Result<()> {
    Ok(())
}
