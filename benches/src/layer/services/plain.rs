//! The handler without a layer. It reads the body, as every handler of a payment.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;

use crate::Outcome;

pub(in crate::layer) async fn serve() -> Outcome<SocketAddr> {
    super::listen(Router::new().route("/", post(async |_: Bytes| super::pay().await))).await
}
