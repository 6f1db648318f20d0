use retry_runtime::{Breaker, Budget, KeyedBudget, RateLimit, retry};

static NUMBER: u32 = 3;
static BREAKER: Breaker = Breaker::new();
static BUDGET: Budget = Budget::credit();
static PER_USER: KeyedBudget<u32> = KeyedBudget::new(Budget::credit());

mod limits {
    pub(super) static SHOP: retry_runtime::RateLimit = retry_runtime::RateLimit::per_second(3);
}

#[retry(retry_on = transient, budget = NUMBER)]
fn budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = BREAKER)]
async fn breaker_as_budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = PER_USER)]
fn without_a_key(user: u32) -> std::io::Result<u32> {
    Ok(user)
}

#[retry(retry_on = transient, breaker = BUDGET)]
fn breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = limits::SHOP)]
async fn breaker_async() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = NUMBER)]
fn limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = BREAKER)]
async fn limit_async() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = user)]
fn number(user: u32) -> std::io::Result<u32> {
    Ok(user)
}

#[retry(retry_on = transient, budget = list[0])]
async fn of_a_list(list: &[RateLimit]) -> std::io::Result<usize> {
    Ok(list.len())
}

#[retry(retry_on = transient, budget = PER_USER.get(name))]
async fn wrong_key(name: &str) -> std::io::Result<usize> {
    Ok(name.len())
}

fn main() {}
