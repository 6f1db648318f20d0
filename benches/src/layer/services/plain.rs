//! The handler without a layer. It reads the body, as every handler of a payment.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;

pub(in crate::layer) fn router() -> Router {
    Router::new().route("/", post(async |_: Bytes| super::pay().await))
}
