//! Services that are measured.

pub(super) mod memory;
pub(super) mod plain;
pub(super) mod postgres;
pub(super) mod redis;
pub(super) mod sqlite;
pub(super) mod theirs;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use retry_idempotency::Store;
use retry_idempotency::http::IdempotencyLayer;
use tokio::net::TcpListener;

use crate::Outcome;

/// Body of a response.
const RESPONSE: [u8; 200] = [b'x'; 200];

async fn pay() -> &'static [u8] {
    &RESPONSE
}

fn handler() -> Router {
    Router::new().route("/", post(pay))
}

/// Serves on a port of its own.
pub(super) async fn listen(router: Router) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(
        axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router)
            .into_future(),
    );
    Ok(address)
}

/// The handler under the layer.
fn under_layer(store: Arc<dyn Store>) -> Router {
    handler().layer(IdempotencyLayer::new(store, |_| Some("account-7".into())))
}
