//! Examination of a request: its key, its fingerprint, its client.

use core::mem;
use std::panic::resume_unwind;
use std::sync::Arc;

use axum_core::body::Body;
use http::Request;
use http::request::Parts;
use tokio::task::spawn_blocking;

use crate::http::body::{BodyEnd, BufferedBody, Data};
use crate::http::extract::Idempotent;
use crate::http::fingerprint::fingerprint;
use crate::http::key_header;
use crate::http::problem::Problem;
use crate::http::rules::Rules;
use crate::protocol::{Fingerprint, KeySpace, Times};
use crate::support::{hash, hex};

/// Longest body whose fingerprint is made in the task of the request.
///
/// It takes less than about 1 ms, whatever the body contains.
const MAX_INLINE: usize = 64 << 10;

/// Request that was read whole, with its key.
pub(super) struct KeyedRequest {
    /// Scope in the store.
    pub(super) scope: String,
    pub(super) key: String,
    pub(super) fingerprint: Fingerprint,
    pub(super) times: Times,
    /// Body of the request, if its key was made from content.
    pub(super) content: Option<Data>,
    pub(super) request: Request<Body>,
}

/// Result of an examination.
pub(super) enum Examined {
    /// The layer does not apply to the request, which is left as it was.
    Pass,
    Refuse(Problem),
    Keyed(Box<KeyedRequest>),
}

/// Validates a request and reads its body. The store is not asked.
///
/// Takes the request unless it passes. The futures of a layer pass references and boxes, because a function contains its arguments
/// twice.
pub(super) async fn examine(rules: &Arc<Rules>, request: &mut Request<Body>) -> Examined {
    if !rules.methods.contains(request.method()) {
        return Examined::Pass;
    }
    let key = match key_header::read(request.headers(), rules.allows_unquoted) {
        Ok(key) => key,
        Err(problem) => return Examined::Refuse(problem),
    };
    let (mut parts, body) = mem::take(request).into_parts();
    if key.is_none() && rules.content.is_none() {
        if (rules.required)(&parts) {
            return Examined::Refuse(Problem::Missing);
        }
        *request = Request::from_parts(parts, body);
        return Examined::Pass;
    }
    if parts.extensions.get::<Idempotent>().is_some() {
        return Examined::Refuse(Problem::Nested);
    }
    let space = if key.is_some() { KeySpace::Http } else { KeySpace::HttpContent };
    let Some(scope) = scope(rules, space, &parts) else { return Examined::Refuse(Problem::NoClient) };
    let mut read = BufferedBody::unread(body);
    read.read(rules.request_limit).await;
    match read.end {
        BodyEnd::Whole => {}
        BodyEnd::Open => return Examined::Refuse(Problem::TooLarge),
        BodyEnd::Broken => return Examined::Refuse(Problem::BrokenOff),
    }
    let bytes = read.bytes();
    let fingerprint = if bytes.len() <= MAX_INLINE {
        make_fingerprint(rules, &parts, &bytes)
    } else {
        let made;
        match Box::pin(with_fingerprint(rules, parts, &bytes)).await {
            Some(whole) => (parts, made) = whole,
            None => return Examined::Refuse(Problem::StoreDown),
        }
        made
    };
    let (key, times, content) = match (key, rules.content) {
        (None, Some(content)) => (key_from_content(rules, &scope, &fingerprint), content.times, Some(bytes)),
        (key, _) => (key.unwrap_or_default(), rules.times, None),
    };
    let request = Request::from_parts(parts, read.into_body());
    Examined::Keyed(Box::new(KeyedRequest { scope, key, fingerprint, times, content, request }))
}

/// Returns the head of a request with its fingerprint.
///
/// It is made on a thread for blocking work. Returns `None` if the runtime shuts down before that.
async fn with_fingerprint(rules: &Arc<Rules>, parts: Parts, bytes: &Data) -> Option<(Parts, Fingerprint)> {
    let (rules, bytes) = (Arc::clone(rules), bytes.clone());
    let making = spawn_blocking(move || {
        let made = make_fingerprint(&rules, &parts, &bytes);
        (parts, made)
    });
    match making.await {
        Ok(made) => Some(made),
        Err(error) => match error.try_into_panic() {
            // Of the user's own function: as below the limit.
            Ok(panic) => resume_unwind(panic),
            Err(_) => None,
        },
    }
}

fn make_fingerprint(rules: &Rules, parts: &Parts, bytes: &[u8]) -> Fingerprint {
    match &rules.fingerprint {
        Some(own) => own(parts, bytes),
        None => fingerprint(&rules.operation, parts, bytes),
    }
}

/// Returns the scope of a request, or `None` if its client is unknown.
fn scope(rules: &Rules, space: KeySpace, parts: &Parts) -> Option<String> {
    match &rules.client {
        None => space.scope(None).ok(),
        Some(client) => space.scope(Some(&client(parts)?)).ok(),
    }
}

fn key_from_content(rules: &Rules, scope: &str, fingerprint: &Fingerprint) -> String {
    hex(&hash(&[rules.operation.as_bytes(), scope.as_bytes(), fingerprint.as_bytes()]))
}
