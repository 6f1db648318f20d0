use std::sync::LazyLock;
use std::time::Duration;

use retry_runtime::{Breaker, Policy, TimedPolicy, retry};

static SHOP: Breaker = Breaker::new();
static CONFIGURED: LazyLock<TimedPolicy> = LazyLock::new(|| Policy::new().attempt_timeout(Duration::from_secs(1)));

struct Client {
    retry: TimedPolicy,
}

#[retry(policy = &CONFIGURED)]
fn pointer() -> std::io::Result<()> {
    Ok(())
}

impl Client {
    #[retry(policy = self.retry)]
    fn quote(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(policy = self.retry, breaker = SHOP)]
    fn beside_a_breaker(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}
