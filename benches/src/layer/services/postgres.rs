//! The handler under the layer with PostgreSQL, and one that inserts before its work and updates after it.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::post;
use deadpool_postgres::Pool;
use retry_idempotency::postgres::PostgresStore;

use crate::Outcome;
use crate::stores::postgres as store;

pub(in crate::layer) async fn open() -> Outcome<(Pool, [Router; 2])> {
    let pool = store::open().await?;
    PostgresStore::create_table(&pool).await?;
    // As the floor does.
    let of_layer = PostgresStore::open_for_effects_inside(pool.clone()).await?.with_prepared_statements();
    let ours = super::under_layer(Arc::new(of_layer));
    Ok((pool.clone(), [floor(pool), ours]))
}

fn floor(pool: Pool) -> Router {
    let pay = async move |_: Bytes| {
        let done = store::floor(pool.clone()).await;
        done.map(|()| super::RESPONSE).map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error.to_string()))
    };
    Router::new().route("/", post(pay))
}
