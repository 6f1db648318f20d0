//! Handling of a request with a key.

use core::future::{Future, poll_fn};
use core::mem;
use core::pin::{Pin, pin};
use core::task::Poll;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use axum_core::body::Body;
use axum_core::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, StatusCode};
use tower_service::Service;

use crate::http::body::{BodyEnd, BufferedBody};
use crate::http::encoding::Accepted;
use crate::http::extract::{Idempotent, NothingHappened};
use crate::http::problem::Problem;
use crate::http::request::KeyedRequest;
use crate::http::response_codec::{self, Replayed};
use crate::http::rules::Rules;
use crate::protocol::{HolderId, Id};
use crate::record::HEADER as RECORD_HEADER;
use crate::session::{Claim, Entered, Mode, OnceError, Opened, Replayer, Running, Session, StoreHandle, key_replayed};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Serves a request.
///
/// While it waits for another request with its key, it does so only as long as `caller` exists, if there is one.
pub(super) async fn handle<S>(
    rules: Entered<Arc<Rules>>,
    inner: S,
    mut keyed: Box<KeyedRequest>,
    caller: Option<Weak<()>>,
) -> Result<Response, S::Error>
where
    S: Service<Request<Body>, Response = Response>,
{
    let content = keyed.content.as_ref();
    let Ok(id) = Id::new(&keyed.scope, &keyed.key) else { return Ok(rules.problem(Problem::Malformed)) };
    let accepted = Accepted::by(keyed.request.headers());
    let session = Session {
        store: StoreHandle::Async(&rules.store, &rules.drain),
        id,
        holder: HolderId::random(),
        fingerprint: Some(keyed.fingerprint),
        times: keyed.times,
        keep_from_claim: content.is_some(),
        wait: rules.wait,
        caller,
    };
    let mode = if rules.in_transaction { Mode::InTransaction } else { Mode::Plain };
    let resumes = rules.reruns || rules.in_transaction;
    match session.open(mode, resumes, None).await {
        Err(error) => Ok(rules.refuse_use(id, &error).await),
        Ok(Opened::Finished(record)) => match content {
            Some(note) if rules.content.is_some_and(|content| !content.replays) => {
                match Box::pin(session.flag(start(&rules, note))).await {
                    Ok(()) => Ok(rules.duplicate(id).await),
                    Err(error) => Ok(rules.refuse(&error)),
                }
            }
            _ => Ok(replay(&rules, record, &accepted)),
        },
        Ok(Opened::Running(running)) => run(&rules, inner, &mut keyed.request, &running).await,
    }
}

/// Returns the start of a request's body, as much as the store records.
fn start<'a>(rules: &Rules, body: &'a [u8]) -> &'a [u8] {
    let limit = rules.store.max_result_bytes().saturating_sub(RECORD_HEADER);
    &body[..body.len().min(limit)]
}

/// Returns the recorded response.
fn replay(rules: &Rules, record: Vec<u8>, accepted: &Accepted) -> Response {
    match response_codec::decode(record) {
        Some(Replayed::Whole(response)) if !accepted.includes(response.headers()) => {
            rules.problem(Problem::NotAcceptable)
        }
        Some(Replayed::Whole(mut response)) => {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            key_replayed(Replayer::Layer);
            response
        }
        Some(Replayed::NotKept(first_status)) => rules.not_kept(first_status),
        None => rules.problem(Problem::Broken),
    }
}

async fn run<S>(
    rules: &Rules,
    mut inner: S,
    request: &mut Request<Body>,
    running: &Running<'_>,
) -> Result<Response, S::Error>
where
    S: Service<Request<Body>, Response = Response>,
{
    // A response that is compressed for this client could not be replayed to another one.
    request.headers_mut().remove(ACCEPT_ENCODING);
    request.extensions_mut().insert(Idempotent::new(running.claim.clone(), Arc::clone(&rules.replayed)));
    let mut work = Box::pin(async {
        let (parts, body) = inner.call(mem::take(request)).await?.into_parts();
        let is_endless =
            parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let mut body = BufferedBody::unread(body);
        if !is_endless {
            body.read_within(rules.response_limit, rules.times.lease()).await;
        }
        Ok(Response::from_parts(parts, body))
    });
    let mut held = running.hold(pin!(catch_panic(work.as_mut()))).await;
    // Before anything else: perhaps it did not end.
    drop(work);
    let instead = match &mut held {
        Ok(Some(Ok(response))) => finish(rules, running, response).await,
        Ok(Some(Err(_)) | None) => {
            // What was not committed is rolled back; the rest is unknown.
            running.release().await;
            None
        }
        Err(_) => None,
    };
    match (instead, held) {
        (Some(instead), _) => Ok(instead),
        (None, Ok(Some(outcome))) => Ok(outcome?.map(BufferedBody::into_body)),
        (None, Ok(None)) => Ok(rules.problem(Problem::Panicked)),
        (None, Err(error)) => Ok(rules.refuse(&error)),
    }
}

/// Ends the session by the response.
///
/// Returns a response to send instead, if there is one.
async fn finish(rules: &Rules, running: &Running<'_>, response: &mut http::Response<BufferedBody>) -> Option<Response> {
    let status = response.status();
    let has_failed = status.is_client_error() || status.is_server_error();
    if running.claim.is_completed() {
        // Perhaps the answer to the commit was lost: the store has the last word.
        let committed = if has_failed { running.committed().await } else { None };
        return match committed.and_then(|record| response_codec::decode(record.into())) {
            Some(Replayed::Whole(committed)) => Some(committed),
            _ => None,
        };
    }
    if is_forgotten(rules, &running.claim, response) {
        running.forget().await;
        return None;
    }
    // A response about a failure to store is not the response to the request.
    if rules.in_transaction && (running.claim.is_doubtful() || !has_failed) {
        running.release().await;
        return (!has_failed).then(|| rules.problem(Problem::Broken));
    }
    match running.finish_with(record(rules, response)).await {
        Err(OnceError::Lost) => Some(rules.refuse(&OnceError::Lost)),
        // The effect was made even if the store could not record it: another response would report a payment as failed.
        Ok(()) | Err(_) => None,
    }
}

/// Encodes a response, without a body that is too large or not read whole.
fn record(rules: &Rules, response: &mut http::Response<BufferedBody>) -> Vec<u8> {
    let is_whole = response.body().end == BodyEnd::Whole;
    let body = is_whole.then(|| response.body_mut().bytes());
    let encode = |body| response_codec::encode(response.status(), response.headers(), &rules.replayed, body);
    let record = encode(body.as_deref());
    if record.len() > rules.store.max_result_bytes() { encode(None) } else { record }
}

/// Returns true if the response means that nothing happened.
///
/// The status says so only if it is 425: a handler may answer 403 or 429 after an effect. A transaction that has failed without
/// storing its response has committed nothing.
fn is_forgotten<B>(rules: &Rules, claim: &Claim, response: &http::Response<B>) -> bool {
    let status = response.status();
    let has_failed = status.is_client_error() || status.is_server_error();
    claim.is_nothing()
        || response.extensions().get::<NothingHappened>().is_some()
        || status == StatusCode::TOO_EARLY
        || rules.in_transaction && has_failed && !claim.is_doubtful()
}

/// Runs a future; `None` if it panics, so that the session can be ended.
fn catch_panic<F: Future>(mut future: Pin<&mut F>) -> impl Future<Output = Option<F::Output>> {
    poll_fn(move |cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
}
