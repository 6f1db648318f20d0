//! A policy from elsewhere asks for no more than it does: any error without an attempt timeout, `From<Stopped>` with one.

use std::borrow::Cow;
use std::future::pending;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use retry_runtime::{AsPolicy, Backoff, Breaker, Class, Classes, Classify, Policy, Stopped, TimedPolicy, retry};
use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);
const QUICK: Policy = Policy::new().retry_on(Classes::new().transient()).backoff(Backoff::none());
/// The type allows an attempt timeout, and the value has none.
const UNCUT: TimedPolicy = QUICK.to_timed().max_attempts(2);
const CUTS: TimedPolicy = QUICK.attempt_timeout(SECOND).max_attempts(2);

static CONFIGURED: LazyLock<Policy> = LazyLock::new(|| QUICK);
static SHOP: Breaker = Breaker::new();

/// Error like that of another crate: it has no `From<Stopped>`, and nobody can write one.
#[derive(Debug, PartialEq)]
struct Foreign;

impl Classify for Foreign {
    fn class(&self) -> Class {
        Class::Unavailable
    }
}

#[derive(Clone)]
struct Client {
    retry: Policy,
    shared: Arc<Policy>,
    boxed: Box<Policy>,
    cow: Cow<'static, Policy>,
    timed: TimedPolicy,
}

impl Client {
    fn new() -> Self {
        let timed = CUTS;
        Self { retry: QUICK, shared: Arc::new(QUICK), boxed: Box::new(QUICK), cow: Cow::Owned(QUICK), timed }
    }

    #[retry(policy = self.retry)]
    async fn field(&self, tried: &mut u32) -> Result<u32, Foreign> {
        *tried += 1;
        Err(Foreign)
    }

    #[retry(policy = self.shared, max_attempts = 2)]
    async fn arc(&self, tried: &mut u32) -> Result<u32, Foreign> {
        *tried += 1;
        Err(Foreign)
    }

    #[retry(policy = self.boxed)]
    fn boxed(&self, tried: &mut u32) -> Result<u32, Foreign> {
        *tried += 1;
        Err(Foreign)
    }

    #[retry(policy = self.cow)]
    fn cow(&self, tried: &mut u32) -> Result<u32, Foreign> {
        *tried += 1;
        Err(Foreign)
    }

    #[retry(policy = self.timed)]
    async fn hangs(&self, tried: &mut u32) -> io::Result<u32> {
        *tried += 1;
        pending().await
    }

    #[retry(policy = self.timed, breaker = SHOP, on_retry = |_, _| ())]
    async fn hangs_behind_a_breaker(&self, tried: &mut u32) -> io::Result<u32> {
        *tried += 1;
        pending().await
    }

    #[retry(policy = self.retry, attempt_timeout = 1s, max_attempts = 2)]
    async fn hangs_by_the_attribute(&self, tried: &mut u32) -> io::Result<u32> {
        *tried += 1;
        pending().await
    }
}

#[retry(policy = QUICK)]
async fn constant<E: Classify>(tried: &mut u32, error: fn() -> E) -> Result<u32, E> {
    *tried += 1;
    Err(error())
}

#[retry(policy = UNCUT)]
async fn uncut<E: Classify>(tried: &mut u32, error: fn() -> E) -> Result<u32, E> {
    *tried += 1;
    Err(error())
}

#[retry(policy = UNCUT)]
fn uncut_blocking<E: Classify>(tried: &mut u32, error: fn() -> E) -> Result<u32, E> {
    *tried += 1;
    Err(error())
}

#[retry(policy = &CONFIGURED)]
async fn lazy(tried: &mut u32) -> Result<u32, Foreign> {
    *tried += 1;
    Err(Foreign)
}

#[retry(policy = policy, on_retry = |_, _| (), context = attempt)]
async fn of_any_pointer(policy: Rc<impl AsPolicy<Policy = Policy>>, tried: &mut u32) -> Result<u32, Foreign> {
    *tried = attempt.number();
    Err(Foreign)
}

#[retry(policy = policy)]
async fn of_any_policy<E>(policy: Arc<Policy>, tried: &mut u32) -> anyhow::Result<u32, E>
where
    E: Classify + From<io::Error>,
{
    *tried += 1;
    Err(io::Error::from(io::ErrorKind::ConnectionReset))?
}

#[retry(policy = CUTS)]
async fn constant_that_cuts(tried: &mut u32) -> Result<u32, Stopped> {
    *tried += 1;
    pending().await
}

#[tokio::test(start_paused = true)]
async fn a_policy_without_an_attempt_timeout_serves_any_error() {
    let (client, mut tried) = (Client::new(), [0; 10]);
    assert_eq!(client.field(&mut tried[0]).await, Err(Foreign));
    assert_eq!(client.arc(&mut tried[1]).await, Err(Foreign));
    assert_eq!(client.boxed(&mut tried[2]), Err(Foreign));
    assert_eq!(client.cow(&mut tried[3]), Err(Foreign));
    assert_eq!(constant(&mut tried[4], || Foreign).await, Err(Foreign));
    assert_eq!(uncut(&mut tried[5], || Foreign).await, Err(Foreign));
    assert_eq!(uncut_blocking(&mut tried[6], || Foreign), Err(Foreign));
    assert_eq!(lazy(&mut tried[7]).await, Err(Foreign));
    assert_eq!(of_any_pointer(Rc::new(&QUICK), &mut tried[8]).await, Err(Foreign));
    assert!(of_any_policy::<anyhow::Error>(Arc::new(QUICK), &mut tried[9]).await.is_err());
    assert_eq!(tried, [3, 2, 3, 3, 3, 2, 2, 3, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_policy_with_an_attempt_timeout_cuts() {
    let (client, mut tried, begun) = (Client::new(), [0; 4], Instant::now());
    assert_eq!(client.hangs(&mut tried[0]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(client.hangs_behind_a_breaker(&mut tried[1]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(client.hangs_by_the_attribute(&mut tried[2]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(constant_that_cuts(&mut tried[3]).await.unwrap_err().last_class(), Some(Class::Timeout));
    assert_eq!((tried, begun.elapsed()), ([2; 4], 8 * SECOND));
}
