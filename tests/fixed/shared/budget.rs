use std::time::Duration;

use retry_runtime::{Budget, retry};

static PAYMENTS: Budget = Budget::credit();

#[retry(retry_on = transient, budget = credit)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn misspelt_with_a_rest() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none)]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none)]
fn capital_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PAYMENTS)]
fn share_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none)]
fn switched_off() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PAYMENTS)]
fn closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn several() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = none)]
fn none_with_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn credit_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn credit_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn credit_with_a_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn fraction_of_a_token() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(aws))]
fn capital_aws() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn ratio_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn ratio_of_no_window() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1))]
fn reserve_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn window_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s))]
fn percent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1))]
fn reserve_misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.1))]
fn two_reserves() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3))]
fn reserve_of_another() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3))]
fn in_flight_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3))]
fn no_least_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0.2, 3))]
fn least_number_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit)]
fn twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit)]
fn made_at_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PAYMENTS)]
fn made_of_an_argument(window: Duration) -> std::io::Result<Duration> {
    Ok(window)
}

#[retry(retry_on = transient, budget = PAYMENTS)]
fn fresh() -> std::io::Result<()> {
    Ok(())
}
