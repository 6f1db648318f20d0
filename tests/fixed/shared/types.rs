use retry_runtime::{Breaker, Budget, KeyedBudget, retry};

static BREAKER: Breaker = Breaker::new();
static BUDGET: Budget = Budget::credit();
static PER_USER: KeyedBudget<u32> = KeyedBudget::new(Budget::credit());

mod limits {
    pub(super) static SHOP: retry_runtime::RateLimit = retry_runtime::RateLimit::per_second(3);
}

#[retry(retry_on = transient, budget = BUDGET)]
fn budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = BUDGET)]
async fn breaker_as_budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PER_USER.get(&user))]
fn without_a_key(user: u32) -> std::io::Result<u32> {
    Ok(user)
}

#[retry(retry_on = transient, breaker = BREAKER)]
fn breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = BREAKER)]
async fn breaker_async() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = limits::SHOP)]
fn limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = limits::SHOP)]
async fn limit_async() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = credit(500))]
fn number(user: u32) -> std::io::Result<u32> {
    Ok(user)
}

#[retry(retry_on = transient, budget = list[0])]
async fn of_a_list(list: &[Budget]) -> std::io::Result<usize> {
    Ok(list.len())
}

#[retry(retry_on = transient, budget = PER_USER.get(&3))]
async fn wrong_key(name: &str) -> std::io::Result<usize> {
    Ok(name.len())
}
