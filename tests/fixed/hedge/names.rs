use retry_runtime::retry;

#[retry(retry_on = transient, hedge = after(100ms))]
async fn delay_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(100ms))]
async fn delay_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(95ms))]
async fn unit_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95)]
async fn percentile_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p99)]
async fn share_of_the_calls() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95)]
async fn verb() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn delay_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn bare_delay_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn text_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}
