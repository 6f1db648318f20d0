use retry_runtime::{Breaker, RateLimit, retry};

static SHOP: Breaker = Breaker::new();
static LIMIT: RateLimit = RateLimit::per_second(50);
static SLOW: RateLimit = RateLimit::per_minute(20);

#[retry(retry_on = transient, breaker = SHOP)]
fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn expression() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
fn built_by_each_call() -> std::io::Result<()> {
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

#[retry(retry_on = transient, rate_limit = SLOW)]
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
