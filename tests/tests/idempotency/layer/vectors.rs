//! Every row of `vectors/idempotency_http.json`.

use std::time::Duration;

use serde_json::Value;

use crate::layer::shop::{Got, KEY, Shop, layer, pass};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../vectors/idempotency_http.json")).unwrap()
}

/// The expected result of a row: a status, 'process', or text.
async fn row(name: &str) -> String {
    let shop = Shop::new(layer().request_limit(64)).await;
    let said = |got: &Got| match got.headers.get("retry-after") {
        Some(after) => format!("{} after {}", got.status, after.to_str().unwrap()),
        None => got.status.to_string(),
    };
    match name {
        "no header where one is required" => Got::of(shop.request("/pay")).await.problem().0.to_string(),
        "first use of key and fingerprint" => {
            let got = shop.post("/pay").await;
            assert!(!got.is_replayed());
            format!("{} runs", shop.runs())
        }
        "same key and fingerprint, finished" => finished().await,
        "same key and fingerprint, in progress" => {
            let (slow, second) = tokio::join!(shop.post("/slow"), async {
                shop.seen.begun.notified().await;
                let second = shop.post("/slow").await;
                shop.seen.gate.0.add_permits(1);
                second
            });
            assert_eq!((slow.status, shop.runs()), (200, 1));
            assert_eq!(second.problem().1, "InFlight");
            said(&second)
        }
        "same key and fingerprint, interrupted by a crash and not safe to run again" => {
            assert_eq!(shop.post("/panic").await.problem(), (500, "Panicked".into()));
            let second = shop.post("/panic").await;
            assert_eq!((second.problem().1.as_str(), shop.runs()), ("Interrupted", 1));
            said(&second)
        }
        "same key, other fingerprint" => {
            shop.post("/pay").await;
            shop.post("/status/200").await.problem().0.to_string()
        }
        "same key, other client identity" => other_client(&shop).await,
        "expired key" => {
            shop.post("/pay").await;
            pass(Duration::from_secs(86_401)).await;
            assert!(!shop.post("/pay").await.is_replayed());
            format!("{} runs", shop.runs())
        }
        "request body above the limit" => {
            let large = shop.request("/pay").header("idempotency-key", KEY).body("x".repeat(65));
            let got = Got::of(large).await;
            assert_eq!(shop.post("/pay").await.status, 201, "another body of that key: nothing was claimed");
            got.problem().0.to_string()
        }
        "finished, but the response was too large to keep" => {
            let first = shop.post("/large").await;
            assert_eq!((first.status, first.body.len()), (201, 2 << 20));
            let second = shop.post("/large").await;
            assert!(second.body.contains(r#""first_status":201"#), "{second:?}");
            format!("{}, {} run", second.problem().0, shop.runs())
        }
        _ => panic!("a row without a test: {name}"),
    }
}

/// Returns whether the second request of each status is a replay.
async fn finished() -> String {
    let mut all = Vec::new();
    for path in ["/pay", "/status/404", "/status/500"] {
        let shop = Shop::new(layer()).await;
        let (first, second) = (shop.post(path).await, shop.post(path).await);
        assert_eq!((first.status, &first.body, shop.runs()), (second.status, &second.body, 1));
        assert_eq!(second.headers["content-length"], first.body.len().to_string());
        all.push(second.is_replayed() && !first.is_replayed());
    }
    format!("{all:?}")
}

async fn other_client(shop: &Shop) -> String {
    shop.post("/pay").await;
    let other = shop.request("/pay").header("idempotency-key", KEY);
    let (client, request) = other.build_split();
    let mut request = request.unwrap();
    request.headers_mut().insert("x-account", "account-8".parse().unwrap());
    let response = client.execute(request).await.unwrap();
    assert!(!response.headers().contains_key("idempotent-replayed"));
    format!("{} runs", shop.runs())
}

#[tokio::test]
async fn each_row() {
    let expected = [
        ("400", "400"),
        ("process", "1 runs"),
        ("the stored response, success or error, with Idempotent-Replayed: true", "[true, true, true]"),
        ("409 with Retry-After", "409 after 1"),
        ("409 problem of its own type without Retry-After, no run", "409"),
        ("422", "422"),
        ("a first use", "2 runs"),
        ("as a first use", "2 runs"),
        ("413, before any claim", "413"),
        ("410, never a second run", "410, 1 run"),
    ];
    let vectors = vectors();
    let rows = vectors["rows"].as_array().unwrap();
    assert_eq!(rows.len(), expected.len());
    for (vector, (words, outcome)) in rows.iter().zip(expected) {
        let name = vector[0].as_str().unwrap();
        let said = vector[1].as_str().map_or_else(|| vector[1].to_string(), str::to_owned);
        assert_eq!((said.as_str(), row(name).await.as_str()), (words, outcome), "{name}");
    }
}

#[tokio::test]
async fn each_example_of_a_key() {
    let vectors = vectors();
    let send = async |field: &[u8], is_twice: bool| {
        let shop = Shop::new(layer()).await;
        let mut request = shop.request("/pay").header("idempotency-key", http::HeaderValue::from_bytes(field).unwrap());
        if is_twice {
            request = request.header("idempotency-key", KEY);
        }
        let got = Got::of(request).await;
        (got.status, shop.runs())
    };
    for ok in vectors["examples_ok"].as_array().unwrap() {
        assert_eq!(send(ok.as_str().unwrap().as_bytes(), false).await, (201, 1), "{ok}");
    }
    for bad in vectors["examples_bad"].as_array().unwrap() {
        let text = bad.as_str().unwrap();
        let is_twice = text == "two fields";
        let field = if is_twice { KEY } else { text };
        assert_eq!(send(field.as_bytes(), is_twice).await, (400, 0), "{bad}");
    }
}
