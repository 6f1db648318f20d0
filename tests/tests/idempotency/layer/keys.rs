//! Keys: syntax, account and fingerprint.

use std::time::Duration;

use retry_idempotency::Admin;
use retry_idempotency::admin::Filter;
use retry_idempotency::http::{IdempotencyLayer, Problem};

use crate::layer::shop::{ACCOUNT, Got, KEY, Shop, layer, layer_over, memory, pass};

async fn with_key(shop: &Shop, key: &str) -> Got {
    Got::of(shop.request("/pay").header("idempotency-key", key)).await
}

#[tokio::test]
async fn parameters_say_nothing_and_lists_are_refused() {
    let shop = Shop::new(layer()).await;
    let longest = format!("\"{}\"", "k".repeat(255));
    for (key, status) in [
        ("\"a\"", 201),
        ("\"a\";p=1", 201),
        ("\"a\"; p=\",\"", 201),
        ("\"a\", \"b\"", 400),
        ("\"a\";p=1, \"b\"", 400),
        ("\"a\" \"b\"", 400),
        ("\"a\"x", 400),
        (r#""\"\\""#, 201),
        (&longest, 201),
        (&format!("\"{}\"", "k".repeat(256)), 400),
    ] {
        assert_eq!(with_key(&shop, key).await.status, status, "{key}");
    }
    assert_eq!(shop.runs(), 3, "the first three are one key");
}

#[tokio::test]
async fn the_quoted_and_the_unquoted_form_are_one_key() {
    let shop = Shop::new(layer().lenient()).await;
    assert!(!with_key(&shop, "8e03978e-40d5").await.is_replayed());
    assert!(with_key(&shop, "\"8e03978e-40d5\"").await.is_replayed());
    assert!(with_key(&shop, "8e03978e-40d5;p=1").await.is_replayed());
    for bad in ["\"foo", "a b", "a,b", ""] {
        assert_eq!(with_key(&shop, bad).await.status, 400, "{bad}");
    }
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn a_fresh_token_is_the_same_client_and_no_account_is_none() {
    let shop = Shop::new(layer()).await;
    let with = |token: &str| shop.request("/pay").header("idempotency-key", KEY).bearer_auth(token);
    Got::of(with("first")).await;
    assert!(Got::of(with("second")).await.is_replayed());
    let nobody = Shop::new(IdempotencyLayer::new(memory(), |_| None)).await;
    assert_eq!(nobody.post("/pay").await.problem(), (401, "NoClient".into()));
    assert_eq!(nobody.runs(), 0);
}

#[tokio::test]
async fn json_is_compared_by_what_it_says() {
    let shop = Shop::new(layer()).await;
    let send = async |kind: &str, body: &'static str| {
        let request = shop.request("/pay").header("idempotency-key", KEY).header("content-type", kind);
        Got::of(request.body(body)).await.status
    };
    assert_eq!(send("application/json", r#"{"a":1,"b":2}"#).await, 201);
    assert_eq!(send("application/json; charset=utf-8", r#"{ "b": 2, "a": 1 }"#).await, 201);
    assert_eq!(send("application/json", r#"{"a":1.0,"b":2}"#).await, 422);
    assert_eq!(send("text/plain", r#"{"a":1,"b":2}"#).await, 422);
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn query_and_route_are_part_of_it() {
    let shop = Shop::new(layer().status(Problem::Mismatch, http::StatusCode::CONFLICT)).await;
    assert_eq!(shop.post("/pay?a=1").await.status, 201);
    assert_eq!(shop.post("/pay?a=2").await.problem(), (409, "Mismatch".into()));
    assert_eq!(shop.post("/slow?a=1").await.status, 409);
    assert_eq!(shop.runs(), 1);
}

#[tokio::test]
async fn safe_methods_and_optional_keys_pass() {
    let shop = Shop::new(layer().required_if(|parts| parts.uri.path() == "/status/200")).await;
    for _ in 0..2 {
        assert_eq!(Got::of(shop.get("/pay").header("idempotency-key", KEY)).await.status, 201);
        assert_eq!(Got::of(shop.request("/pay")).await.status, 201);
    }
    assert_eq!(shop.runs(), 4);
    assert_eq!(Got::of(shop.request("/status/200")).await.problem(), (400, "Missing".into()));
    shop.post("/pay").await;
    assert!(shop.post("/pay").await.is_replayed(), "an optional key that is there counts");
}

#[tokio::test]
async fn a_key_from_content_finds_a_second_one() {
    let window = Duration::from_mins(2);
    let store = memory();
    let shop = Shop::new(layer_over(store.clone()).keys_from_content(window).unwrap()).await;
    let order = |shop: &Shop, body: &'static str| Got::of(shop.request("/pay").body(body));
    assert_eq!(order(&shop, "coffee").await.status, 201);
    assert_eq!(order(&shop, "tea").await.status, 201);
    assert_eq!(order(&shop, "coffee").await.problem(), (409, "Duplicate".into()));
    let scope = format!("review/{ACCOUNT}");
    let noted = store.list(Filter { scope: Some(&scope), ..Filter::default() }, None, 10).await.unwrap().entries;
    assert_eq!(noted.len(), 1);
    assert!(noted[0].result.as_ref().unwrap().ends_with(b"coffee"), "with what was asked, for review");
    pass(window).await;
    assert_eq!(order(&shop, "coffee").await.status, 201);
    let replays = Shop::new(layer().keys_from_content_replayed(window).unwrap()).await;
    order(&replays, "coffee").await;
    assert!(order(&replays, "coffee").await.is_replayed());
}
