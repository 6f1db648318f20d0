use retry_runtime::retry;

#[retry(retry_on = (Connect up_to 3, Throttled up_to 2, Timeout up_to 100, Conflict up_to 1s))]
fn out_of_bounds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Connect up_to 0.5s, Throttled up_to 6))]
fn not_a_limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Connect up_to 60s, Timeout))]
fn another_word() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 6)]
fn no_limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled up_to 6)]
fn two_limits_of_one_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 6)]
fn with_and_without() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Throttled up_to 6)]
fn a_limit_covers_another() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(500) up_to 3, Status(502) up_to 3))]
fn of_two_classes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Conflict up_to 3))]
fn of_a_pattern() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, Connect up_to 3))]
fn of_an_exception() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect up_to 3))]
fn taken_away() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Throttled up_to 6, Timeout))]
fn above_all_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Connect up_to 60s, Timeout), deadline = 90s)]
fn above_the_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 60s)]
fn above_all_delays() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 60s, backoff = exp(100ms, 10s))]
fn more_than_a_hundred() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout up_to 2, Connect up_to 2, Throttled up_to 2, Conflict up_to 2, Malformed))]
fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Connect up_to 3, Timeout up_to 3), max_attempts = unbounded)]
fn without_an_end() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 5)]
fn known_at_the_call(most: u32) -> std::io::Result<()> {
    let _ = most;
    Ok(())
}

#[retry(retry_on = Connect up_to 1s)]
fn below_the_first_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (transient, Throttled up_to 100ms), throttled_backoff = exp(100ms, 10s))]
fn below_the_first_throttled_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Connect up_to SHORT, Timeout), backoff = exp(50ms, 10s))]
fn constant_below_the_first_delay() -> std::io::Result<()> {
    Ok(())
}

const SHORT: std::time::Duration = std::time::Duration::from_millis(50);

#[retry(retry_on = Throttled up_to 6)]
fn two_limits_of_one_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(503) up_to 3, Status(500..=502) up_to 5, Status(504..=599) up_to 5))]
fn a_range_around_a_status() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Status(500..=503) up_to 3, Status(504..=599) up_to 60s))]
fn ranges_that_meet() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect up_to 60s)]
fn all_and_one() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
