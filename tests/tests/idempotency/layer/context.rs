//! The task of a request: its span and task-locals, its end after a hang-up, and a graceful shutdown.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use futures_util::FutureExt;
use http::Request;
use http_body_util::BodyExt;
use retry_idempotency::http::IdempotencyLayer;
use tokio::sync::Notify;
use tokio::time::timeout;
use tower::ServiceExt;
use tracing::Instrument;

use crate::layer::shop::{KEY, Shop, layer, memory};

tokio::task_local! {
    static USER: String;
}

fn user() -> String {
    USER.try_with(Clone::clone).unwrap_or_else(|_| "nobody".into())
}

fn span() -> String {
    tracing::Span::current().metadata().map_or("none".into(), |metadata| metadata.name().to_owned())
}

/// A request as an outer middleware would serve it: inside a span and a task-local.
async fn serve(app: Router) -> http::Response<Body> {
    let request = Request::post("/pay").header("idempotency-key", KEY).body(Body::empty()).unwrap();
    let served = app.oneshot(request).map(Result::unwrap).instrument(tracing::info_span!("request"));
    USER.scope("alice".into(), served).await
}

#[tokio::test]
async fn the_handler_has_the_span_and_the_task_locals_of_the_request() {
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry());
    let plain = Router::new().route("/pay", post(async || format!("{} {}", user(), span())));
    let once = plain.clone().layer(IdempotencyLayer::single_client(memory()));
    for app in [plain, once] {
        let body = serve(app).await.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "alice request");
    }
}

/// What a handler that waits sees before and after its client has hung up.
async fn seen_after_a_hang_up(layer: IdempotencyLayer) -> [String; 2] {
    let (gate, seen) = (Arc::new(Notify::new()), Arc::new(Mutex::new(Vec::new())));
    let drain = layer.drain();
    let handler = {
        let (gate, seen) = (Arc::clone(&gate), Arc::clone(&seen));
        async move || {
            let see = || seen.lock().unwrap().push(format!("{} {}", user(), span()));
            see();
            gate.notified().await;
            see();
        }
    };
    let mut request = Box::pin(serve(Router::new().route("/pay", post(handler)).layer(layer)));
    while drain.in_flight() == 0 || seen.lock().unwrap().is_empty() {
        assert!((&mut request).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(request);
    assert!(drain.wait().now_or_never().is_none(), "it is handled to its end");
    gate.notify_one();
    timeout(Duration::from_mins(1), drain.wait()).await.unwrap();
    assert_eq!(drain.in_flight(), 0);
    let seen = seen.lock().unwrap();
    [seen[0].clone(), seen[1].clone()]
}

#[tokio::test]
async fn after_a_hang_up_the_span_stays_and_task_locals_by_around() {
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry());
    let layer = || IdempotencyLayer::single_client(memory());
    assert_eq!(seen_after_a_hang_up(layer()).await, ["alice request", "nobody request"]);
    let scoped = layer().around(|head, handling| {
        let user = format!("{} of {}", user(), head.uri.path());
        Box::pin(USER.scope(user, handling))
    });
    assert_eq!(seen_after_a_hang_up(scoped).await, ["alice of /pay request", "alice of /pay request"]);
}

#[tokio::test]
async fn a_wrapper_that_drops_the_handling_answers_all_the_same() {
    let shop = Shop::new(layer().around(|_, _| Box::pin(async {}))).await;
    assert_eq!(shop.post("/pay").await.problem(), (500, "Panicked".into()));
}

#[tokio::test]
async fn a_shutdown_waits_for_handlers_whose_client_has_hung_up() {
    let layer = layer();
    let drain = layer.drain();
    let shop = Shop::new(layer).await;
    let stream = shop.raw("/slow", 0, "").await;
    shop.seen.begun.notified().await;
    drop(stream);
    shop.seen.hung_up.notified().await;
    assert_eq!(drain.in_flight(), 1);
    shop.seen.gate.0.add_permits(1);
    timeout(Duration::from_mins(1), drain.wait()).await.unwrap();
    assert!(shop.post("/slow").await.is_replayed(), "its answer was recorded before the wait ended");
}
