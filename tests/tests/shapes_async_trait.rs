//! Options that name `self` under `async_trait`, which moves it into a block where it has another name.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use retry_runtime::{Backoff, Budget, Classes, Policy, retry};
use retry_tests::Flaky;

const QUICK: Policy = Policy::new().retry_on(Classes::new().transient()).backoff(Backoff::none());

struct Client {
    flaky: Flaky,
    retry: Policy,
    budget: Arc<Budget>,
    patience: Duration,
    seen: u32,
}

impl Client {
    fn new() -> Self {
        let (budget, patience) = (Arc::default(), Duration::from_secs(9));
        Self { flaky: Flaky::new(), retry: QUICK, budget, patience, seen: 0 }
    }

    fn is_worth(&self, _: &io::Error) -> bool {
        self.seen < 9
    }

    fn work(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }
}

#[async_trait]
trait Service {
    async fn policy(&mut self) -> io::Result<u32>;
    async fn limits(&mut self) -> io::Result<u32>;
    async fn budget(&mut self) -> io::Result<u32>;
    async fn predicate(&mut self) -> io::Result<u32>;
    async fn guard(&mut self) -> io::Result<u32>;
    async fn hooks(&mut self) -> io::Result<u32>;
    async fn shared(&self) -> io::Result<u32>;
    async fn by_value(self) -> io::Result<u32>;
}

#[async_trait]
impl Service for Client {
    #[retry(policy = self.retry)]
    async fn policy(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(retry_on = transient, backoff = none, deadline = self.patience, attempt_timeout = self.patience / 3)]
    async fn limits(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(retry_on = transient, backoff = none, budget = self.budget.clone())]
    async fn budget(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(retry_if = |error| self.is_worth(error), retry_ok = |found| *found < self.seen, backoff = none)]
    async fn predicate(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(retry_on = ref error if self.is_worth(error), backoff = none)]
    async fn guard(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(retry_on = transient, backoff = none, on_retry = |_, _| self.seen += 10, fallback = |error| or(error))]
    async fn hooks(&mut self) -> io::Result<u32> {
        self.work()
    }

    #[retry(policy = self.retry, budget = self.budget, deadline = self.patience)]
    async fn shared(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(policy = self.retry, budget = self.budget, on_retry = async |_, _| assert_eq!(self.seen, 0))]
    async fn by_value(self) -> io::Result<u32> {
        self.flaky.work()
    }
}

fn or(error: io::Error) -> io::Result<u32> {
    Err(error)
}

#[tokio::test]
async fn methods_are_retried() {
    let client = Client::new;
    let mut one = client();
    assert_eq!((one.policy().await.unwrap(), one.seen), (3, 3));
    assert_eq!(client().limits().await.unwrap(), 3);
    assert_eq!(client().budget().await.unwrap(), 3);
    assert_eq!(client().predicate().await.unwrap(), 3);
    assert_eq!(client().guard().await.unwrap(), 3);
    let mut one = client();
    assert_eq!((one.hooks().await.unwrap(), one.seen), (3, 23));
    assert_eq!(client().shared().await.unwrap(), 3);
    assert_eq!(client().by_value().await.unwrap(), 3);
}
