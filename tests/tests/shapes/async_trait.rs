//! Methods under `async_trait`, which moves the body into a block where `self` has another name.
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

/// Options that name `self`.
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

#[async_trait]
trait Boxed {
    #[retry(retry_on = transient, backoff = none)]
    async fn by_default(&self) -> io::Result<u32>
    where
        Self: Sync,
    {
        Err(io::ErrorKind::NotFound.into())
    }

    async fn shared(&self, text: String, name: &str) -> io::Result<usize>;
    async fn exclusive(&mut self, mut text: String, (a, b): (u32, u32)) -> io::Result<String>;
    async fn generic<T: Clone + Send + Sync>(&self, value: T) -> io::Result<T>;
    async fn by_arc(self: Arc<Self>) -> io::Result<u32>;
    async fn alone(flaky: &Flaky) -> io::Result<u32>;
}

#[async_trait]
impl Boxed for Client {
    #[retry(retry_on = transient, backoff = none)]
    async fn shared(&self, text: String, name: &str) -> io::Result<usize> {
        self.flaky.work()?;
        Ok(text.len() + name.len())
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn exclusive(&mut self, mut text: String, (a, b): (u32, u32)) -> io::Result<String> {
        self.seen += a + b;
        text.push('!');
        self.flaky.work()?;
        Ok(text.clone())
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn generic<T: Clone + Send + Sync>(&self, value: T) -> io::Result<T> {
        self.flaky.work()?;
        Ok(value.clone())
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn by_arc(self: Arc<Self>) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn alone(flaky: &Flaky) -> io::Result<u32> {
        let found = flaky.work()?;
        return Ok(found);
    }
}

#[async_trait(?Send)]
trait Local {
    async fn shared(&self) -> io::Result<u32>;
}

#[async_trait(?Send)]
impl Local for Client {
    #[retry(retry_on = transient, backoff = none, clone = ())]
    async fn shared(&self) -> io::Result<u32> {
        let local = std::rc::Rc::new(3);
        tokio::task::yield_now().await;
        self.flaky.work().map(|found| found.min(*local))
    }
}

#[tokio::test]
async fn options_see_self() {
    let client = Client::new;
    let mut one = client();
    assert_eq!((one.policy().await.unwrap(), one.seen), (3, 3));
    assert_eq!(client().limits().await.unwrap(), 3);
    assert_eq!(client().budget().await.unwrap(), 3);
    assert_eq!(client().predicate().await.unwrap(), 3);
    assert_eq!(client().guard().await.unwrap(), 3);
    let mut one = client();
    assert_eq!((one.hooks().await.unwrap(), one.seen), (3, 23));
    assert_eq!(Service::shared(&client()).await.unwrap(), 3);
    assert_eq!(client().by_value().await.unwrap(), 3);
}

#[tokio::test]
async fn every_kind_of_method_is_retried() {
    let client = Client::new;
    assert!(client().by_default().await.is_err());
    assert_eq!(Boxed::shared(&client(), "ab".into(), "c").await.unwrap(), 3);
    let mut one = client();
    assert_eq!(one.exclusive("a".into(), (1, 2)).await.unwrap(), "a!!!");
    assert_eq!(one.seen, 9);
    assert_eq!(client().generic(4).await.unwrap(), 4);
    assert_eq!(Boxed::by_arc(Arc::new(client())).await.unwrap(), 3);
    assert_eq!(<Client as Boxed>::alone(&Flaky::new()).await.unwrap(), 3);
    assert_eq!(Local::shared(&client()).await.unwrap(), 3);
}
