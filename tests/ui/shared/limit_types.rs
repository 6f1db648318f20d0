use retry_runtime::{Concurrency, Pace, RateLimit, retry};

static SHOP: RateLimit = RateLimit::per_second(50);
const OPENAI: Pace = Pace::new();
const TOO_MANY: u32 = 0;

#[retry(retry_on = transient, pace = SHOP)]
fn rate_limit_as_pace() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = SHOP)]
fn rate_limit_as_concurrency() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = OPENAI)]
fn constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(TOO_MANY))]
fn constant_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit)]
fn of_an_argument(limit: &str) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, concurrency = 20)]
fn cannot_be_stopped() -> Result<(), NotStopped> {
    Ok(())
}

#[derive(Debug, retry_runtime::Classify)]
struct NotStopped;

static _ONE: Concurrency = Concurrency::new(1);

fn main() {}
