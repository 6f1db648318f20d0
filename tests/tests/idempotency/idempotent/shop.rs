//! Helpers: an error type, and a count of effects.

use std::sync::atomic::{AtomicU32, Ordering};

use retry_idempotency::{MemoryStore, OnceError};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};

#[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum PayError {
    #[error("it was cut off")]
    Timeout,
    #[error("it never got there")]
    Connect,
    #[error("declined")]
    Declined,
    #[error(transparent)]
    Once(#[from] OnceError),
}

pub(crate) type Paid = Result<u32, PayError>;

#[derive(Clone, Serialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) euros: u32,
}

/// An order whose key no other test has: a process counts who waits for one, in whatever store.
pub(crate) fn order() -> Order {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    Order { id: format!("order-{}", NUMBER.fetch_add(1, Ordering::Relaxed)), euros: 30 }
}

/// A store, and how many effects were made under its keys.
pub(crate) struct Shop {
    pub(crate) store: MemoryStore,
    effects: AtomicU32,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self { store: MemoryStore::new(100), effects: AtomicU32::new(0) }
    }

    /// Makes an effect; the how many-th it is.
    pub(crate) fn charge(&self) -> u32 {
        self.effects.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn effects(&self) -> u32 {
        self.effects.load(Ordering::Relaxed)
    }
}
