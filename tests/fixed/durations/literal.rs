use retry_runtime::retry;

#[retry(retry_on = transient, deadline = 5s)]
fn no_unit_of_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn long_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 16s)]
fn hexadecimal() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 5000ms)]
fn hexadecimal_millis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1)]
fn binary() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 90m)]
fn two_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 90s)]
fn two_other_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30)]
fn with_a_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30)]
fn with_a_whole_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 24h)]
fn infinite() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 24h)]
fn more_than_a_day() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 24h)]
fn more_than_all_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1)]
fn zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0.5)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0.5)]
fn without_a_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, attempt_timeout = 5ms)]
async fn no_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = 24h)]
fn two_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 600s)]
fn seconds_or_not() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 2000ms))]
fn milliseconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(100ms))]
fn one_of_them() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = 600_000ms)]
fn more_than_a_day_of_seconds() -> std::io::Result<()> {
    Ok(())
}
