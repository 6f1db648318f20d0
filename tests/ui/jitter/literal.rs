use retry_runtime::retry;

#[retry(retry_on = transient, jitter = ful)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = gaussian)]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = full(1s))]
fn full_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional)]
fn share_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(1.5))]
fn share_above_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(-0.25))]
fn negative_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(100ms))]
fn share_in_millis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = additive(25h))]
fn addition_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = additive(20s))]
fn addition_above_the_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = none, jitter = decorrelated)]
fn decorrelated_from_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(0.1..0.2))]
fn share_of_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = proportional(25%))]
fn share_in_percent() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
