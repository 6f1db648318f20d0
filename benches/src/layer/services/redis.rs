//! The handler under the layer with Redis, and one that sets a key before and after its work.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use redis::aio::ConnectionManager;
use retry_idempotency::RedisStore;

use crate::Outcome;
use crate::stores::redis as store;

pub(in crate::layer) async fn open() -> Outcome<[Router; 2]> {
    let connection = store::connect().await?;
    let prefix = crate::stores::own_name();
    let of_layer = RedisStore::open(&store::url(), &prefix).await?;
    of_layer.acknowledge().await?;
    let ours = super::under_layer(Arc::new(of_layer));
    Ok([floor(connection, prefix), ours])
}

fn floor(connection: ConnectionManager, prefix: String) -> Router {
    let pay = async move |_: Bytes| {
        let done = store::floor(connection.clone(), prefix.clone()).await;
        done.map(|()| super::RESPONSE).map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
    };
    Router::new().route("/", post(pay))
}

pub(in crate::layer) async fn clean() -> Outcome {
    store::clean(store::connect().await?, &crate::stores::own_name()).await
}
