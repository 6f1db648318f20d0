use retry_runtime::{Breaker, Budget, retry};

static BUDGET: Budget = Budget::credit();
static BREAKER: Breaker = Breaker::new();

#[retry(retry_on = transient, budget = BUDGET)]
fn budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = BREAKER)]
async fn breaker() -> std::io::Result<()> {
    Ok(())
}
