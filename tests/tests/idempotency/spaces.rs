//! Names of keys: what the layer, `once` and records for review name never meets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::post;
use http::Request;
use http::request::Parts;
use retry_idempotency::admin::Filter;
use retry_idempotency::http::IdempotencyLayer;
use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, HolderId, Id, Store};
use retry_idempotency::{Admin, MemoryStore, OnceError, once, once_by_content};
use tower::ServiceExt;

pub(crate) fn account(parts: &Parts) -> Option<String> {
    Some(parts.headers.get("x-account")?.to_str().ok()?.into())
}

/// Sends a request with a key, and returns status and body.
pub(crate) async fn send(router: &Router, account: &str, key: &str) -> (u16, String) {
    let request = Request::post("/pay").header("x-account", account).header("idempotency-key", key);
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    (status, String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().into()).unwrap())
}

/// Accounts named as our scopes are, and uses without an account, with one key.
#[tokio::test]
async fn an_account_may_have_the_name_of_a_scope() {
    let store = MemoryStore::new(100);
    let scopes = [None, Some("once"), Some("once:a"), Some("a"), Some("review:once"), Some("http"), Some("http:a")];
    for (number, scope) in scopes.iter().enumerate() {
        for _ in 0..2 {
            let one = once(&store, "key");
            let one = if let Some(scope) = scope { one.scope(*scope) } else { one };
            assert_eq!(one.run_blocking(|_| Ok::<_, OnceError>(number)).unwrap(), number, "{scope:?}");
        }
    }
    assert_eq!(store.len(), scopes.len());
}

#[tokio::test]
async fn clients_named_as_scopes_are_have_their_own_responses() {
    let store = Arc::new(MemoryStore::new(100));
    let runs = Arc::new(AtomicU32::new(0));
    let pay = post(async move || runs.fetch_add(1, SeqCst).to_string());
    let route = |layer: IdempotencyLayer| Router::new().route("/pay", pay.clone()).layer(layer);
    let many = route(IdempotencyLayer::new(store.clone(), account));
    let single = route(IdempotencyLayer::single_client(store.clone()));
    let mut seen = vec![send(&single, "a", "key").await.1];
    for account in ["single", "http", "once", "http:a", "a", "review:http:a", "http-content:a"] {
        let first = send(&many, account, "key").await;
        assert_eq!(send(&many, account, "key").await, first);
        seen.push(first.1);
    }
    let number = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), number, "{seen:?}");
}

/// A key that equals the hash that another key was made of is another key.
#[tokio::test]
async fn a_key_from_content_is_not_one_that_a_caller_chooses() {
    let store = MemoryStore::new(10);
    let hour = Duration::from_hours(1);
    once_by_content(&store, "pay", "account-7", &31, hour).run_blocking(|_| Ok::<_, OnceError>(1)).unwrap();
    let made = store.list(Filter::default(), None, 10).await.unwrap().entries.remove(0);
    assert_eq!(made.id().scope(), "once-content:account-7");
    let chosen = once(&store, made.id().key()).scope("account-7").run_blocking(|_| Ok::<_, OnceError>(2));
    assert_eq!(chosen.unwrap(), 2);
}

/// The inner layer would wait for the outer one, or record a response of its own.
#[tokio::test]
async fn a_layer_inside_a_layer_is_refused_in_words_that_are_not_recorded() {
    let store = Arc::new(MemoryStore::new(10));
    let layer = || IdempotencyLayer::new(store.clone(), account);
    let pay = || Router::new().route("/pay", post(async || "paid"));
    let (status, body) = send(&pay().layer(layer()).layer(layer()), "account-7", "order-31").await;
    assert_eq!(status, 500);
    assert!(body.contains("variant.Nested") && body.contains("put one IdempotencyLayer around each route"), "{body}");
    assert!(store.is_empty(), "the key is free once the routes are mended");
    assert_eq!(send(&pay().layer(layer()), "account-7", "order-31").await, (200, "paid".to_owned()));
}

/// A handler that sends its own request into the service again waits for itself.
#[tokio::test(start_paused = true)]
async fn a_request_that_a_handler_sends_again_is_refused_in_words() {
    let store = Arc::new(MemoryStore::new(10));
    let layer = || IdempotencyLayer::new(store.clone(), account).wait(Duration::from_hours(1));
    let inner = Router::new().route("/pay", post(async || "paid")).layer(layer());
    let pay = post(async move || send(&inner, "account-7", "order-31").await.1);
    let begun = tokio::time::Instant::now();
    let (_, body) = send(&Router::new().route("/pay", pay).layer(layer()), "account-7", "order-31").await;
    assert!(body.contains("variant.Nested"), "{body}");
    assert!(begun.elapsed() < Duration::from_secs(1), "it does not wait for itself");
}

#[tokio::test(start_paused = true)]
async fn a_use_inside_a_use_of_its_key_is_refused_in_words() {
    let store = MemoryStore::new(10);
    let hour = Duration::from_hours(1);
    let outer = once(&store, "order-31").run(async |_| {
        let inner = once(&store, "order-31").wait(hour).run(async |_| Ok::<_, OnceError>(1));
        match inner.await {
            Err(error @ OnceError::Nested) => Ok::<_, OnceError>(error.to_string()),
            other => panic!("{other:?}"),
        }
    });
    let words = outer.await.unwrap();
    assert!(words.contains("another key or another scope"), "{words}");
    let outer = once(&store, "order-32").run_blocking(|_| {
        let inner = once(&store, "order-32").run_blocking(|_| Ok::<_, OnceError>(1));
        assert!(matches!(inner, Err(OnceError::Nested)), "{inner:?}");
        once(&store, "order-33").run_blocking(|_| Ok::<_, OnceError>(2))
    });
    assert_eq!(outer.unwrap(), 2);
    // Another store may be used inside under the same name.
    let other = MemoryStore::new(10);
    let outer =
        once(&store, "order-34").run(async |_| once(&other, "order-34").run(async |_| Ok::<_, OnceError>(3)).await);
    assert_eq!(outer.await.unwrap(), 3);
}

/// Another store may have a key of that name, which somebody else holds.
#[tokio::test]
async fn a_key_of_another_store_is_in_flight_and_not_nested() {
    let (store, other) = (MemoryStore::new(10), MemoryStore::new(10));
    let taken = once(&other, "order-31").run(async |_| {
        tokio::time::sleep(Duration::from_millis(1)).await; // its token differs from the next
        let around = once(&store, "order-31")
            .scope("a")
            .run(async |_| Ok::<_, OnceError>(once(&other, "order-31").run(async |_| Ok::<_, OnceError>(1)).await));
        around.await
    });
    assert!(matches!(Box::pin(taken).await.unwrap(), Err(OnceError::Nested)), "held by the body that is two around");
    let id = Id::new("once", "order-32").unwrap();
    let held = ClaimRequest::new(id, HolderId::random(), Duration::from_secs(30));
    assert!(matches!(other.claim(&held).await.unwrap(), ClaimOutcome::Run(_)));
    let around = once(&store, "order-32")
        .run(async |_| Ok::<_, OnceError>(once(&other, "order-32").run(async |_| Ok::<_, OnceError>(1)).await));
    let inner = around.await.unwrap();
    assert!(matches!(inner, Err(OnceError::InFlight { .. })), "{inner:?}");
}
