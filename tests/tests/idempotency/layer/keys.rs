//! Keys: syntax, account and fingerprint.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use retry_idempotency::admin::Filter;
use retry_idempotency::http::{IdempotencyLayer, Problem};
use retry_idempotency::{Admin, Fingerprint, MemoryStore};

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
    let shop = Shop::new(layer()).await;
    let all: String = (b'!'..=b'~').map(char::from).filter(|c| *c != '"').collect();
    for (runs, key) in (1..).zip(["8e03978e-40d5", "order 31", "order;1", "order;2", "a,b", &all]) {
        assert!(!with_key(&shop, key).await.is_replayed(), "{key}");
        assert!(with_key(&shop, key).await.is_replayed(), "{key}");
        let quoted = format!("\"{}\"", key.replace('\\', "\\\\"));
        assert!(with_key(&shop, &quoted).await.is_replayed(), "{quoted}");
        assert_eq!(shop.runs(), runs);
    }
    for bad in ["\"foo", "", &"k".repeat(256)] {
        assert_eq!(with_key(&shop, bad).await.status, 400, "{bad}");
    }
    let strict = Shop::new(layer().strict()).await;
    assert_eq!(with_key(&strict, "8e03978e-40d5").await.problem(), (400, "Malformed".into()));
    assert_eq!(with_key(&strict, "\"8e03978e-40d5\"").await.status, 201);
}

/// A resend by a client that writes the same in another way.
#[tokio::test]
async fn a_resend_may_be_written_in_another_way() {
    let form = |boundary: &str, euros: u32| {
        let body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"euros\"\r\n\r\n{euros}\r\n--{boundary}--\r\n"
        );
        (format!("multipart/form-data; boundary={boundary}"), body)
    };
    let of = |kind: &str, body: &str| (kind.to_owned(), body.to_owned());
    for (first, resend, other) in [
        (form("one", 31), form("----other", 31), form("one", 32)),
        (
            of("application/json", r#"["é/"]"#),
            of("application/json", r#"[ "\u00e9\/" ]"#),
            of("application/json", r#"["e/"]"#),
        ),
        (
            of("application/x-www-form-urlencoded", "a=1+2"),
            of("application/x-www-form-urlencoded", "a=1%202"),
            of("application/x-www-form-urlencoded", "a=1%2B2"),
        ),
    ] {
        let shop = Shop::new(layer()).await;
        let send = async |path: &str, (kind, body): &(String, String)| {
            let request = shop.request(path).header("idempotency-key", KEY).header("content-type", kind);
            Got::of(request.body(body.clone())).await
        };
        assert_eq!(send("/pay?q=a+b", &first).await.status, 201);
        assert!(send("/pay?q=a%20b", &resend).await.is_replayed(), "{resend:?}");
        assert_eq!(send("/pay?q=a+b", &other).await.problem(), (422, "Mismatch".into()), "{other:?}");
    }
}

#[tokio::test]
async fn a_fingerprint_of_ones_own_decides() {
    let first_byte = |_: &_, body: &[u8]| Fingerprint::of(&body.first()).unwrap();
    let shop = Shop::new(layer().fingerprint(first_byte)).await;
    let send =
        async |body: &'static str| Got::of(shop.request("/pay").header("idempotency-key", KEY).body(body)).await.status;
    assert_eq!([send("31 now").await, send("31 later").await, send("41").await], [201, 201, 422]);
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
    let scope = format!("review:http-content:{ACCOUNT}");
    let noted = store.list(Filter { scope: Some(&scope), ..Filter::default() }, None, 10).await.unwrap().entries;
    assert_eq!(noted.len(), 1);
    let note = store.read(noted[0].id()).await.unwrap().unwrap().result.unwrap();
    assert!(note.ends_with(b"coffee"), "with what was asked, for review");
    pass(window).await;
    assert_eq!(order(&shop, "coffee").await.status, 201);
    let replays = Shop::new(layer().keys_from_content_replayed(window).unwrap()).await;
    order(&replays, "coffee").await;
    assert!(order(&replays, "coffee").await.is_replayed());
}

/// On a runtime of one thread: that of the test.
#[tokio::test]
async fn the_fingerprint_of_a_large_body_does_not_delay_others() {
    let threads = Arc::new(Mutex::new(Vec::<(usize, ThreadId)>::new()));
    let seen = Arc::clone(&threads);
    let layer = layer().fingerprint(move |head, body| {
        seen.lock().unwrap().push((body.len(), thread::current().id()));
        Fingerprint::of(&(head.uri.path(), body)).unwrap()
    });
    let shop = Shop::new(layer).await;
    for (key, length) in [("small", 64 << 10), ("large", (64 << 10) + 1)] {
        let post = || shop.request("/pay").header("idempotency-key", key).body("x".repeat(length));
        assert_eq!(Got::of(post()).await.status, 201);
        assert!(Got::of(post()).await.is_replayed());
        assert_eq!(Got::of(post().body("y".repeat(length))).await.problem(), (422, "Mismatch".into()));
    }
    let threads = threads.lock().unwrap();
    assert_eq!(threads.len(), 6);
    for (length, thread) in &*threads {
        assert_eq!(*thread == thread::current().id(), *length <= 64 << 10, "{length}");
    }
}

#[tokio::test]
async fn a_client_that_fills_its_share_is_refused_and_others_are_not() {
    let shop = Shop::new(layer_over(Arc::new(MemoryStore::new(100).with_keys_per_scope(2)))).await;
    for key in ["1", "2"] {
        assert_eq!(with_key(&shop, key).await.status, 201);
    }
    assert_eq!(with_key(&shop, "3").await.problem(), (429, "TooManyKeys".into()));
    assert!(with_key(&shop, "1").await.is_replayed());
    assert_eq!(shop.runs(), 2);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let other = client.post(format!("http://{}/pay", shop.address)).header("x-account", "account-8");
    assert_eq!(Got::of(other.header("idempotency-key", "3")).await.status, 201);
}

#[tokio::test]
async fn a_duplicate_above_the_limit_of_the_store_is_refused_and_its_start_recorded() {
    let store = Arc::new(MemoryStore::new(100).with_result_limit(200));
    let shop = Shop::new(layer_over(Arc::clone(&store) as _).keys_from_content(Duration::from_mins(1)).unwrap()).await;
    let post = || Got::of(shop.request("/pay").body("x".repeat(1000)));
    assert_eq!(post().await.status, 201);
    assert_eq!(post().await.problem(), (409, "Duplicate".into()));
    let entries = store.list(Filter::default(), None, 10).await.unwrap().entries;
    let lengths: Vec<_> = entries.iter().map(|entry| entry.result_bytes).collect();
    assert!(lengths.contains(&Some(200)), "{lengths:?}");
}

#[tokio::test]
async fn a_response_above_the_limit_of_the_store_is_sent_and_not_kept() {
    let shop = Shop::new(layer_over(Arc::new(MemoryStore::new(100).with_result_limit(100)))).await;
    let first = with_key(&shop, KEY).await;
    assert_eq!(first.status, 201);
    assert_eq!(with_key(&shop, KEY).await.problem(), (410, "NotKept".into()));
    assert_eq!(shop.runs(), 1);
}
