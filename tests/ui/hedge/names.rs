use retry_runtime::retry;

#[retry(retry_on = transient, hedge_after = 100ms)]
async fn delay_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge_delay = "100ms")]
async fn delay_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge_delay_ms = 95)]
async fn unit_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge_percentile = 95)]
async fn percentile_in_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge_percentile = 0.99)]
async fn share_of_the_calls() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedging = p95)]
async fn verb() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge_after = 100ms)]
fn delay_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = 100ms)]
fn bare_delay_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = "p95")]
fn text_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
