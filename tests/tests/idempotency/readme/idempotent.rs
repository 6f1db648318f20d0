//! At most once, server: `#[idempotent]`.

use std::sync::Mutex;

use retry_idempotency::idempotent;
use retry_idempotency::{MemoryStore, OnceError};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};

#[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
enum PayError {
    #[error(transparent)]
    Once(#[from] OnceError),
}

#[derive(Serialize)]
struct Order {
    id: String,
    customer: String,
    euros: u32,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Payment(u32);

/// The keys that it was sent.
#[derive(Default)]
struct Gateway(Mutex<Vec<String>>);

impl Gateway {
    #[allow(clippy::unused_async)] // as one that asks another system
    async fn charge(&self, order: &Order, key: String) -> Result<Payment, PayError> {
        self.0.lock().unwrap().push(key);
        Ok(Payment(order.euros))
    }
}

struct Till {
    keys: MemoryStore,
    gateway: Gateway,
}

impl Till {
    // In the README:
    #[idempotent(store = self.keys, key = order.id, scope = order.customer, fingerprint = order, claim = claim)]
    async fn pay(&self, order: &Order) -> Result<Payment, PayError> {
        self.gateway.charge(order, claim.key("charge")).await
    }
    // Up to here.
}

#[tokio::test]
async fn it_charges_once() {
    let till = Till { keys: MemoryStore::new(10), gateway: Gateway::default() };
    let order = |customer: &str| Order { id: "order-31".into(), customer: customer.into(), euros: 31 };
    for _ in 0..2 {
        assert_eq!(till.pay(&order("customer-7")).await.unwrap(), Payment(31));
    }
    till.pay(&order("customer-8")).await.unwrap();
    let keys = till.gateway.0.into_inner().unwrap();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}
