//! What a request asks of the store.

use std::string::String;
use std::vec::Vec;

use ::axum_core::body::Body;
use ::http::Request;
use ::http::header::CONTENT_TYPE;
use ::http::request::Parts;

use crate::__internal;
use crate::idempotency::layer::body::{End, Read};
use crate::idempotency::layer::config::Rules;
use crate::idempotency::layer::{Problem, key};
use crate::idempotency::{Fingerprint, Id, Times, canonical};

/// A request that was read whole, and its key.
pub(super) struct Asking {
    pub(super) client: String,
    pub(super) key: String,
    pub(super) fingerprint: Fingerprint,
    pub(super) times: Times,
    /// The body, where the key was made from it.
    pub(super) content: Option<Vec<u8>>,
    pub(super) request: Request<Body>,
}

/// What is done about a request.
pub(super) enum Judged {
    /// It is none of the layer's.
    Pass(Request<Body>),
    Refuse(Problem),
    Ask(Asking),
}

/// Validates a request and reads it whole. Nothing is asked of the store.
pub(super) async fn judge(rules: &Rules, request: Request<Body>) -> Judged {
    if !rules.methods.contains(request.method()) {
        return Judged::Pass(request);
    }
    let (parts, body) = request.into_parts();
    let key = match key::read(&parts.headers, rules.unquoted) {
        Ok(key) => key,
        Err(problem) => return Judged::Refuse(problem),
    };
    if key.is_none() && rules.content.is_none() {
        return if (rules.required)(&parts) {
            Judged::Refuse(Problem::Missing)
        } else {
            Judged::Pass(Request::from_parts(parts, body))
        };
    }
    // A scope is judged by any key.
    let client = (rules.client)(&parts).filter(|client| Id::new(client, "key").is_ok());
    let Some(client) = client else { return Judged::Refuse(Problem::NoClient) };
    let mut read = Read::of(body, rules.request_limit).await;
    match read.end {
        End::Whole => {}
        End::Open => return Judged::Refuse(Problem::TooLarge),
        End::Broken => return Judged::Refuse(Problem::BrokenOff),
    }
    let bytes = core::mem::take(&mut read.bytes);
    let fingerprint = fingerprint(rules, &parts, &bytes);
    let (key, times, content) = match (key, rules.content) {
        (None, Some(content)) => (from_content(rules, &client, &fingerprint), content.times, Some(bytes)),
        (key, _) => (key.unwrap_or_default(), rules.times, None),
    };
    let request = Request::from_parts(parts, read.again());
    Judged::Ask(Asking { client, key, fingerprint, times, content, request })
}

/// No headers but the kind of content: a trace, a date or a token differ from a request to its resend.
fn fingerprint(rules: &Rules, parts: &Parts, body: &[u8]) -> Fingerprint {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || kind.ends_with("+json");
    let body = if is_json { canonical(body) } else { body.into() };
    Fingerprint::of_parts(&[
        parts.method.as_str().as_bytes(),
        rules.operation.as_bytes(),
        parts.uri.path().as_bytes(),
        parts.uri.query().unwrap_or_default().as_bytes(),
        kind.as_bytes(),
        &body,
    ])
}

fn from_content(rules: &Rules, client: &str, fingerprint: &Fingerprint) -> String {
    let parts = [b"content", rules.operation.as_bytes(), client.as_bytes(), fingerprint.as_bytes()];
    __internal::hex(&__internal::hash(&parts))
}
