use retry_runtime::retry;

const fn wait_before(_: u32) -> std::time::Duration {
    std::time::Duration::from_secs(1)
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn long_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fibonacci(100ms, 10s))]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn a_duration() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn exp_without_a_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn exp_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(100ms, 100ms, 10s))]
fn linear_without_a_step() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fibonacci(100ms, 10s))]
fn fibonacci_of_three() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(1s))]
fn fixed_to_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none)]
fn none_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = custom(wait_before))]
fn custom_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none)]
fn zero_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none)]
fn fixed_at_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(10s, 10s))]
fn cap_below_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 24h))]
fn cap_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(100ms, 24h, 10s))]
fn step_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn alternating() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn infinite() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn factor_in_seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 3))]
fn factor_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 3))]
fn factor_by_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn two_factors() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 3))]
fn factor_of_linear() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, throttled_backoff = exp(100ms, 10s))]
fn throttled() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn named_durations() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn factor_of_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn in_braces() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn without_a_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s))]
fn without_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Throttled), throttled_backoff = exp(1s, 20s))]
fn throttled_and_not_retried() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599 | 429), throttled_backoff = exp(1s, 20s))]
fn throttled_status_and_not_retried() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(1s, 8s))]
fn cap_with_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(1s, 1s, 8s))]
fn line_with_names() -> std::io::Result<()> {
    Ok(())
}
