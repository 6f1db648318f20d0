//! Secrets stay out of the page, and text stays text.

use http::Method;
use http::header::CONTENT_SECURITY_POLICY;
use retry_runtime::page::Page;
use retry_runtime::{Class, Classify, Stopped, retry};
use retry_tests::Fault;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::requests::{get, request, value};

#[retry(retry_on = Timeout, name = "\"><script>alert(1)</script>\\\n")]
fn hostile() -> Result<u32, Fault> {
    Ok(7)
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    hostile().unwrap();
    let page = Page::new();
    let html = get(&page, "").await;
    assert_eq!(html.matches("<script>").count(), 1, "the page's own");
    assert!(html.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\\\n</th>"), "{html}");
    let text = get(&page, "?format=prometheus").await;
    assert_eq!(value(&text, r#"retry_calls_total{operation="\"><script>alert(1)</script>\\\n"}"#), "1");
    serde_json::from_str::<Value>(&get(&page, "?format=json").await).unwrap();
}

#[derive(Debug, thiserror::Error)]
#[error("error-4711 for {0}")]
struct Told(String);

impl From<Stopped> for Told {
    fn from(stopped: Stopped) -> Self {
        Self(stopped.to_string())
    }
}

impl Classify for Told {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

#[retry(retry_on = Timeout, backoff = none, side_effects, idempotency_key = key, context = attempt, name = "secret")]
fn secret(key: &str, payload: &str) -> Result<u32, Told> {
    Err(Told(format!("{payload} {:?}", attempt.idempotency_key())))
}

#[tokio::test]
async fn no_key_no_payload_and_no_message_is_in_any_form() {
    let error = secret("key-4711", "payload-4711").unwrap_err().to_string();
    assert!(error.contains("key-4711") && error.contains("payload-4711"), "{error}");
    for query in ["", "?format=json", "?format=prometheus"] {
        let body = get(&Page::new(), query).await;
        assert!(body.contains("secret") && !body.contains("4711"), "{body}");
    }
}

/// The hash in the form of a content security policy, `sha256-..`.
fn hash(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(text.as_bytes());
    let mut hash = String::new();
    for three in digest.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        hash.extend((0..=three.len()).map(|at| char::from(LETTERS[bits >> (18 - 6 * at) & 63])));
    }
    format!("'sha256-{hash}='")
}

#[tokio::test]
async fn the_content_security_policy_allows_only_the_pages_script_and_style() {
    let (_, headers, html) = request(Page::new(), Method::GET, "/").await;
    let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    for (kind, tag) in [("style-src", "style"), ("script-src", "script")] {
        let (_, rest) = html.split_once(&format!("<{tag}>")).unwrap();
        let (text, _) = rest.split_once(&format!("</{tag}>")).unwrap();
        let expected = format!("{kind} {};", hash(text));
        assert!(policy.contains(&expected), "write into service.rs: {expected}");
    }
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!html.contains(" style=\"") && !html.contains(" onclick="));
}
