//! The handler under the layer, with the store in memory.

use std::net::SocketAddr;
use std::sync::Arc;

use retry_idempotency::MemoryStore;

use crate::Outcome;

pub(in crate::layer) async fn serve() -> Outcome<SocketAddr> {
    super::under_layer(Arc::new(MemoryStore::new(usize::MAX))).await
}
