//! Names of keys in a store, and what each kind of key is resolved with.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::post;
use http::Request;
use retry_idempotency::admin::{Filter, KeyState, Resolution, ResolveOutcome};
use retry_idempotency::http::IdempotencyLayer;
use retry_idempotency::protocol::{Id, KeySpace};
use retry_idempotency::{BoundsError, OnceError, StoreError, encode_err, encode_ok, encode_response, once};
use tower::ServiceExt;

use crate::spaces::{account, send};
use crate::stores::harness::{Case, Harness, KEEP};

async fn scopes(case: &Case<impl Harness>) -> Vec<(String, KeyState)> {
    let entries = case.store.list(Filter::default(), None, 100).await.unwrap().entries;
    let mut scopes: Vec<_> = entries.iter().map(|entry| (entry.id().scope().to_owned(), entry.state)).collect();
    scopes.sort_by(|a, b| a.0.cmp(&b.0));
    scopes
}

/// Its account and key name the request for the layer, and the effect for `once`.
pub(crate) async fn a_handler_may_use_the_key_of_its_request(case: Case<impl Harness>) {
    let runs = Arc::new(AtomicU32::new(0));
    let (inner, count) = (Arc::clone(&case.store), Arc::clone(&runs));
    let pay = post(async move || {
        let charged = once(&*inner, "order-31").scope("account-7").run(async |_| {
            count.fetch_add(1, SeqCst);
            Ok::<_, OnceError>("charged".to_owned())
        });
        charged.await.unwrap_or_else(|error| error.to_string())
    });
    let router = Router::new().route("/pay", pay).layer(IdempotencyLayer::new(Arc::clone(&case.store) as _, account));
    for _ in 0..2 {
        assert_eq!(send(&router, "account-7", "order-31").await, (200, "charged".to_owned()));
    }
    assert_eq!(runs.load(SeqCst), 1);
    let expected = ["http:account-7", "once:account-7"].map(|scope| (scope.to_owned(), KeyState::Finished));
    assert_eq!(scopes(&case).await, expected);
}

pub(crate) async fn accounts_and_keys_do_not_run_together(case: Case<impl Harness>) {
    for (scope, key) in [("a", "b:c"), ("a:b", "c"), ("a:b:c", "c"), ("once:a", "c"), ("http", ":")] {
        let made =
            once(&*case.store, key).scope(scope).run(async |_| Ok::<_, OnceError>(format!("{scope} {key}"))).await;
        assert_eq!(made.unwrap(), format!("{scope} {key}"));
    }
    assert_eq!(scopes(&case).await.len(), 5);
}

/// The handler ends midway; an operator finds out that it was paid, and what its response would have been.
pub(crate) async fn a_request_that_was_left_open_is_resolved_with_its_response(case: Case<impl Harness>) {
    let fails = Arc::new(AtomicBool::new(true));
    let pay = post(async move || {
        assert!(!fails.swap(false, SeqCst), "midway");
        "a second effect"
    });
    let router = Router::new().route("/pay", pay).layer(IdempotencyLayer::new(Arc::clone(&case.store) as _, account));
    assert_eq!(send(&router, "account-7", "order-31").await.0, 500);
    let (status, body) = send(&router, "account-7", "order-31").await;
    assert!(status == 409 && body.contains("variant.Interrupted"), "{body}");

    let scope = KeySpace::Http.scope(Some("account-7")).unwrap();
    let response = encode_response(201, &[("Location", b"/payments/31"), ("etag", b"\"\xe9\"")], b"paid \0").unwrap();
    let resolution = Resolution::Finished { result: &response, keep: KEEP };
    let resolved = case.store.resolve(Id::new(&scope, "order-31").unwrap(), resolution, false).await.unwrap();
    assert_eq!(resolved, ResolveOutcome::Applied);

    let request = Request::post("/pay").header("x-account", "account-7").header("idempotency-key", "order-31");
    let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let header = |name: &str| answer.headers().get(name).map(|value| value.as_bytes().to_vec());
    assert_eq!(answer.status(), 201);
    assert_eq!(header("location").as_deref(), Some(&b"/payments/31"[..]));
    assert_eq!(header("etag").as_deref(), Some(&b"\"\xe9\""[..]));
    assert_eq!(header("idempotent-replayed").as_deref(), Some(&b"true"[..]));
    assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), &b"paid \0"[..]);
}

/// Results that a key is resolved with.
type Results<'a> = &'a [&'a [u8]];

/// A value would be a broken response, and a response no value.
pub(crate) async fn a_key_is_resolved_with_what_its_users_can_read(case: Case<impl Harness>) {
    let response = encode_response(201, &[], b"paid").unwrap();
    let (value, error) = (encode_ok(&31).unwrap(), encode_err("declined").unwrap());
    let broken = &response[..response.len() - 10];
    let rows: [(KeySpace, Results<'_>, Results<'_>); 4] = [
        (KeySpace::Http, &[&response], &[&value, &error, b"paid", b"", broken]),
        (KeySpace::HttpContent, &[&response], &[&value]),
        (KeySpace::Once, &[&value, &error], &[&response, b"31", b""]),
        (KeySpace::OnceContent, &[&value, &error], &[&response]),
    ];
    for (space, accepted, refused) in rows {
        let scope = space.scope(Some("account-7")).unwrap();
        let id = Id::new(&scope, "order-31").unwrap();
        for result in accepted {
            let resolution = Resolution::Finished { result, keep: KEEP };
            assert_eq!(case.store.resolve(id, resolution, true).await.unwrap(), ResolveOutcome::Unknown, "{scope}");
        }
        for result in refused {
            let refusal = case.store.resolve(id, Resolution::Finished { result, keep: KEEP }, true).await;
            let is_http = matches!(space, KeySpace::Http | KeySpace::HttpContent);
            let expected = if is_http { BoundsError::NeedsResponse } else { BoundsError::NeedsOutcome };
            assert!(matches!(&refusal, Err(StoreError::Invalid(error)) if *error == expected), "{scope} {refusal:?}");
        }
    }
}
