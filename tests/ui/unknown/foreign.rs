use retry_runtime::retry;

const N: u32 = 3;

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_on = transient, max_retries = 3)]
fn retries_apart_from_the_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retries = N)]
fn retries_by_a_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = 3)]
fn tries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 2)]
fn delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait = 500ms)]
fn wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, initial_delay = 200ms)]
fn initial_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_delay = 4s)]
fn max_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, factor = 3)]
fn factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout = 2s)]
async fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = 30)]
fn stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = is_transient)]
fn when() -> std::io::Result<()> {
    Ok(())
}

#[retry(on = (Timeout, Connect))]
fn on() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, notify = |_, error| eprintln!("{error}"))]
fn notify() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retries = 0)]
fn no_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = 1)]
fn one_try() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retries = 200)]
fn many_retries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = "3")]
fn tries_in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 0)]
fn no_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 5parsecs)]
fn delay_of_no_unit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_delay = 50ms)]
fn short_cap() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, initial_delay = 20s)]
fn long_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, multiplier = 0.5)]
fn shrinking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout = 0)]
async fn async_no_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = stop_after_attempt(7))]
fn stop_after_attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(on = IOError)]
fn unknown_exceptions() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = 0.1)]
fn budget_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = 500)]
fn budget_tokens() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_budget = PAYMENTS)]
fn budget_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, circuit_breaker = SHOP)]
fn breaker_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, circuit_breaker = 5)]
fn breaker_failures() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, limit = LIMIT)]
fn limit_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, throttle = 50)]
fn limit_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, quota = "50/s")]
fn limit_text() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
