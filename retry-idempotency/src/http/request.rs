//! Examination of a request: its key, its fingerprint, its client.

use core::mem;

use axum_core::body::Body;
use http::Request;

use crate::http::body::{BodyEnd, BufferedBody};
use crate::http::fingerprint::fingerprint;
use crate::http::key_header;
use crate::http::problem::Problem;
use crate::http::rules::Rules;
use crate::protocol::{Fingerprint, Id, Times};
use crate::support::{hash, hex};

/// Request that was read whole, with its key.
pub(super) struct KeyedRequest {
    pub(super) client: String,
    pub(super) key: String,
    pub(super) fingerprint: Fingerprint,
    pub(super) times: Times,
    /// Body of the request, if its key was made from content.
    pub(super) content: Option<Vec<u8>>,
    pub(super) request: Request<Body>,
}

/// Result of an examination.
pub(super) enum Examined {
    /// The layer does not apply to the request.
    Pass(Request<Body>),
    Refuse(Problem),
    Keyed(KeyedRequest),
}

/// Validates a request and reads its body. The store is not asked.
pub(super) async fn examine(rules: &Rules, request: Request<Body>) -> Examined {
    if !rules.methods.contains(request.method()) {
        return Examined::Pass(request);
    }
    let (parts, body) = request.into_parts();
    let key = match key_header::read(&parts.headers, rules.allows_unquoted) {
        Ok(key) => key,
        Err(problem) => return Examined::Refuse(problem),
    };
    if key.is_none() && rules.content.is_none() {
        return if (rules.required)(&parts) {
            Examined::Refuse(Problem::Missing)
        } else {
            Examined::Pass(Request::from_parts(parts, body))
        };
    }
    // Any key will do to validate the scope.
    let client = (rules.client)(&parts).filter(|client| Id::new(client, "key").is_ok());
    let Some(client) = client else { return Examined::Refuse(Problem::NoClient) };
    let mut read = BufferedBody::read(body, rules.request_limit).await;
    match read.end {
        BodyEnd::Whole => {}
        BodyEnd::Open => return Examined::Refuse(Problem::TooLarge),
        BodyEnd::Broken => return Examined::Refuse(Problem::BrokenOff),
    }
    let bytes = mem::take(&mut read.bytes);
    let fingerprint = match &rules.fingerprint {
        Some(of) => of(&parts, &bytes),
        None => fingerprint(&rules.operation, &parts, &bytes),
    };
    let (key, times, content) = match (key, rules.content) {
        (None, Some(content)) => (key_from_content(rules, &client, &fingerprint), content.times, Some(bytes)),
        (key, _) => (key.unwrap_or_default(), rules.times, None),
    };
    let request = Request::from_parts(parts, read.into_body());
    Examined::Keyed(KeyedRequest { client, key, fingerprint, times, content, request })
}

fn key_from_content(rules: &Rules, client: &str, fingerprint: &Fingerprint) -> String {
    hex(&hash(&[b"content", rules.operation.as_bytes(), client.as_bytes(), fingerprint.as_bytes()]))
}
