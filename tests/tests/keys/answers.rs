//! Answers of a server to a keyed request, over a real socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use retry_runtime::http::{StatusError, check};
use retry_runtime::{Class, Classify, OutgoingRequest, Stopped, retry};
use tokio::net::TcpListener;

#[derive(Debug, Classify, thiserror::Error)]
enum PayError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    StatusError(#[from] StatusError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

#[retry(retry_on = transient, backoff = none, budget = none, side_effects, idempotency_key = order)]
async fn pay(client: &reqwest::Client, url: &str, order: &str) -> Result<String, PayError> {
    let answer = client.post(url).with_attempt().send().await?;
    Ok(check(answer).await?.text().await?)
}

#[retry(retry_on = transient, backoff = none, budget = none)]
async fn pay_without_a_key(client: &reqwest::Client, url: &str) -> Result<String, PayError> {
    let answer = client.post(url).with_attempt().send().await?;
    Ok(check(answer).await?.text().await?)
}

/// A server that answers the n-th request so, and with what it was sent.
async fn server(answer: fn(u32) -> (StatusCode, HeaderMap)) -> (String, Arc<AtomicU32>) {
    let requests = Arc::new(AtomicU32::new(0));
    let seen = requests.clone();
    let handler = move |headers: HeaderMap| async move {
        let (status, answered) = answer(seen.fetch_add(1, Ordering::Relaxed) + 1);
        let sent = headers.get("idempotency-key").map_or("none", |key| key.to_str().unwrap());
        let resend = headers.get("retry-attempt").map_or("first", |attempt| attempt.to_str().unwrap());
        (status, answered, format!("{sent} {resend}"))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/", post(handler))).await });
    (url, requests)
}

fn in_progress(request: u32) -> (StatusCode, HeaderMap) {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", "0".parse().unwrap());
    (if request == 1 { StatusCode::CONFLICT } else { StatusCode::OK }, headers)
}

#[tokio::test]
async fn a_first_one_that_is_in_progress_is_asked_again_with_the_same_key() {
    let (url, requests) = server(in_progress).await;
    let paid = pay(&reqwest::Client::new(), &url, r#"say "no""#).await.unwrap();
    assert_eq!(paid, r#""say \"no\"" 2"#);
    assert_eq!(requests.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn without_a_key_or_a_hint_a_conflict_ends_the_call() {
    let (url, requests) = server(in_progress).await;
    let refused = pay_without_a_key(&reqwest::Client::new(), &url).await.unwrap_err();
    assert_eq!((refused.class(), requests.load(Ordering::Relaxed)), (Class::Status(409), 1));

    let (url, requests) = server(|_| (StatusCode::CONFLICT, HeaderMap::new())).await;
    let refused = pay(&reqwest::Client::new(), &url, "order-31").await.unwrap_err();
    assert_eq!((refused.class(), requests.load(Ordering::Relaxed)), (Class::Status(409), 1));
}

#[tokio::test]
async fn another_payload_under_one_key_is_told_in_words() {
    let (url, requests) = server(|_| (StatusCode::UNPROCESSABLE_ENTITY, HeaderMap::new())).await;
    let refused = pay(&reqwest::Client::new(), &url, "order-31").await.unwrap_err().to_string();
    assert!(refused.contains("a resend differs from the first request"), "{refused}");
    assert!(!refused.contains("order-31"), "{refused}");
    assert_eq!(requests.load(Ordering::Relaxed), 1);
    let refused = pay_without_a_key(&reqwest::Client::new(), &url).await.unwrap_err().to_string();
    assert_eq!(refused, format!("{url} answered 422 Unprocessable Entity"));
}
