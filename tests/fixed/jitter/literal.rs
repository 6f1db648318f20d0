use retry_runtime::retry;

#[retry(retry_on = transient, jitter = full)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = equal)]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = full)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = full)]
fn full_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_above_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn negative_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_in_millis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = additive(1s))]
fn addition_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = additive(10s))]
fn addition_above_the_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s), jitter = decorrelated)]
fn decorrelated_from_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.2))]
fn share_of_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.25))]
fn share_in_percent() -> std::io::Result<()> {
    Ok(())
}
