//! The header `Idempotency-Key`, and names of keys.

use std::sync::Arc;

use axum_core::body::Body;
use http::{HeaderValue, Request, StatusCode};
use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::Id;
use retry_idempotency::{Admin, MemoryStore};
use retry_runtime::IdempotencyKey;

use crate::input::Input;
use crate::service::{Service, block_on};

const LONG: &str = "0123456789012345678901234567890123456789012345678901234567890123456789";
#[rustfmt::skip]
const WORDS: [&str; 16] =
    ["\"", "\\\"", "\\\\", "\\", ";", ";a=1", ";a=\"x;y\"", ",", " ", "\t", "key", "8e03978e-40d5", "é", "\u{7f}", LONG, "=?0"];

/// The key that a service has read, or `None` if it refuses the header.
fn read(service: impl FnOnce(Service) -> Service, header: &HeaderValue) -> Option<String> {
    let store = Arc::new(MemoryStore::new(9));
    let service = service(Service::new(store.clone()));
    let post = |header: &HeaderValue| Request::post("/").header("idempotency-key", header).body(Body::empty()).unwrap();
    let answer = service.send(post(header));
    let page = block_on(store.list(Filter::default(), None, 9)).unwrap();
    let Some(entry) = page.entries.first() else {
        assert_eq!((answer.status, service.runs()), (StatusCode::BAD_REQUEST, 0));
        return None;
    };
    let key = entry.id().key().to_owned();
    // What is read is a key, and in its plain form it is the same one.
    let plain = IdempotencyKey::new(&key).expect("a key").quoted();
    assert!(service.send(post(&HeaderValue::try_from(plain + "; a=\",\"").unwrap())).is_replay(), "{header:?}");
    assert_eq!((answer.status, service.runs(), page.entries.len()), (StatusCode::CREATED, 1, 1));
    Some(key)
}

fn strict(mut service: Service) -> Service {
    service.layer = service.layer.strict();
    service
}

fn lenient(mut service: Service) -> Service {
    service.layer = service.layer.lenient();
    service
}

pub(crate) fn header(bytes: &[u8]) {
    let text = Input::new(bytes).text(&WORDS);
    let Ok(header) = HeaderValue::from_bytes(text.as_bytes()) else { return };
    let [strictly, leniently] = [read(strict, &header), read(lenient, &header)];
    if text.trim_matches(' ').starts_with('"') {
        assert_eq!(strictly, leniently, "{text:?}");
    } else {
        assert_eq!(strictly, None, "{text:?}");
        assert!(leniently.is_none_or(|key| key == text.trim_matches(' ')), "{text:?}");
    }
}

/// Every key is read as it was written.
pub(crate) fn key(bytes: &[u8]) {
    let text: String = bytes.iter().map(|byte| char::from(b' ' + byte % 95)).collect();
    let Ok(key) = IdempotencyKey::new(&text) else {
        return assert!(text.is_empty() || text.len() > 255);
    };
    assert_eq!(read(strict, &HeaderValue::try_from(key.quoted()).unwrap()).as_deref(), Some(key.as_str()));
}

pub(crate) fn id(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let [scope, key] = [input.text(&WORDS), input.text(&WORDS)];
    let is_scope = (1..=255).contains(&scope.len()) && !scope.contains(char::is_control);
    let is_key = (1..=255).contains(&key.len()) && key.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let id = Id::new(&scope, &key);
    assert_eq!(id.is_ok(), is_scope && is_key);
    assert_eq!(IdempotencyKey::new(&key).is_ok(), is_key);
    if let Ok(id) = id {
        assert_eq!((id.scope(), id.key()), (scope.as_str(), key.as_str()));
        assert!(key.len() < 8 || !format!("{id:?}").contains(&key), "the whole key is printed");
    }
}
