//! The payers: an annotated function, and one key a payment for ever.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode};
use retry_runtime::{Classify, Stopped, retry};
use thiserror::Error;

use crate::ledger::{Order, Receipt};

#[derive(Debug, Error, Classify)]
pub(crate) enum PayFailed {
    /// The first one is still in progress.
    #[error("the payment is in progress")]
    #[classify(Conflict)]
    InProgress,
    /// Nobody knows whether it was made, and the shop finds out by hand.
    #[error("the payment was interrupted")]
    #[classify(Permanent)]
    Interrupted,
    #[error("the shop answered {status}: {body}")]
    #[classify(status = status)]
    Answered { status: StatusCode, body: String },
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Address of the shop.
#[derive(Debug)]
pub(crate) struct Payer {
    client: Client,
    url: String,
    pub(crate) attempts: AtomicU32,
}

impl Payer {
    pub(crate) fn new(url: String) -> reqwest::Result<Self> {
        // A connection a request, so that one that is cut is one answer. The only retries are ours.
        let client = Client::builder().no_proxy().retry(reqwest::retry::never()).pool_max_idle_per_host(0).build()?;
        Ok(Self { client, url, attempts: AtomicU32::new(0) })
    }
}

/// Pays an order. The key is the payment's, the same on every attempt.
#[retry(
    budget = none,
    max_attempts = 20,
    backoff = exp(10ms, 300ms),
    retry_on = (transient, Malformed),
    attempt_timeout = 700ms,
)]
async fn pay(payer: &Payer, key: &str, order: &Order) -> Result<Receipt, PayFailed> {
    payer.attempts.fetch_add(1, Ordering::Relaxed);
    let request = payer.client.post(&payer.url).header("Idempotency-Key", format!("\"{key}\""));
    let answer = request.header("Connection", "close").json(order).send().await?;
    match answer.status() {
        StatusCode::OK => Ok(answer.json().await?),
        StatusCode::CONFLICT => Err(PayFailed::InProgress),
        StatusCode::GONE => Err(PayFailed::Interrupted),
        status => Err(PayFailed::Answered { status, body: answer.text().await? }),
    }
}

/// Final answer to a payer.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    Paid(Receipt),
    Interrupted,
}

/// Time that a payer keeps asking; ends a run that would not end otherwise.
const PATIENCE: Duration = Duration::from_secs(45);

/// Pays, and where a call gives up, calls again with the same key.
///
/// # Errors
///
/// Final answers of the shop, which no later call changes.
pub(crate) async fn insist(payer: &Payer, key: &str, order: &Order) -> Result<Told, String> {
    let begun = Instant::now();
    loop {
        let failed = match pay(payer, key, order).await {
            Ok(receipt) => return Ok(Told::Paid(receipt)),
            Err(PayFailed::Interrupted) => return Ok(Told::Interrupted),
            Err(failed) => failed,
        };
        let is_final = matches!(&failed, PayFailed::Answered { status, .. } if status.as_u16() == 422);
        if is_final || begun.elapsed() > PATIENCE {
            return Err(format!("{key}: {failed}"));
        }
    }
}
