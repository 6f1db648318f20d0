use std::time::Duration;

use retry_runtime::retry;

const REST: u32 = 500;
const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(3601);
const NO_TIME: Duration = Duration::ZERO;

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 2s))]
fn longest_of_another_library() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn queue() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = none))]
fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 10s))]
fn without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 5s))]
fn as_a_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = none))]
fn zero() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 30s))]
fn above_an_hour() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = none))]
fn capital_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = none))]
fn switched_off() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 10s))]
fn aws() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(42, wait = none))]
fn rest_and_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 10s))]
fn two_rests() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
fn ratio() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn ratio_with_a_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3))]
fn in_flight() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = SHORT))]
fn constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(REST, wait = SHORT))]
fn constant_without_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 90s))]
fn without_a_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500, wait = 5s))]
fn rest_behind_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1))]
fn share_behind_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(100ms, 10s, factor = 3))]
fn base_behind_factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(wait = 5s), deadline = 5s)]
fn wait_beyond_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 5s), deadline = 5s)]
async fn wait_for_a_place_beyond_deadline() -> std::io::Result<()> {
    Ok(())
}
