//! The key of an attempt as a header of what it sends.

use http::HeaderMap;
use retry_runtime::IdempotencyKey;
use retry_runtime::OutgoingRequest;
use retry_runtime::http::IDEMPOTENCY_KEY;

#[test]
fn a_request_inside_a_keyed_attempt_has_its_key_quoted() {
    let key = IdempotencyKey::new(r#"order "31""#).unwrap();
    let sent = key.scope_blocking(|| http::Request::get("/").body(()).unwrap().with_attempt());
    assert_eq!(sent.headers()[IDEMPOTENCY_KEY], r#""order \"31\"""#);
    assert_eq!(sent.headers().get_all(IDEMPOTENCY_KEY).iter().count(), 1);
    assert!(!format!("{sent:?}").contains("31"));
    // Kept for another call, it gets the key of that call.
    let sent = IdempotencyKey::new("b").unwrap().scope_blocking(|| sent.with_attempt());
    assert_eq!(all(sent.headers()), [r#""b""#]);
}

fn all(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all(IDEMPOTENCY_KEY).iter().map(|value| value.to_str().unwrap()).collect()
}

#[test]
fn a_key_that_the_caller_has_set_stays() {
    let key = IdempotencyKey::new("31").unwrap();
    let request = || http::Request::get("/").header(IDEMPOTENCY_KEY, "own").body(()).unwrap().with_attempt();
    assert_eq!(all(key.scope_blocking(request).headers()), ["own"]);
    assert_eq!(all(request().headers()), ["own"]);

    let client = reqwest::Client::new();
    let builder = || client.post("http://localhost/").header(IDEMPOTENCY_KEY, "own");
    let sent = key.scope_blocking(|| builder().with_attempt().build().unwrap());
    assert_eq!(all(sent.headers()), ["own"]);
    let sent = key.scope_blocking(|| builder().build().unwrap().with_attempt());
    assert_eq!(all(sent.headers()), ["own"]);

    // After it, on a request that is built: a builder could only add a second one.
    let mut sent = key.scope_blocking(|| client.post("http://localhost/").with_attempt().build().unwrap());
    sent.headers_mut().insert(IDEMPOTENCY_KEY, "own".parse().unwrap());
    assert_eq!(all(sent.headers()), ["own"]);
}

#[test]
fn a_bare_key_has_no_quotes() {
    let key = IdempotencyKey::generate();
    let client = reqwest::Client::new();
    let post = || client.post("http://localhost/");
    let sent = key.scope_blocking(|| http::Request::get("/").body(()).unwrap().with_bare_key());
    assert_eq!(all(sent.headers()), [key.as_str()]);
    assert!(sent.headers()[IDEMPOTENCY_KEY].is_sensitive());
    let sent = key.scope_blocking(|| post().with_bare_key().build().unwrap());
    assert_eq!(all(sent.headers()), [key.as_str()]);
    let sent = key.scope_blocking(|| post().build().unwrap().with_bare_key());
    assert_eq!(all(sent.headers()), [key.as_str()]);
    let sent = key.scope_blocking(|| post().header(IDEMPOTENCY_KEY, "own").with_bare_key().build().unwrap());
    assert_eq!(all(sent.headers()), ["own"]);
}

#[test]
fn a_builder_that_has_failed_keeps_its_error() {
    let built = || reqwest::Client::new().get("no url").with_attempt().build().unwrap_err().to_string();
    let without = reqwest::Client::new().get("no url").build().unwrap_err().to_string();
    assert_eq!(IdempotencyKey::new("a").unwrap().scope_blocking(built), without);
}

#[test]
fn a_request_of_reqwest_has_it_too() {
    let client = reqwest::Client::new();
    let sent = || client.get("http://localhost/").with_attempt().build().unwrap();
    assert_eq!(IdempotencyKey::new("a").unwrap().scope_blocking(sent).headers()[IDEMPOTENCY_KEY], r#""a""#);
    assert!(!sent().headers().contains_key(IDEMPOTENCY_KEY));

    let bare = || reqwest::Request::new(reqwest::Method::GET, "http://localhost/".parse().unwrap()).with_attempt();
    assert_eq!(IdempotencyKey::new("b").unwrap().scope_blocking(bare).headers()[IDEMPOTENCY_KEY], r#""b""#);
}
