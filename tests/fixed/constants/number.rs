use retry_runtime::retry;

const HALF: f64 = 1.5;
const TWO: f64 = 0.25;

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = HALF))]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 2))]
fn not_a_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(TWO))]
fn share_above_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_below_zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_of_nothing() -> std::io::Result<()> {
    Ok(())
}
