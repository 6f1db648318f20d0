//! Annotated functions of every kind.
#![allow(clippy::missing_errors_doc)] // they are there for what their attributes say

use core::time::Duration;
use std::io;

use retry_runtime::{Breaker, Budget, Classify, Policy, RateLimit, Stopped, retry};

/// Error with classes.
#[derive(Debug, Classify)]
pub enum ShopError {
    /// A status of HTTP.
    Status(u16),
    /// The request was not sent, or no response arrived.
    #[classify(Timeout)]
    Stopped(Stopped),
}

impl From<Stopped> for ShopError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// A constant that a review resolves.
pub const ATTEMPTS: u32 = 5;
const BASE: Duration = Duration::from_millis(20);
const GENTLE: Policy = Policy::new().retry_on(retry_runtime::Classes::new().unavailable()).max_attempts(4);

static PAYMENTS: Budget = Budget::ratio(0.2, Duration::from_secs(10));
static SHOP: Breaker = Breaker::new().failure_rate(0.3);
static PACE: RateLimit = RateLimit::per_second(50).burst(5);

/// Values from configuration.
#[derive(Debug)]
pub struct Shop {
    /// Per call.
    pub policy: Policy,
    /// Per call.
    pub patience: Duration,
}

/// Every option is given.
#[retry(max_attempts = 3, backoff = exp(500ms, 4s), retry_on = (Timeout, Status(503)), attempt_timeout = 2s, deadline = 10s)]
pub async fn quote(article: u32) -> Result<u32, ShopError> {
    Err(ShopError::Status(u16::try_from(article).unwrap_or(503)))
}

/// Constants.
#[retry(max_attempts = ATTEMPTS, backoff = linear(BASE, 10ms, 1s), jitter = equal, retry_on = transient, max_retry_after = 5s)]
pub fn stock(article: u32) -> io::Result<u32> {
    Ok(article)
}

/// A custom backoff, patterns and predicates.
#[retry(backoff = custom(steps), retry_on = (Conflict, ShopError::Status(500 | 502)), retry_if = |error| matches!(error, ShopError::Stopped(_)))]
pub fn shelf(article: u32) -> Result<u32, ShopError> {
    Err(ShopError::Status(u16::try_from(article).unwrap_or(500)))
}

fn steps(retry: u32) -> Duration {
    Duration::from_millis(100) * retry
}

/// Guards that calls share.
#[retry(policy = GENTLE, budget = PAYMENTS, breaker = SHOP, rate_limit = PACE, side_effects, idempotency_key = order.to_string())]
pub async fn pay(order: u64) -> Result<u64, ShopError> {
    quote(3).await?;
    Ok(order)
}

/// A second attempt that joins a slow first one.
#[retry(retry_on = Timeout, attempt_timeout = 2s, hedge = p95(at_most = 0.05))]
pub async fn suggest(article: u8) -> Result<u8, ShopError> {
    Ok(article)
}

impl Shop {
    /// A policy from configuration.
    #[retry(policy = self.policy, max_attempts = 5, backoff = fixed(20ms))]
    pub async fn search(&self, word: &str) -> Result<usize, ShopError> {
        Ok(word.len())
    }

    /// A deadline per call.
    #[retry(max_attempts = unbounded, backoff = fixed(1s), retry_on = Unavailable, deadline = self.patience, budget = none, nested = retry)]
    pub async fn picks(&self) -> Result<usize, ShopError> {
        self.search("tea").await
    }
}

/// A module of its own.
pub mod catalogue {
    use retry_runtime::retry;

    /// A generic function that is never called; it is registered all the same.
    #[retry(retry_on = None, name = "shop::first")]
    pub fn first<T: Copy>(all: &[T]) -> Option<T> {
        all.first().copied()
    }

    /// Gives a slow response more time at each attempt.
    #[retry(retry_on = Timeout, max_attempts = 4, attempt_timeout = exp(1s, 8s))]
    pub async fn patient(article: u8) -> Result<u8, crate::ShopError> {
        Ok(article)
    }

    /// A deadline before the end of the last attempt.
    #[retry(max_attempts = 4, backoff = exp(200ms, 1s), attempt_timeout = 500ms, deadline = 1500ms, retry_on = Timeout)]
    pub async fn hasty(article: u8) -> Result<u8, crate::ShopError> {
        Ok(article)
    }

    /// A function that returns a future.
    #[allow(clippy::manual_async_fn)] // that is what it is there for
    #[retry(retry_on = Connect, side_effects, cancel = stop, fallback = |error| Err(error))]
    pub fn page(stop: impl Future<Output = ()>) -> impl Future<Output = Result<u8, crate::ShopError>> {
        async { Ok(7) }
    }
}
