//! Every kind of method, and what can stand beside the attribute.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::future::Future;
use std::io;
use std::sync::Arc;

use retry_runtime::{AsPolicy, Attempt, Backoff, Classes, Policy, StopReason, Stopped, retry};
use retry_tests::Flaky;

const QUICK: Policy = Policy::new().retry_on(Classes::new().transient()).backoff(Backoff::none());

#[derive(Debug)]
struct Client {
    flaky: Flaky,
    retry: Policy,
    seen: u32,
}

impl Client {
    const RETRY: Policy = QUICK;

    fn new() -> Self {
        Self { flaky: Flaky::new(), retry: QUICK, seen: 0 }
    }

    fn is_worth(&self, _: &io::Error) -> bool {
        self.seen < 99
    }

    #[retry(retry_on = transient, backoff = none)]
    fn by_value(self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn by_value_async(self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    fn by_arc(self: Arc<Self>) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn by_arc_async(self: Arc<Self>) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn by_pin(self: std::pin::Pin<&mut Self>) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    fn shared(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn shared_async(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    fn exclusive(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn exclusive_async(&mut self) -> io::Result<u32> {
        self.seen += 1;
        tokio::task::yield_now().await;
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn borrowed(&mut self) -> io::Result<&str> {
        self.flaky.work().map(|_| "found")
    }

    #[retry(policy = self.retry)]
    fn of_a_field(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(policy = self.retry, max_attempts = 4)]
    async fn of_a_field_async(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(policy = Self::RETRY)]
    fn of_an_associated_constant(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_if = |error| self.is_worth(error), backoff = none)]
    fn asks_itself(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_if = |error| self.is_worth(error), backoff = none)]
    async fn asks_itself_while_changed(&mut self) -> io::Result<u32> {
        self.seen += 1;
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, on_retry = |_, _| self.seen += 1)]
    async fn told(&mut self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none, on_retry = Self::heard)]
    async fn told_by_path(&mut self) -> io::Result<u32> {
        self.flaky.work()
    }

    async fn heard(_: &Attempt, _: &io::Error) {}

    /// Has docs.
    #[inline]
    #[must_use = "a quote is bought"]
    #[retry(retry_on = transient, backoff = none)]
    fn with_attributes(&self) -> io::Result<u32> {
        self.flaky.work()
    }

    #[tracing::instrument(skip(self))]
    #[retry(retry_on = transient, backoff = none)]
    async fn instrumented_outside(&self, name: &str) -> io::Result<u32> {
        self.flaky.work()
    }

    #[retry(retry_on = transient, backoff = none)]
    #[tracing::instrument(skip(self), err)]
    async fn instrumented_inside(&self, name: &str) -> io::Result<u32> {
        self.flaky.work()
    }

    #[tracing::instrument]
    #[retry(retry_on = transient, backoff = none)]
    fn instrumented(&self) -> io::Result<u32> {
        self.flaky.work()
    }
}

trait Service {
    fn flaky(&self) -> &Flaky;

    #[retry(retry_on = transient, backoff = none)]
    async fn quote(&self) -> io::Result<u32> {
        self.flaky().work()
    }

    #[retry(retry_on = transient, backoff = none)]
    fn quote_blocking(&self) -> io::Result<u32>
    where
        Self: Sized,
    {
        self.flaky().work()
    }

    fn future(&self) -> impl Future<Output = io::Result<u32>> + Send;
}

impl Service for Client {
    fn flaky(&self) -> &Flaky {
        &self.flaky
    }

    #[retry(retry_on = transient, backoff = none)]
    async fn future(&self) -> io::Result<u32> {
        self.flaky.work()
    }
}

#[derive(Debug, PartialEq, Eq, retry_runtime::Classify)]
enum Fault {
    Timeout,
    #[classify(Permanent)]
    Stopped(StopReason),
}

impl From<Stopped> for Fault {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason())
    }
}

#[retry(policy = policy)]
fn of_an_argument(policy: &Policy, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(policy = policy)]
async fn of_an_arc(policy: Arc<Policy>, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(policy = *policy)]
async fn of_anything(policy: &impl AsPolicy<Policy = Policy>, flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(policy = QUICK)]
fn of_a_constant(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[retry(
    retry_on = Timeout,
    retry_ok = |found| *found < 3,
    backoff = none,
    attempt_timeout = 1s,
    deadline = patience,
    cancel = std::future::pending::<()>(),
    context = attempt,
    on_retry = async |_, _| tokio::task::yield_now().await,
    fallback = async |_| Ok(9),
    name = "all"
)]
async fn of_all_options(patience: std::time::Duration, flaky: &Flaky) -> Result<u32, Fault> {
    let _ = flaky.work();
    if attempt.number() == 1 { Err(Fault::Timeout) } else { Ok(attempt.number()) }
}

#[retry(
    retry_on = Timeout,
    retry_ok = |found| *found < 3,
    backoff = none,
    deadline = 1s,
    cancel = || false,
    context = attempt,
    on_retry = |_, _| Ok(()),
    fallback = |attempt, result| if attempt.number() > 2 { Ok(9) } else { result }
)]
fn of_all_blocking_options(flaky: &Flaky) -> Result<u32, Fault> {
    let _ = flaky.work();
    if attempt.number() == 1 { Err(Fault::Timeout) } else { Ok(attempt.number()) }
}

