//! The other side of an effect outside: a gateway that charges cards, and its client.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use retry_examples::random::SplitMix64;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::error::PayError;
use crate::ledger::{Order, Receipt};

/// Timeout of the shop for the gateway.
const PATIENCE: Duration = Duration::from_millis(60);
/// One in this many charges is made at once and answered too late.
const SLOW: f64 = 0.02;
const SLOWNESS: Duration = Duration::from_millis(150);
const KEY: &str = "idempotency-key";

/// Charges made by the gateway.
#[derive(Debug, Default)]
pub(crate) struct Charges {
    /// The receipts by key.
    known: HashMap<String, Receipt>,
    /// The charges of each payment.
    pub(crate) made: HashMap<String, Vec<i64>>,
    /// The keys that each payment was sent under.
    pub(crate) keys: HashMap<String, BTreeSet<String>>,
    pub(crate) calls: u64,
    next: i64,
}

impl Charges {
    fn charge(&mut self, key: Option<&str>, payment: &str) -> Receipt {
        self.calls += 1;
        if let Some(key) = key {
            self.keys.entry(payment.to_owned()).or_default().insert(key.to_owned());
            if let Some(receipt) = self.known.get(key) {
                return receipt.clone();
            }
        }
        self.next += 1;
        let receipt = Receipt { id: self.next };
        self.made.entry(payment.to_owned()).or_default().push(receipt.id);
        if let Some(key) = key {
            self.known.insert(key.to_owned(), receipt.clone());
        }
        receipt
    }
}

#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) charges: Arc<Mutex<Charges>>,
    random: Arc<Mutex<SplitMix64>>,
}

#[derive(Serialize, Deserialize)]
struct Charge {
    payment: String,
    order: Order,
}

/// Opens a gateway in this process, which is not killed.
pub(crate) async fn open(seed: u64) -> std::io::Result<(SocketAddr, Gateway)> {
    let gateway = Gateway { charges: Arc::default(), random: Arc::new(Mutex::new(SplitMix64::new(seed))) };
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/charges", post(charge)).with_state(gateway.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((address, gateway))
}

async fn charge(State(gateway): State<Gateway>, headers: HeaderMap, Json(charge): Json<Charge>) -> Json<Receipt> {
    let key = headers.get(KEY).and_then(|key| key.to_str().ok());
    let receipt = gateway.charges.lock().unwrap_or_else(PoisonError::into_inner).charge(key, &charge.payment);
    let is_slow = gateway.random.lock().unwrap_or_else(PoisonError::into_inner).fraction() < SLOW;
    if is_slow {
        tokio::time::sleep(SLOWNESS).await;
    }
    Json(receipt)
}

/// The gateway's client.
pub(crate) struct Charger {
    client: reqwest::Client,
    url: String,
}

impl Charger {
    pub(crate) fn new(gateway: SocketAddr) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().retry(reqwest::retry::never()).timeout(PATIENCE).build()?;
        Ok(Self { client, url: format!("http://{gateway}/charges") })
    }

    /// Charges, under this key if the gateway is to know it again. `payment` is for the count alone.
    pub(crate) async fn charge(&self, payment: &str, key: Option<&str>, order: &Order) -> Result<Receipt, PayError> {
        let mut request = self.client.post(&self.url);
        if let Some(key) = key {
            request = request.header(KEY, key);
        }
        let body = Charge { payment: payment.to_owned(), order: order.clone() };
        // Whatever went wrong: the charge may have been made.
        let answer = request.json(&body).send().await.map_err(|_| PayError::Gateway)?;
        answer.json().await.map_err(|_| PayError::Gateway)
    }
}
