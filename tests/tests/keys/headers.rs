//! The key of an attempt as a header of what it sends.

use retry_runtime::IdempotencyKey;
use retry_runtime::OutgoingRequest;
use retry_runtime::http::IDEMPOTENCY_KEY;

#[test]
fn a_request_inside_a_keyed_attempt_has_its_key_quoted() {
    let key = IdempotencyKey::new(r#"order "31""#).unwrap();
    let request = || http::Request::get("/").header(IDEMPOTENCY_KEY, "own").body(()).unwrap().with_attempt();
    let sent = key.scope_blocking(request);
    assert_eq!(sent.headers()[IDEMPOTENCY_KEY], r#""order \"31\"""#);
    assert_eq!(sent.headers().get_all(IDEMPOTENCY_KEY).iter().count(), 1);
    assert!(!format!("{sent:?}").contains("31"));
    assert_eq!(request().headers()[IDEMPOTENCY_KEY], "own");
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
