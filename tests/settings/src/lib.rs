//! Functions whose policies the tests change by settings.

use std::sync::LazyLock;

use retry_runtime::{Breaker, Budget, Classes, Classify, Policy, RateLimit, retry};

/// Error that cannot say that an attempt was cut.
#[derive(Debug, Classify)]
pub enum Plain {
    /// Nothing came in time.
    Timeout,
    /// The server had no time.
    Throttled,
}

/// Result of each function: a list of answers, from its end.
pub type Answers = Vec<Result<u32, Plain>>;

/// Breaker of the shop.
pub static SHOP: Breaker = Breaker::consecutive(10);
/// Rate limit of the shop.
pub static CALLS: RateLimit = RateLimit::per_second(50).burst(5);
/// Budget of two functions.
pub static PAYMENTS: Budget = Budget::credit();

/// Other statics of the same names.
pub mod stock {
    use super::{Breaker, retry};

    /// Breaker of the stock.
    pub static SHOP: Breaker = Breaker::new();

    /// Counts.
    ///
    /// # Errors
    ///
    /// Never fails.
    #[retry(retry_on = (transient, Connect up_to 5s), breaker = SHOP)]
    pub async fn count() -> std::io::Result<u32> {
        Ok(3)
    }
}

/// Returns the next answer; its attempts are counted.
///
/// # Errors
///
/// The last answer.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, name = "shop::quote")]
pub fn quote(attempts: &mut u32, answers: &mut Answers) -> Result<u32, Plain> {
    *attempts += 1;
    answers.pop().unwrap_or(Err(Plain::Timeout))
}

/// Fails, and counts its attempts.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = fixed(1s), jitter = none, retry_on = transient, deadline = 30s, attempt_timeout = 2s, name = "shop::load")]
pub async fn load(attempts: &mut u32, hangs: bool) -> std::io::Result<u32> {
    *attempts += 1;
    if hangs {
        core::future::pending::<()>().await;
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

/// Has an error that cannot say that an attempt was cut.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, name = "shop::plain")]
pub async fn plain(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// Has a breaker and a rate limit, and so an error that can say that an attempt was cut.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, breaker = SHOP, rate_limit = CALLS, name = "shop::guarded")]
pub async fn guarded(attempts: &mut u32, hangs: bool) -> std::io::Result<u32> {
    *attempts += 1;
    if hangs {
        core::future::pending::<()>().await;
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

/// Pays from a shared budget.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, budget = PAYMENTS, name = "pay::charge")]
pub fn charge(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// Pays back from the same budget.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, budget = PAYMENTS, name = "pay::refund")]
pub fn refund(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// A client with a policy of its own.
pub struct Client {
    /// Its policy.
    pub retry: Policy,
}

impl Client {
    /// Fails by the client's policy.
    ///
    /// # Errors
    ///
    /// Always.
    #[retry(policy = self.retry, name = "client::get")]
    pub fn get(&self, attempts: &mut u32) -> Result<u32, Plain> {
        *attempts += 1;
        Err(Plain::Timeout)
    }
}

/// A policy of many functions.
pub const GENTLE: Policy = Policy::new().retry_on(Classes::new().transient()).max_attempts(4);
/// A policy that a process computes.
pub static CONFIGURED: LazyLock<Policy> =
    LazyLock::new(|| Policy::new().retry_on(Classes::new().transient()).max_attempts(4));

/// Fails by a constant policy.
///
/// # Errors
///
/// Always.
#[retry(policy = GENTLE, backoff = none, name = "shared::constant")]
pub fn constant(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// Fails by a reference to a constant policy.
///
/// # Errors
///
/// Always.
#[retry(policy = &GENTLE, backoff = none, name = "shared::reference")]
pub async fn reference(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// Fails by a deadline of the call.
///
/// # Errors
///
/// Always.
#[retry(max_attempts = 3, backoff = none, retry_on = transient, deadline = patience, name = "shared::patient")]
pub fn patient(attempts: &mut u32, patience: core::time::Duration) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}

/// Fails by a computed policy.
///
/// # Errors
///
/// Always.
#[retry(policy = &CONFIGURED, name = "shared::configured")]
pub fn configured(attempts: &mut u32) -> Result<u32, Plain> {
    *attempts += 1;
    Err(Plain::Timeout)
}
