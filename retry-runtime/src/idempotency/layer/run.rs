//! One request with a key, from the claim to its answer; in a task of its own.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use ::axum_core::body::Body;
use ::axum_core::response::Response;
use ::http::header::CONTENT_TYPE;
use ::http::{HeaderName, HeaderValue, Request, StatusCode};
use ::tower_service::Service;
use retry_core::units;

use crate::idempotency::layer::body::{End as BodyEnd, Read};
use crate::idempotency::layer::config::Rules;
use crate::idempotency::layer::request::Asking;
use crate::idempotency::layer::stored::{self, Stored};
use crate::idempotency::layer::{Idempotent, NothingHappened, Problem};
use crate::idempotency::once::drive::{Asked, Use, flag};
use crate::idempotency::once::fate::Mode;
use crate::idempotency::once::medium::{Lease, Medium};
use crate::idempotency::once::settle::End;
use crate::idempotency::replayed::{Answerer, replayed};
use crate::idempotency::{Change, Claim, Id, Refused};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Serves a request; while it waits for another one with its key, only as long as `caller` is there.
pub(super) async fn serve<S>(
    rules: Arc<Rules>,
    inner: S,
    asking: Asking,
    caller: Weak<()>,
) -> Result<Response, S::Error>
where
    S: Service<Request<Body>, Response = Response>,
{
    let Asking { client, key, fingerprint, times, content, request } = asking;
    let Ok(id) = Id::new(&client, &key) else { return Ok(rules.problem(Problem::Malformed)) };
    let fingerprint = Some(fingerprint);
    let from_first = content.is_some();
    let (wait, caller) = (rules.wait, Some(caller));
    let asks = Use { id, fingerprint, times, from_first, wait, caller, interrupted: (), duplicates: () };
    let medium = Medium::Task(&*rules.store);
    let resumes = rules.rerun || rules.in_transaction;
    match asks.ask(medium, resumes, None).await {
        Err(refused) => Ok(rules.refused(&refused)),
        Ok(Asked::Finished(bytes)) => match content {
            Some(note) if rules.content.is_some_and(|content| !content.replays) => {
                let noted = flag(medium, id, times, &note).await;
                Ok(noted.map_or_else(|refused| rules.refused(&refused), |()| rules.problem(Problem::Duplicate)))
            }
            _ => Ok(replay(&rules, &bytes)),
        },
        Ok(Asked::Run { held, sent }) => {
            let claim =
                Claim::new(held, times.keep(), from_first.then_some(sent)).replaying(Arc::clone(&rules.replayed));
            let mode = if rules.in_transaction { Mode::InTransaction } else { Mode::Plain };
            let end = End { medium, claim, mode, fingerprint };
            let lease = Lease { sent, nanos: units::from(times.lease()) };
            run(&rules, inner, request, end, lease).await
        }
    }
}

/// The answer that was kept.
fn replay(rules: &Rules, bytes: &[u8]) -> Response {
    match stored::read(bytes) {
        Some(Stored::Whole(mut response)) => {
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            replayed(Answerer::Layer);
            response
        }
        Some(Stored::NotKept(first_status)) => rules.not_kept(first_status),
        None => rules.problem(Problem::Broken),
    }
}

async fn run<S>(
    rules: &Rules,
    mut inner: S,
    mut request: Request<Body>,
    end: End<'_>,
    lease: Lease,
) -> Result<Response, S::Error>
where
    S: Service<Request<Body>, Response = Response>,
{
    let claim = end.claim.clone();
    request.extensions_mut().insert(Idempotent(claim.clone()));
    let work = async {
        let (parts, body) = inner.call(request).await?.into_parts();
        let is_endless =
            parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let read = if is_endless {
            Read::nothing_of(body)
        } else {
            Read::within(body, rules.response_limit, rules.times.lease()).await
        };
        Ok(Response::from_parts(parts, read))
    };
    match end.medium.hold(&claim, lease, caught(work)).await {
        Err(_) => Ok(rules.refused(&Refused::Lost)),
        Ok(None) => {
            // What had not committed is rolled back; of all else nobody knows.
            end.tell(Change::Release).await;
            Ok(rules.problem(Problem::Panicked))
        }
        Ok(Some(Err(error))) => {
            end.tell(Change::Release).await;
            Err(error)
        }
        Ok(Some(Ok(answer))) => Ok(settle(rules, &end, answer).await),
    }
}

/// What becomes of the key, and what is sent.
async fn settle(rules: &Rules, end: &End<'_>, answer: ::http::Response<Read>) -> Response {
    let status = answer.status();
    let has_failed = status.is_client_error() || status.is_server_error();
    if end.claim.is_completed() {
        // Perhaps the answer to its commit was lost: what the store says counts.
        let committed = if has_failed { end.committed().await } else { None };
        return match committed.and_then(|bytes| stored::read(&bytes)) {
            Some(Stored::Whole(response)) => response,
            _ => answer.map(Read::again),
        };
    }
    if is_forgotten(rules, &end.claim, &answer) {
        end.tell(Change::Forget).await;
        return answer.map(Read::again);
    }
    // What the handler says of a refusal to store its answer is no answer to the request.
    if rules.in_transaction && (end.claim.is_doubtful() || !has_failed) {
        end.tell(Change::Release).await;
        return if has_failed { answer.map(Read::again) } else { rules.problem(Problem::Broken) };
    }
    let read = answer.body();
    let body = (read.end == BodyEnd::Whole).then_some(&*read.bytes);
    let finished = match stored::write(status, answer.headers(), &rules.replayed, body) {
        Ok(record) => end.finish_with(&record).await,
        Err(_) => Ok(()),
    };
    match finished {
        Err(Refused::Lost) => rules.refused(&Refused::Lost),
        // It was done, whether the store could note it or not: saying otherwise would report a payment as failed.
        Ok(()) | Err(_) => answer.map(Read::again),
    }
}

/// Whether nothing happened.
fn is_forgotten<B>(rules: &Rules, claim: &Claim, answer: &::http::Response<B>) -> bool {
    let status = answer.status();
    claim.is_nothing()
        || answer.extensions().get::<NothingHappened>().is_some()
        || matches!(
            status,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
        || rules.in_transaction && status.is_server_error()
}

/// Runs a future; `None` where it panics, so that the key can be settled.
async fn caught<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}
