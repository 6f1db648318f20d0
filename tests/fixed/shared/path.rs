use retry_runtime::breaker::Breaker;
use retry_runtime::{RateLimit, retry};

static SHOP: Breaker = Breaker::new();
static LIMIT: RateLimit = RateLimit::per_second(50);

struct Client {
    breaker: Breaker,
}

impl Client {
    #[retry(retry_on = transient, breaker = SHOP)]
    fn own(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, breaker = SHOP)]
fn argument(breaker: &'static Breaker) -> std::io::Result<()> {
    let _ = breaker;
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn expression() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn no_breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn attempts_a_second() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit_of_its_own() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = retry)]
fn nested() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = retry)]
fn switch() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = retry)]
fn nested_attempts() -> std::io::Result<()> {
    Ok(())
}
