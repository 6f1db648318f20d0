use retry_runtime::retry;

#[retry(retry_on = transient, deadline = 5parsecs)]
fn no_unit_of_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30secs)]
fn long_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0x10s)]
fn hexadecimal() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0x5ms)]
fn hexadecimal_millis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0b1)]
fn binary() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1h30m)]
fn two_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1m30s)]
fn two_other_units() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30f64)]
fn with_a_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30u64)]
fn with_a_whole_type() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 1e400)]
fn infinite() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 25h)]
fn more_than_a_day() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 99999999999999999999999999999999999999999999)]
fn more_than_all_bits() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = -30s)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 0)]
fn zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = "30s")]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = .5)]
fn without_a_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, attempt_timeout = 0ms)]
async fn no_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = 48h)]
fn two_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 600)]
fn seconds_or_not() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100, 2000))]
fn milliseconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(100))]
fn one_of_them() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = 600_000)]
fn more_than_a_day_of_seconds() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
