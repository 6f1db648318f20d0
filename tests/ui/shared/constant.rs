use std::time::Duration;

use retry_runtime::retry;

const REST: u32 = 10;
const SHARE: f64 = 1.5;
const WINDOW: Duration = Duration::from_millis(10);
const RESERVE: f64 = -0.1;
const MANY: f64 = 100.0;
const NO_SHARE: f64 = 0.0;
const NO_RETRY: u32 = 0;

#[retry(retry_on = transient, budget = credit(REST))]
fn credit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(SHARE, 10s))]
fn share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, WINDOW))]
fn window() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = RESERVE))]
fn reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 1h, reserve = MANY))]
fn large_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(NO_SHARE, 10s, reserve = 0))]
fn ratio_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0, 10s, reserve = NO_SHARE))]
fn reserve_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(SHARE, 3))]
fn in_flight() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0, NO_RETRY))]
fn none_at_least() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(NO_SHARE, 0))]
fn no_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(NO_SHARE, NO_RETRY))]
fn neither() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
