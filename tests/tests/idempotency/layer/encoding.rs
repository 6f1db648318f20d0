//! Encodings: a recorded response is replayed to those who accept how it is encoded.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::post;
use retry_idempotency::http::IdempotencyLayer;
use tower::ServiceExt;

use crate::layer::shop::memory;

/// Answer to a request: status, encoding and body.
type Answer = (u16, Option<String>, String);

async fn send(router: &Router, accept: Option<&str>) -> Answer {
    let mut request = http::Request::post("/pay").header("idempotency-key", "order-31");
    if let Some(accept) = accept {
        request = request.header("accept-encoding", accept);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let encoding = response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, encoding, String::from_utf8(body.into()).unwrap())
}

fn answer(status: u16, encoding: Option<&str>, body: &str) -> Answer {
    (status, encoding.map(String::from), body.to_owned())
}

/// Compresses, in words, for a client that takes it.
async fn compress(request: Request, next: Next) -> Response {
    let accepts =
        request.headers().get("accept-encoding").is_some_and(|value| value.to_str().unwrap().contains("gzip"));
    let response = next.run(request).await;
    if !accepts || response.headers().contains_key("content-encoding") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    parts.headers.insert("content-encoding", "gzip".parse().unwrap());
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from([b"zipped ", &body[..]].concat()))
}

fn layer() -> IdempotencyLayer {
    IdempotencyLayer::single_client(Arc::clone(&memory()) as _)
}

fn plain() -> Router {
    Router::new().route("/pay", post(async || "paid"))
}

#[tokio::test]
async fn compression_below_the_layer_records_plain_text() {
    let router = plain().layer(from_fn(compress)).layer(layer());
    for accept in [Some("gzip"), None, Some("identity")] {
        assert_eq!(send(&router, accept).await, answer(200, None, "paid"), "{accept:?}");
    }
}

#[tokio::test]
async fn compression_above_the_layer_is_by_client() {
    let router = plain().layer(layer()).layer(from_fn(compress));
    for accept in [Some("gzip"), None, Some("gzip, br")] {
        let expected =
            if accept.is_some() { answer(200, Some("gzip"), "zipped paid") } else { answer(200, None, "paid") };
        assert_eq!(send(&router, accept).await, expected, "{accept:?}");
    }
}

/// A handler that compresses, whoever asks.
#[tokio::test]
async fn an_encoded_response_is_replayed_to_those_who_accept_it() {
    let pay = post(async || ([("content-encoding", "gzip")], "zipped"));
    let router = Router::new().route("/pay", pay).layer(layer());
    for accept in [Some("gzip"), Some("br, x-gzip;q=0.5"), Some("*"), None] {
        assert_eq!(send(&router, accept).await, answer(200, Some("gzip"), "zipped"), "{accept:?}");
    }
    for accept in ["identity", "br", "gzip;q=0", ""] {
        let (status, encoding, body) = send(&router, Some(accept)).await;
        assert_eq!((status, encoding), (406, None), "{accept}");
        assert!(body.contains("variant.NotAcceptable") && body.contains("the request was done"), "{body}");
    }
    assert_eq!(send(&router, Some("gzip")).await.0, 200, "it is kept");
}
