use std::sync::Arc;
use std::time::Duration;

use retry_runtime::{Breaker, Classes, Policy, TimedPolicy, retry};

const CUTS: TimedPolicy = Policy::new().retry_on(Classes::new().transient()).attempt_timeout(Duration::from_secs(1));

static SHOP: Breaker = Breaker::new();

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

struct Client {
    retry: TimedPolicy,
    shared: Arc<TimedPolicy>,
}

#[retry(policy = CUTS)]
async fn constant() -> Result<(), Error> {
    Err(Error::Timeout)
}

#[retry(policy = CUTS)]
async fn constant_of_another_crate() -> Result<(), reqwest::Error> {
    reqwest::get("http://localhost").await.map(drop)
}

impl Client {
    #[retry(policy = self.retry)]
    async fn expression(&self) -> Result<(), Error> {
        Err(Error::Timeout)
    }

    #[retry(policy = self.shared, max_attempts = 4)]
    async fn of_another_crate(&self) -> Result<(), reqwest::Error> {
        reqwest::get("http://localhost").await.map(drop)
    }

    #[retry(policy = self.retry, breaker = SHOP)]
    async fn asked_for_once(&self) -> Result<(), Error> {
        Err(Error::Timeout)
    }

    #[retry(policy = self.retry, attempt_timeout = 1s, cancel = std::future::pending::<()>(), breaker = SHOP)]
    async fn named_first(&self) -> Result<(), Error> {
        Err(Error::Timeout)
    }
}

fn main() {}