#[tokio::test]
#[retry(retry_on = transient, backoff = none)]
async fn a_test_itself() -> io::Result<()> {
    static FLAKY: Flaky = Flaky::new();
    FLAKY.work().map(|_| ())
}

#[tokio::main(flavor = "current_thread")]
#[retry(retry_on = transient, backoff = none)]
async fn a_main(flaky: &Flaky) -> io::Result<u32> {
    flaky.work()
}

#[test]
fn blocking_methods_are_retried() {
    let client = Client::new;
    assert_eq!(client().by_value().unwrap(), 3);
    assert_eq!(Arc::new(client()).by_arc().unwrap(), 3);
    assert_eq!(client().shared().unwrap(), 3);
    let mut one = client();
    assert_eq!((one.exclusive().unwrap(), one.seen), (3, 3));
    let mut one = client();
    assert_eq!((one.of_a_field().unwrap(), one.seen), (3, 3));
    assert_eq!(client().of_an_associated_constant().unwrap(), 3);
    assert_eq!(client().asks_itself().unwrap(), 3);
    assert_eq!(client().with_attributes().unwrap(), 3);
    assert_eq!(client().instrumented().unwrap(), 3);
    assert_eq!(client().quote_blocking().unwrap(), 3);
    assert_eq!(of_an_argument(&QUICK, &Flaky::new()).unwrap(), 3);
    assert_eq!(of_a_constant(&Flaky::new()).unwrap(), 3);
    assert_eq!(of_all_blocking_options(&Flaky::new()), Ok(3));
    assert_eq!(a_main(&Flaky::new()).unwrap(), 3);
}

#[tokio::test]
async fn async_methods_are_retried() {
    let client = Client::new;
    assert_eq!(client().by_value_async().await.unwrap(), 3);
    assert_eq!(Arc::new(client()).by_arc_async().await.unwrap(), 3);
    assert_eq!(std::pin::pin!(client()).by_pin().await.unwrap(), 3);
    assert_eq!(client().shared_async().await.unwrap(), 3);
    let mut one = client();
    assert_eq!((one.exclusive_async().await.unwrap(), one.seen), (3, 3));
    assert_eq!(client().borrowed().await.unwrap(), "found");
    let mut one = client();
    assert_eq!((one.of_a_field_async().await.unwrap(), one.seen), (3, 3));
    let mut one = client();
    assert_eq!((one.asks_itself_while_changed().await.unwrap(), one.seen), (3, 3));
    let mut one = client();
    assert_eq!((one.told().await.unwrap(), one.seen), (3, 2));
    assert_eq!(client().told_by_path().await.unwrap(), 3);
    assert_eq!(client().instrumented_outside("a").await.unwrap(), 3);
    assert_eq!(client().instrumented_inside("a").await.unwrap(), 3);
    assert_eq!(client().quote().await.unwrap(), 3);
    assert_eq!(Service::future(&client()).await.unwrap(), 3);
    assert_eq!(of_an_arc(Arc::new(QUICK), &Flaky::new()).await.unwrap(), 3);
    assert_eq!(of_anything(&QUICK, &Flaky::new()).await.unwrap(), 3);
    assert_eq!(of_all_options(std::time::Duration::from_secs(1), &Flaky::new()).await, Ok(3));
}

fn spawned<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(future)
}

#[tokio::test]
async fn calls_are_sent_between_threads() {
    static FLAKY: Flaky = Flaky::new();
    assert_eq!(spawned(of_anything(&QUICK, &FLAKY)).await.unwrap().unwrap(), 3);
    assert_eq!(spawned(async { Client::new().exclusive_async().await }).await.unwrap().unwrap(), 3);
    assert_eq!(spawned(async { Client::new().of_a_field_async().await }).await.unwrap().unwrap(), 3);
    assert_eq!(spawned(async { Client::new().asks_itself_while_changed().await }).await.unwrap().unwrap(), 3);
    assert_eq!(spawned(async { Client::new().told().await }).await.unwrap().unwrap(), 3);
    let all = spawned(async { of_all_options(std::time::Duration::from_secs(1), &Flaky::new()).await });
    assert_eq!(all.await.unwrap(), Ok(3));
    let mut client = Client::new();
    let boxed: std::pin::Pin<Box<dyn Future<Output = io::Result<u32>> + Send + '_>> =
        Box::pin(client.exclusive_async());
    assert_eq!(boxed.await.unwrap(), 3);
}
