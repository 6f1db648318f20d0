//! The shop: what a service writes, once with `once` and once under the layer.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use retry_idempotency::http::{IdempotencyLayer, Idempotent};
use retry_idempotency::protocol::Times;
use retry_idempotency::{Admin, OnceError, Store, once};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::time::sleep;

use crate::gateway::Gateway;

/// Time for which results are kept.
pub(crate) const KEEP: Duration = Duration::from_hours(1);
/// Time of a charge.
const CHARGE: Duration = Duration::from_millis(3);

#[derive(Debug, Error, Classify, Serialize, Deserialize)]
pub(crate) enum PayError {
    #[error(transparent)]
    Once(#[from] OnceError),
}

pub(crate) struct Shop {
    pub(crate) store: Arc<dyn Admin>,
    pub(crate) gateway: Gateway,
    pub(crate) lease: Duration,
}

impl Shop {
    /// Pays through `once`.
    pub(crate) async fn pay(&self, payment: &str) -> Result<String, PayError> {
        let body = async |claim: retry_idempotency::Claim| {
            self.charge(payment, claim.key("charge")).await;
            Ok(payment.to_owned())
        };
        once(&*self.store, payment).scope("shop").lease(self.lease).keep(KEEP).run(body).await
    }

    /// The effect: a charge under a key that is the same in every run.
    async fn charge(&self, payment: &str, key: String) {
        self.gateway.begin(payment);
        sleep(CHARGE).await;
        self.gateway.charge(payment, key);
        sleep(CHARGE).await;
    }
}

async fn pay(State(shop): State<Arc<Shop>>, Path(payment): Path<String>, claim: Option<Idempotent>) -> Response {
    // The layer requires a key of every `POST`.
    let Some(claim) = claim else { return StatusCode::BAD_REQUEST.into_response() };
    shop.charge(&payment, claim.key("charge")).await;
    payment.into_response()
}

/// The same shop under the layer.
pub(crate) fn router(shop: &Arc<Shop>) -> Result<Router, Box<dyn std::error::Error>> {
    let store: Arc<dyn Store> = shop.store.clone();
    let layer = IdempotencyLayer::new(store, |_| Some("layer".into())).times(Times::new(shop.lease, KEEP)?);
    Ok(Router::new().route("/payments/{payment}", post(pay)).route_layer(layer).with_state(Arc::clone(shop)))
}
