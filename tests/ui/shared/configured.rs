use std::sync::LazyLock;

use retry_runtime::{Breaker, Budget, KeyedBreaker, RateLimit, retry};

static PAYMENTS: LazyLock<Budget> = LazyLock::new(Budget::credit);
static SHOP: LazyLock<Breaker> = LazyLock::new(|| Breaker::builder().failure_rate(0.4).build().unwrap());
static PER_HOST: KeyedBreaker<String> = KeyedBreaker::new(Breaker::new());

#[retry(retry_on = transient, budget = PAYMENTS)]
fn lazy_budget() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = SHOP)]
async fn lazy_breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = PER_HOST)]
async fn without_a_key(host: &str) -> std::io::Result<usize> {
    Ok(host.len())
}

#[retry(retry_on = transient, breaker = host)]
fn neither(host: &str) -> std::io::Result<usize> {
    Ok(host.len())
}

struct Client {
    per_host: KeyedBreaker<String>,
    limit: RateLimit,
    breaker: Breaker,
}

impl Client {
    #[retry(retry_on = transient, breaker = self.per_host)]
    async fn own_without_a_key(&self, host: &str) -> std::io::Result<usize> {
        Ok(host.len())
    }

    #[retry(retry_on = transient, breaker = &self.limit)]
    fn wrong_field(&self) -> std::io::Result<usize> {
        Ok(1)
    }
}

fn main() {}
