use retry_runtime::{Breaker, Budget, RateLimit, retry};

static BUDGET: Budget = Budget::credit();
static BREAKER: Breaker = Breaker::new();
static LIMIT: RateLimit = RateLimit::per_second(50);

#[retry(retry_on = transient, budget = BUDGET)]
fn budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = BREAKER)]
async fn breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
async fn limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit_blocking() -> std::io::Result<()> {
    Ok(())
}
