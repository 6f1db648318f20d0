//! At most once, client.
#![allow(dead_code)] // compiled, and not run

use retry_runtime::{Classify, OutgoingRequest, Stopped, retry};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Order {
    id: String,
    url: String,
}

#[derive(Deserialize)]
struct Receipt;

#[derive(Debug, Classify, thiserror::Error)]
enum PayError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    OnceError(#[from] retry_runtime::http::StatusError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

// In the README:
#[retry(retry_on = transient, side_effects, idempotency_key = order.id)]
async fn pay(client: &reqwest::Client, order: &Order) -> Result<Receipt, PayError> {
    let answer = client.post(&order.url).json(order).with_attempt().send().await?; // with `Idempotency-Key`
    Ok(retry_runtime::http::check(answer).await?.json().await?) // a 409 with Retry-After is asked again
}
// Up to here.
