//! Services in a row over HTTP: how often the last one is called, and when it must be done.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::routing::get;
use retry_runtime::http::{StatusError, check};
use retry_runtime::tower::ServerLayer;
use retry_runtime::{Classify, Outgoing, OutgoingRequest, retry};
use tokio::net::TcpListener;
use tower::ServiceExt;

#[derive(Classify, Debug, thiserror::Error)]
enum AskError {
    #[error(transparent)]
    StatusError(#[from] StatusError),
    #[error(transparent)]
    Reqwest(#[from] reqwest::Error),
}

/// State that the services of a row share.
#[derive(Clone)]
struct Next {
    client: reqwest::Client,
    url: String,
}

/// Asks the next service, as each of the three does.
#[retry(max_attempts = 4, backoff = none, budget = none, retry_on = transient)]
async fn ask(next: &Next) -> Result<(), AskError> {
    check(next.client.get(&next.url).with_attempt().send().await?).await?;
    Ok(())
}

/// The same, blind to the mark: reqwest's own error has no headers.
#[retry(max_attempts = 4, backoff = none, budget = none, retry_on = transient)]
async fn ask_blindly(next: &Next) -> Result<(), AskError> {
    next.client.get(&next.url).with_attempt().send().await?.error_for_status()?;
    Ok(())
}

async fn pass_on(State(next): State<Next>) -> StatusCode {
    if ask(&next).await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn pass_on_blindly(State(next): State<Next>) -> StatusCode {
    if ask_blindly(&next).await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Serves on a free port.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Number of calls to a dead leaf by three services in a row, each made by `service`.
async fn calls_of_dead_leaf(service: impl Fn(Next) -> Router) -> u32 {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let leaf = get(async move || {
        counted.fetch_add(1, Relaxed);
        StatusCode::SERVICE_UNAVAILABLE
    });
    let mut url = serve(Router::new().route("/", leaf)).await;
    for _ in 0..3 {
        url = serve(service(Next { client: client.clone(), url })).await;
    }
    let answer = client.get(url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    calls.load(Relaxed)
}

#[tokio::test]
async fn three_services_in_a_row_add_their_retries_and_do_not_multiply_them() {
    let routes = |next| Router::new().route("/", get(pass_on)).with_state(next);
    let layered = |next| Router::new().route("/", get(pass_on)).with_state(next).layer(ServerLayer::new());
    let blind = |next| Router::new().route("/", get(pass_on_blindly)).with_state(next).layer(ServerLayer::new());
    assert_eq!(calls_of_dead_leaf(layered).await, 4);
    assert_eq!(calls_of_dead_leaf(routes).await, 64, "without the layer");
    assert_eq!(calls_of_dead_leaf(blind).await, 64, "without the client's half");
}

/// Calls in a task of its own, as a server in another process does: nothing crosses but the message.
async fn call(server: &Router, request: Request<Body>) -> Response<Body> {
    tokio::spawn(server.clone().oneshot(request)).await.unwrap().unwrap_or_else(|never| match never {})
}

/// One service of a row without sockets, so that time can stand still: it works for a second, then asks the next.
async fn work(next: Option<Router>, seen: Arc<Mutex<Vec<Outgoing>>>, headers: HeaderMap) -> StatusCode {
    #[retry(max_attempts = 2, backoff = none, budget = none, retry_on = transient)]
    async fn ask(next: &Router) -> Result<(), StatusError> {
        check(call(next, Request::new(Body::empty()).with_attempt()).await).await.map(|_| ())
    }
    seen.lock().unwrap().push(retry_runtime::http::read(&headers));
    tokio::time::sleep(Duration::from_secs(1)).await;
    let Some(next) = next else { return StatusCode::OK };
    if ask(&next).await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_outermost_arrives_shrunk_at_the_leaf() {
    #[retry(retry_on = transient, deadline = 5s)]
    async fn begin(first: &Router) -> Result<StatusCode, io::Error> {
        Ok(call(first, Request::new(Body::empty()).with_attempt()).await.status())
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut row = None;
    for _ in 0..3 {
        let (next, seen) = (row.take(), seen.clone());
        let route = get(move |headers| work(next.clone(), seen.clone(), headers));
        row = Some(Router::new().route("/", route).layer(ServerLayer::new()));
    }
    let answer = begin(&row.unwrap()).await.unwrap();
    assert_eq!(answer, StatusCode::OK);
    let left = |seconds| Outgoing::new(1, Some(Duration::from_secs(seconds)));
    assert_eq!(*seen.lock().unwrap(), [left(5), left(4), left(3)]);
}
