//! No expansion trips a lint, and none needs an `allow`: clippy of the workspace reads this.
#![deny(warnings, missing_docs, unused_qualifications, unreachable_pub)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]

#[deny(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)]
#[allow(clippy::needless_return)] // the opposite of the first one
mod restrictions;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::idempotent;
use retry_idempotency::{Checked, MemoryStore, OnceError};
use retry_runtime::{Attempt, Backoff, Breaker, Budget, Classes, Policy, RateLimit, StopReason, Stopped, retry};
use retry_tests::Flaky;

const MOST: u32 = 4;
const BASE: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_hours(1);
const QUICK: Policy = Policy::new().retry_on(Classes::new().transient()).backoff(Backoff::none());

static PAYMENTS: Budget = Budget::credit();
static SHOP: Breaker = Breaker::new();
static FAST: RateLimit = RateLimit::per_second(1000);

#[derive(Debug, retry_runtime::Classify)]
enum Fault {
    Timeout,
    Status(u16),
    #[classify(Permanent)]
    Stopped(StopReason),
}

impl From<Stopped> for Fault {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason())
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stopped(reason) => write!(formatter, "{reason}"),
            other => write!(formatter, "{other:?}"),
        }
    }
}

fn work(flaky: &Flaky) -> Result<u32, Fault> {
    flaky.work().map_err(|_| if flaky.tries() == 1 { Fault::Status(503) } else { Fault::Timeout })
}

#[retry(retry_on = (Timeout, Status(500..=599 | 429)), except = Status(501), max_attempts = 3, backoff = none)]
fn plain(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_on = transient, max_attempts = MOST, backoff = exp(BASE, 2ms, factor = 1.5), jitter = equal)]
async fn constants(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_on = (Fault::Timeout, Fault::Status(500 | 503), Fault::Status(n) if *n > 500), backoff = none)]
fn patterns(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_if = |error| matches!(error, Fault::Timeout | Fault::Status(_)), retry_ok = |found| *found == 0, backoff = none)]
async fn predicates(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

async fn told(_: &Attempt, _: &Fault) {}

#[retry(
    retry_on = transient,
    backoff = none,
    deadline = patience,
    attempt_timeout = 1s,
    cancel = std::future::pending::<()>(),
    context = attempt,
    clone = text,
    on_retry = told,
    fallback = |error| Err(error)
)]
async fn everything(mut text: String, patience: Duration, flaky: &Flaky) -> Result<usize, Fault> {
    text.push('!');
    work(flaky)?;
    Ok(text.len() + attempt.number() as usize)
}

#[retry(retry_on = transient, backoff = none, cancel = || false, context = attempt, on_retry = |_, _| (), fallback = |_, error| Err(error))]
fn everything_blocking(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky).map(|found| found + attempt.number())
}

#[retry(retry_on = None, backoff = none)]
fn optional(flaky: &Flaky) -> Option<u32> {
    work(flaky).ok()
}

#[retry(retry_on = transient, backoff = none, budget = PAYMENTS, breaker = SHOP, rate_limit = FAST, nested = retry)]
async fn sharing(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_on = transient, backoff = none, budget = ratio(0.5, 10s, reserve = 1), breaker = SHOP, rate_limit = FAST)]
fn sharing_blocking(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_on = transient, backoff = none, budget = in_flight(0.5, MOST), nested = stop)]
fn sharing_by_constant(flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

#[retry(retry_on = transient, backoff = none, budget = budget)]
async fn sharing_per_call(budget: &Budget, flaky: &Flaky) -> Result<u32, Fault> {
    work(flaky)
}

/// Has docs.
#[derive(Debug)]
pub struct Client {
    flaky: Flaky,
    retry: Policy,
}

impl Client {
    /// Has docs.
    ///
    /// # Errors
    ///
    /// The last one.
    #[retry(policy = self.retry)]
    pub async fn quote(&mut self) -> io::Result<u32> {
        self.flaky.work()
    }

    /// Has docs.
    ///
    /// # Errors
    ///
    /// The last one.
    #[retry(policy = QUICK, max_attempts = 5)]
    pub fn fetch(&self) -> io::Result<u32> {
        self.flaky.work()
    }
}

/// Has docs.
#[derive(Debug)]
pub struct Till {
    keys: MemoryStore,
    charged: AtomicU32,
}

impl Till {
    fn charge(&self) -> u32 {
        self.charged.fetch_add(1, Ordering::Relaxed)
    }

    /// Has docs.
    ///
    /// # Errors
    ///
    /// Why it was refused.
    #[idempotent(store = &self.keys, key = &order, scope = client, fingerprint = (client, order), keep = HOUR, lease = 1s)]
    pub async fn pay(&self, client: &str, order: String) -> Result<u32, OnceError> {
        drop(order);
        Ok(self.charge())
    }

    #[idempotent(
        store = self.keys,
        key = order,
        keep = HOUR,
        lease = BASE,
        duplicates = merge(|old| old.map(|sum| sum + 1)),
        interrupted = check(async |_| Ok(Checked::NotDone)),
        claim = claim
    )]
    async fn merge(&self, order: &str) -> Result<u32, OnceError> {
        Ok(self.charge() + claim.run())
    }

    #[idempotent(store = self.keys, key = content(HOUR), scope = client, fingerprint = order, duplicates = replay, wait = BASE)]
    fn content(&self, client: &str, order: &str) -> Result<u32, OnceError> {
        Ok(self.charge())
    }

    #[idempotent(store = self.keys, key = order, mode = steps, claim = claim)]
    fn steps(&self, order: &str) -> Result<u32, OnceError> {
        claim.step_blocking("charge", |_| Ok(self.charge()))
    }
}

#[tokio::test]
async fn all_of_them_are_made_once() {
    let till = Till { keys: MemoryStore::new(10), charged: AtomicU32::new(0) };
    for again in 0..2 {
        assert_eq!(till.pay("a", "order".into()).await.unwrap(), 0);
        assert_eq!(till.merge("order").await.unwrap(), 2 + again);
        assert_eq!(till.content("a", "order").unwrap(), 2);
        assert_eq!(till.steps("order").unwrap(), 3);
    }
}

#[tokio::test]
async fn all_of_them_are_retried() {
    let client = || Client { flaky: Flaky::new(), retry: QUICK };
    assert_eq!(plain(&Flaky::new()).unwrap(), 3);
    assert_eq!(constants(&Flaky::new()).await.unwrap(), 3);
    assert_eq!(patterns(&Flaky::new()).unwrap(), 3);
    assert_eq!(predicates(&Flaky::new()).await.unwrap(), 3);
    assert_eq!(everything("a".into(), Duration::from_secs(1), &Flaky::new()).await.unwrap(), 5);
    assert_eq!(everything_blocking(&Flaky::new()).unwrap(), 6);
    assert_eq!(optional(&Flaky::new()), Some(3));
    assert_eq!(sharing(&Flaky::new()).await.unwrap(), 3);
    assert_eq!(sharing_blocking(&Flaky::new()).unwrap(), 3);
    assert_eq!(sharing_by_constant(&Flaky::new()).unwrap(), 3);
    assert_eq!(sharing_per_call(&Budget::credit(), &Flaky::new()).await.unwrap(), 3);
    assert_eq!(client().quote().await.unwrap(), 3);
    assert_eq!(client().fetch().unwrap(), 3);
}
