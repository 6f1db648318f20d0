use retry_runtime::{Breaker, Budget, retry};

const BUDGET: Budget = Budget::credit();
const BREAKER: Breaker = Breaker::new();

#[retry(retry_on = transient, budget = BUDGET)]
fn budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = BREAKER)]
async fn breaker() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
