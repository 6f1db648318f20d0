use retry_runtime::retry;

#[retry(retry_on = transient, budget = credit(13))]
fn less_than_a_retry() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(1000001))]
fn no_bound() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(-1))]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(1.5, 10s))]
fn share_above_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(10, 10s))]
fn share_in_percent() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(-0.1, 500ms))]
fn share_and_window() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 25h))]
fn window_of_days() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = -1))]
fn negative_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0.1, 1h, reserve = 10))]
fn large_reserve() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = ratio(0, 10s, reserve = 0))]
fn ratio_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(2, 3))]
fn more_than_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = in_flight(0, 0))]
fn none_in_flight() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
