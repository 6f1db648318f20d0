//! Checkout of a shop: the code of a team that uses `#[retry]`.
//!
//! `tests.rs` has the team's tests, `rehearsal.rs` lets the shop's services fail on purpose.

use std::time::Duration;

use retry_runtime::{Breaker, Classify, StopReason, Stopped, retry};

/// Error of a service that the checkout calls.
#[derive(Clone, Copy, Debug, PartialEq, Classify, thiserror::Error)]
pub enum ServiceError {
    /// It may have done its work.
    #[error("the service did not answer in time")]
    Timeout,
    /// It asks for less load.
    #[error("the service is overloaded")]
    Unavailable,
    /// A final answer.
    #[error("the card was declined")]
    #[classify(Permanent)]
    Declined,
    /// No attempt returned an error: the breaker is open.
    #[error("no attempt was made: {0}")]
    #[classify(Permanent)]
    Stopped(StopReason),
}

impl From<Stopped> for ServiceError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason())
    }
}

/// Order of a customer.
#[derive(Clone, Debug)]
pub struct Order {
    /// Name of the item.
    pub item: String,
    /// Price.
    pub cents: u64,
}

/// Proof of a payment.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Amount that was charged.
    pub cents: u64,
}

/// Result of a checkout.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    /// The customer was charged.
    Paid(Receipt),
    /// Nothing is left, and nothing was charged.
    SoldOut,
    /// The customer is asked to come back.
    TryLater,
}

/// Breaker of the payment service.
pub static PAYMENTS: Breaker = Breaker::consecutive(6).open_for(Duration::from_secs(30));

/// Charges the customer. The service takes the order's key, so a repeated charge is one.
///
/// # Errors
///
/// If the card was declined, or the service fails for longer than the policy has patience.
#[retry(
    max_attempts = 4,
    backoff = exp(200ms, 2s),
    retry_on = transient,
    deadline = 10s,
    breaker = PAYMENTS,
    name = "checkout::pay"
)]
pub async fn pay(order: &Order) -> Result<Receipt, ServiceError> {
    // Here a client would send the order to the service.
    Ok(Receipt { cents: order.cents })
}

/// Returns how many of an item are left; assumes one if the warehouse cannot be asked.
///
/// # Errors
///
/// None: the fallback answers.
#[retry(max_attempts = 2, backoff = fixed(50ms), retry_on = transient, fallback = |_| Ok(1), name = "checkout::stock")]
pub async fn stock(item: &str) -> Result<u32, ServiceError> {
    Ok(u32::from(!item.is_empty()))
}

/// Checks an order out.
///
/// # Errors
///
/// If the card was declined.
pub async fn checkout(order: &Order) -> Result<Outcome, ServiceError> {
    if stock(&order.item).await? == 0 {
        return Ok(Outcome::SoldOut);
    }
    match pay(order).await {
        Ok(receipt) => Ok(Outcome::Paid(receipt)),
        Err(ServiceError::Declined) => Err(ServiceError::Declined),
        Err(_) => Ok(Outcome::TryLater),
    }
}
