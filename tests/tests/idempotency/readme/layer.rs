//! At most once, server: the layer for axum.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Json, State};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Extension, Router};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use retry_idempotency::OnceError;
use retry_idempotency::http::{IdempotencyLayer, Idempotent};
use retry_idempotency::sqlite::{self, SqliteStore, rusqlite};
use retry_tests::Folder;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

#[derive(Clone)]
struct Account(String);

#[derive(Clone)]
struct Till(PathBuf);

impl Till {
    fn open(&self) -> rusqlite::Result<Connection> {
        Connection::open(&self.0)
    }
}

#[derive(Deserialize, Serialize)]
struct Order {
    euros: u32,
}

#[derive(Debug, thiserror::Error)]
enum PayError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Once(#[from] OnceError),
}

impl IntoResponse for PayError {
    fn into_response(self) -> axum::response::Response {
        (StatusCode::INTERNAL_SERVER_ERROR, self.to_string()).into_response()
    }
}

fn charge(tx: &Transaction<'_>, order: &Order) -> rusqlite::Result<String> {
    tx.execute("INSERT INTO payments VALUES (?1)", [order.euros])?;
    tx.query_row("SELECT 'payment ' || count(*) FROM payments", (), |row| row.get(0))
}

fn account_of(request: &Parts) -> Option<String> {
    request.extensions.get().map(|Account(name)| name.clone())
}

// In the README:
fn shop(store: SqliteStore) -> Router<Till> {
    // Who asks, by what your authentication has found: the account, never its token.
    let layer = IdempotencyLayer::new(Arc::new(store), account_of).in_transaction();
    Router::new().route("/payments", post(pay)).route_layer(layer)
}

async fn pay(
    claim: Idempotent,
    State(till): State<Till>,
    Json(order): Json<Order>,
) -> Result<Response<String>, PayError> {
    let mut database = till.open()?;
    let tx = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answer = Response::new(charge(&tx, &order)?);
    sqlite::complete_with(&tx, &claim.response_completion(&answer)?)?; // effect and answer commit together
    tx.commit()?;
    Ok(answer)
}
// Up to here.

#[tokio::test]
async fn it_pays_once() {
    let folder = Folder::new(env!("CARGO_TARGET_TMPDIR"));
    let till = Till(folder.join("shop.db"));
    till.open().unwrap().execute_batch("CREATE TABLE payments (euros INTEGER)").unwrap();
    let shop = shop(SqliteStore::open(&till.0).unwrap()).layer(Extension(Account("account-7".into()))).with_state(till);
    for is_second in [false, true] {
        let request = Request::post("/payments").header("idempotency-key", "\"31\"");
        let request = request.header("content-type", "application/json").body(Body::from(r#"{"euros":31}"#)).unwrap();
        let answer = shop.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.headers().contains_key("idempotent-replayed"), is_second);
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "payment 1");
    }
}
