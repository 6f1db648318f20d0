use std::sync::LazyLock;

use retry_runtime::{Breaker, Policy, TimedPolicy, retry};

static SHOP: Breaker = Breaker::new();
static CONFIGURED: LazyLock<Policy> = LazyLock::new(Policy::new);

struct Client {
    retry: TimedPolicy,
    blocking: Policy,
}

#[retry(policy = &CONFIGURED)]
fn pointer() -> std::io::Result<()> {
    Ok(())
}

impl Client {
    #[retry(policy = self.retry)]
    async fn quote(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(policy = self.blocking, breaker = SHOP)]
    fn beside_a_breaker(&self) -> std::io::Result<()> {
        Ok(())
    }
}
