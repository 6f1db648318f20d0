use std::time::Duration;

use retry_runtime::retry;

const DELAY: Duration = Duration::from_millis(100);
const NO_TIME: Duration = Duration::ZERO;
const SHARE: f64 = 0.9;

#[retry(retry_on = transient, hedge = none)]
async fn none_by_default() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = 100ms)]
async fn delay_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = 95)]
async fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = median)]
async fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after)]
async fn no_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(0.1))]
async fn share_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(share = 0.1))]
async fn another_setting() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = 0.1, at_most = 0.2))]
async fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_once = 1.5))]
async fn fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = "tenth"))]
async fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(patience))]
async fn of_the_call(patience: Duration) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(NO_TIME))]
async fn constant_of_no_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = SHARE))]
async fn constant_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = 0.95)]
async fn share_of_calls() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(100ms, 0.1))]
async fn bound_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = "p95")]
async fn percentile_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = "100ms")]
async fn delay_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = P95)]
async fn capital_letter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = P95(at_most = 0.1))]
async fn capital_letter_with_a_bound() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p99.9)]
async fn percentile_with_a_fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = percentile(95))]
async fn percentile_as_a_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = delay(100ms))]
async fn delay_by_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = Duration::from_millis(100))]
async fn duration_of_the_standard_library() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = DELAY)]
async fn constant_alone() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
