//! A service under the layer, and its clients.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use http::request::Parts;
use retry_idempotency::MemoryStore;
use retry_idempotency::http::{IdempotencyLayer, Idempotent, NothingHappened};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

pub(crate) const KEY: &str = "\"8e03978e-40d5-43e8-bc93-6894a57f9324\"";
pub(crate) const ACCOUNT: &str = "account-7";

/// The layer's, unless it is told another one.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// Lets time pass for all that goes by tokio's clock. Sockets want a clock that runs, so it is moved and goes on.
pub(crate) async fn pass(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

/// Effects of the handlers.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) runs: AtomicU32,
    pub(crate) dropped: AtomicBool,
    pub(crate) begun: Notify,
    pub(crate) ended: Notify,
    pub(crate) hung_up: Notify,
    pub(crate) gate: Gate,
}

pub(crate) struct Gate(pub(crate) Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

/// A service that is up, and a client of it.
pub(crate) struct Shop {
    pub(crate) address: String,
    pub(crate) seen: Arc<Seen>,
    client: reqwest::Client,
}

pub(crate) fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new(10_000))
}

fn account(parts: &Parts) -> Option<String> {
    Some(parts.headers.get("x-account")?.to_str().ok()?.into())
}

pub(crate) fn layer() -> IdempotencyLayer {
    IdempotencyLayer::new(memory(), account)
}

pub(crate) fn layer_over(store: Arc<dyn retry_idempotency::Store>) -> IdempotencyLayer {
    IdempotencyLayer::new(store, account)
}

impl Shop {
    pub(crate) async fn new(layer: IdempotencyLayer) -> Self {
        let seen = Arc::<Seen>::default();
        let router = Router::new()
            .route("/pay", post(pay).get(pay))
            .route("/status/{status}", post(status))
            .route("/slow", post(slow))
            .route("/panic", post(panics))
            .route("/nothing", post(nothing))
            .route("/closed", post(closed))
            .route("/accepts", post(accepts))
            .route("/large", post(large))
            .route("/events", post(events))
            .route("/get", get(pay));
        Self::serve(router.with_state(Arc::clone(&seen)), layer, seen).await
    }

    pub(crate) async fn serve(router: Router, layer: IdempotencyLayer, seen: Arc<Seen>) -> Self {
        let router = router.layer(layer).layer(from_fn_with_state(Arc::clone(&seen), watch));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        Self { address, seen, client }
    }

    pub(crate) fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(format!("http://{}{path}", self.address)).header("x-account", ACCOUNT)
    }

    pub(crate) fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    /// A request with the one key.
    pub(crate) async fn post(&self, path: &str) -> Got {
        Got::of(self.request(path).header("idempotency-key", KEY)).await
    }

    /// A request that is not waited for.
    pub(crate) async fn raw(&self, path: &str, length: usize, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: shop\r\nx-account: {ACCOUNT}\r\nidempotency-key: {KEY}\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    pub(crate) fn runs(&self) -> u32 {
        self.seen.runs.load(SeqCst)
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: String,
}

impl Got {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    pub(crate) fn is_replayed(&self) -> bool {
        self.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
    }

    /// The status and the last part of the type of a problem, that names no key.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["status"], self.status);
        for secret in ["8e03978e", ACCOUNT] {
            assert!(!format!("{self:?}").contains(secret), "{self:?}");
        }
        let kind = problem["type"].as_str().unwrap();
        (self.status, kind.rsplit('.').next().unwrap().into())
    }
}

/// Tells that a request is over: answered, or its client has hung up.
async fn watch(State(seen): State<Arc<Seen>>, request: Request, next: Next) -> Response {
    struct Guard(Arc<Seen>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.hung_up.notify_one();
        }
    }
    let guard = Guard(seen);
    let response = next.run(request).await;
    drop(guard);
    response
}

fn run(seen: &Seen) -> u32 {
    seen.runs.fetch_add(1, SeqCst) + 1
}

async fn pay(State(seen): State<Arc<Seen>>, claim: Option<Idempotent>) -> impl IntoResponse {
    let charge = claim.map_or_else(String::new, |claim| claim.key("charge"));
    let headers = [("location", "/payments/1"), ("set-cookie", "secret=1"), ("content-type", "text/plain")];
    (StatusCode::CREATED, headers, format!("run {} {charge}", run(&seen)))
}

async fn status(State(seen): State<Arc<Seen>>, Path(status): Path<u16>) -> (StatusCode, String) {
    (StatusCode::from_u16(status).unwrap(), format!("run {}", run(&seen)))
}

async fn slow(State(seen): State<Arc<Seen>>) -> String {
    struct Guard(Arc<Seen>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.dropped.store(true, SeqCst);
        }
    }
    let guard = Guard(Arc::clone(&seen));
    let number = run(&seen);
    seen.begun.notify_one();
    seen.gate.0.acquire().await.unwrap().forget();
    std::mem::forget(guard);
    seen.ended.notify_one();
    format!("run {number}")
}

async fn panics(State(seen): State<Arc<Seen>>) {
    run(&seen);
    std::panic::resume_unwind(Box::new("on purpose"));
}

async fn nothing(State(seen): State<Arc<Seen>>) -> impl IntoResponse {
    let mut response = format!("run {}", run(&seen)).into_response();
    response.extensions_mut().insert(NothingHappened);
    response
}

async fn closed(State(seen): State<Arc<Seen>>) -> impl IntoResponse {
    (StatusCode::SERVICE_UNAVAILABLE, NothingHappened, format!("run {}", run(&seen)))
}

async fn accepts(headers: http::HeaderMap) -> String {
    format!("{:?}", headers.get("accept-encoding"))
}

async fn large(State(seen): State<Arc<Seen>>) -> (StatusCode, String) {
    run(&seen);
    (StatusCode::CREATED, "x".repeat(2 << 20))
}

async fn events(State(seen): State<Arc<Seen>>) -> impl IntoResponse {
    run(&seen);
    let events = stream::unfold((), async |()| {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Some((Ok::<_, Infallible>("data: 1\n\n"), ()))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(events))
}
