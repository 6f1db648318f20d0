use std::time::Duration;

use retry_runtime::retry;

const REST: u32 = 500;
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(3601);
const NO_TIME: Duration = Duration::ZERO;

#[retry(retry_on = transient, budget = credit(waits = 10s))]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, max_wait = 2s))]
fn longest_of_another_library() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(queue = 2h))]
fn queue() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(timeout = none))]
fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(burst = 10))]
fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s, reserve = 0.1))]
fn reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, 10s))]
fn without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait))]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait(5s)))]
fn as_a_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 0s))]
fn zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 61m))]
fn above_an_hour() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = -1))]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = None))]
fn capital_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = false))]
fn switched_off() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = "10s"))]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s, wait = none))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(aws, wait = 10s))]
fn aws() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(13, wait = 0))]
fn rest_and_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(42, 500, wait = 10s))]
fn two_rests() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, wait = 10s))]
fn ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1, wait = 10s))]
fn ratio_with_a_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3, wait = 10s))]
fn in_flight() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = LONG))]
fn constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(REST, wait = NO_TIME))]
fn constant_without_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 90))]
fn without_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 5s, 500))]
fn rest_behind_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(reserve = 0.1, 0.1, 10s))]
fn share_behind_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(factor = 3, 100ms, 10s))]
fn base_behind_factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 30s), deadline = 5s)]
fn wait_beyond_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 30s), deadline = 5s)]
async fn wait_for_a_place_beyond_deadline() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
