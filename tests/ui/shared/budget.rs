use std::time::Duration;

use retry_runtime::{Budget, retry};

static PAYMENTS: Budget = Budget::credit();

#[retry(retry_on = transient, budget = credt)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credits(500))]
fn misspelt_with_a_rest() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = 3)]
fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = "payments")]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = None)]
fn capital_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = 0.1)]
fn share_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = false)]
fn switched_off() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = |call| call)]
fn closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = (credit(500), ratio(0.1, 10s)))]
fn several() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none())]
fn none_with_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit())]
fn credit_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(42, 500))]
fn credit_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(rest = 500))]
fn credit_with_a_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(5.5))]
fn fraction_of_a_token() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(AWS))]
fn capital_aws() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio)]
fn ratio_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1))]
fn ratio_of_no_window() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, 0.1))]
fn reserve_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(10s, 0.1))]
fn window_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(10%, 10s))]
fn percent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserved = 0.1))]
fn reserve_misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1, reserve = 0.2))]
fn two_reserves() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3, reserve = 0.1))]
fn reserve_of_another() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight)]
fn in_flight_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2))]
fn no_least_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(3, 0.2))]
fn least_number_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none, budget = credit)]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = Budget::credit())]
fn made_at_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = &std::sync::Arc::new(Budget::ratio(0.1, window).reserve(0.2)))]
fn made_of_an_argument(window: Duration) -> std::io::Result<Duration> {
    Ok(window)
}

#[retry(retry_on = transient, budget = PAYMENTS.fresh())]
fn fresh() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
