use retry_runtime::retry;

#[retry(retry_on = transient, backoff = expo(100ms, 10s))]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exponential(100ms, 10s))]
fn long_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = polynomial(100ms, 10s))]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = 500ms)]
fn a_duration() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms))]
fn exp_without_a_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp)]
fn exp_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(100ms, 10s))]
fn linear_without_a_step() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fibonacci(100ms, 1s, 10s))]
fn fibonacci_of_three() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed())]
fn fixed_to_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none(1s))]
fn none_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = custom)]
fn custom_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(0, 10s))]
fn zero_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(0s))]
fn fixed_at_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(10s, 100ms))]
fn cap_below_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 25h))]
fn cap_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(100ms, 25h, 10s))]
fn step_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 0.5))]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = -2))]
fn alternating() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 1e400))]
fn infinite() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2s))]
fn factor_in_seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, 3))]
fn factor_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, rate = 3))]
fn factor_by_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2, factor = 3))]
fn two_factors() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(100ms, 100ms, 10s, factor = 2))]
fn factor_of_linear() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, throttled_backoff = exp(1s))]
fn throttled() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(base = 100ms, cap = 10s))]
fn named_durations() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 1..2))]
fn factor_of_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp{100ms, 10s})]
fn in_braces() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms 10s))]
fn without_a_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff(exp(100ms, 10s)))]
fn without_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, throttled_backoff = exp(1s, 20s))]
fn throttled_and_not_retried() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Status(500..=599), throttled_backoff = exp(1s, 20s))]
fn throttled_status_and_not_retried() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(1s, max = 8s))]
fn cap_with_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = linear(initial = 1s, step = 1s, max = 8s))]
fn line_with_names() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
