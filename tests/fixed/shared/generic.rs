use retry_runtime::{Breaker, Budget, RateLimit, retry};

static BUDGET: Budget = Budget::credit();
static SHOP: Breaker = Breaker::new();
static LIMIT: RateLimit = RateLimit::per_second(50);

trait Remote {
    const REST: u32;
}

struct Client<T>(T);

impl<T: Remote> Client<T> {
    #[retry(retry_on = transient, budget = BUDGET)]
    fn budget(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, breaker = SHOP)]
    fn breaker(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = transient, budget = budget)]
fn rest<T: Remote>(_: &T, budget: &Budget) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = budget)]
fn argument(rest: u32, budget: &Budget) -> std::io::Result<u32> {
    Ok(rest)
}

#[retry(retry_on = transient, rate_limit = LIMIT)]
fn limit<T: Remote>(_: &T) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, budget = budget)]
fn window(window: std::time::Duration, budget: &Budget) -> std::io::Result<()> {
    std::thread::sleep(window);
    Ok(())
}
