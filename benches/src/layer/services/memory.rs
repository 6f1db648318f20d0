//! The handler under the layer, with the store in memory.

use std::sync::Arc;

use axum::Router;
use retry_idempotency::MemoryStore;

pub(in crate::layer) fn router() -> Router {
    super::under_layer(Arc::new(MemoryStore::new(usize::MAX)))
}
