use retry_runtime::retry;

#[retry(retry_on = transient, hedge = p95)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Connect, hedge = p95, side_effects)]
async fn without_key_on_connect() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(2s), attempt_timeout = 2s)]
async fn after_the_timeout() -> Result<(), Error> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(12s), deadline = 10s)]
async fn after_the_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, budget = credit(14))]
async fn never_enough_tokens() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, max_attempts = 1)]
async fn no_second_attempt() -> std::io::Result<()> {
    Ok(())
}

const ONE: u32 = 1;

struct Error;

impl retry_runtime::Classify for Error {
    fn class(&self) -> retry_runtime::Class {
        retry_runtime::Class::Timeout
    }
}

impl From<retry_runtime::Stopped> for Error {
    fn from(_: retry_runtime::Stopped) -> Self {
        Self
    }
}

#[retry(retry_on = transient, hedge = p95, side_effects)]
async fn without_key_on_all() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(3s), deadline = 3s)]
async fn after_a_short_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, concurrency = 1)]
async fn one_at_a_time() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, concurrency = limit(1, wait = 1s))]
async fn one_at_a_time_after_a_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95, concurrency = limit(ONE))]
async fn one_by_a_constant() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
