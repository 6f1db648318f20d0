use std::sync::LazyLock;

use retry_runtime::{Breaker, Budget, KeyedBreaker, KeyedRateLimit, RateLimit, retry};

static PAYMENTS: LazyLock<Budget> = LazyLock::new(Budget::credit);
static SHOP: LazyLock<Breaker> = LazyLock::new(|| Breaker::builder().failure_rate(0.4).build().unwrap());
static PACE: LazyLock<RateLimit> = LazyLock::new(|| RateLimit::try_per_second(50, 5).unwrap());
static PER_TENANT: KeyedRateLimit<String> = KeyedRateLimit::new(RateLimit::per_second(50));
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

#[retry(retry_on = transient, rate_limit = PACE)]
async fn lazy_limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = PER_TENANT)]
fn limit_without_a_key(tenant: &str) -> std::io::Result<usize> {
    Ok(tenant.len())
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

    #[retry(retry_on = transient, rate_limit = self.breaker)]
    async fn wrong_limit(&self) -> std::io::Result<usize> {
        Ok(1)
    }
}

fn main() {}
