//! A service under the layer, and what its handler has done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum_core::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use retry_idempotency::http::IdempotencyLayer;
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, StoreFuture, Transition};
use retry_idempotency::{MemoryStore, Store};
use tokio::runtime::{Builder, Runtime};
use tower::{Layer, ServiceExt, service_fn};

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().unwrap();
}

/// Runs a future of a target.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

pub(crate) const KEY: &str = "\"key\"";

/// What a response says.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn is_replay(&self) -> bool {
        self.headers.get("idempotent-replayed").is_some()
    }
}

pub(crate) struct Service {
    pub(crate) layer: IdempotencyLayer,
    pub(crate) response: Answer,
    runs: Arc<AtomicU32>,
}

impl Service {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        let response = Answer { status: StatusCode::CREATED, headers: HeaderMap::new(), body: Bytes::new() };
        Self { layer: IdempotencyLayer::single_client(store), response, runs: Arc::default() }
    }

    pub(crate) fn in_memory() -> Self {
        Self::new(Arc::new(MemoryStore::new(9)))
    }

    /// Returns how often the handler has run.
    pub(crate) fn runs(&self) -> u32 {
        self.runs.load(Ordering::Relaxed)
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        let Answer { status, headers, body } = &self.response;
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = *status;
        *response.headers_mut() = headers.clone();
        let (runs, response) = (Arc::clone(&self.runs), Arc::new(std::sync::Mutex::new(Some(response))));
        let handler = service_fn(move |_: Request<Body>| {
            runs.fetch_add(1, Ordering::Relaxed);
            let response = response.lock().unwrap().take().expect("one run");
            async { Ok::<_, std::convert::Infallible>(response) }
        });
        block_on(async {
            let (parts, body) = self.layer.layer(handler).oneshot(request).await.unwrap().into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Sends a request and then another one, and returns whether the second is the first one's resend.
    pub(crate) fn is_resend(&self, [first, second]: [Request<Body>; 2]) -> bool {
        assert_eq!(self.send(first).status, StatusCode::CREATED);
        let answer = self.send(second);
        assert_eq!(self.runs(), 1, "a key is of one request");
        assert_eq!(
            answer.status,
            if answer.is_replay() { StatusCode::CREATED } else { StatusCode::UNPROCESSABLE_ENTITY }
        );
        answer.is_replay()
    }
}

/// Store in which every key is finished with the same bytes.
pub(crate) struct Recorded(pub(crate) Vec<u8>);

impl Store for Recorded {
    fn claim<'a>(&'a self, _: &'a ClaimRequest<'a>) -> StoreFuture<'a, ClaimOutcome> {
        Box::pin(async { Ok(ClaimOutcome::Finished(self.0.clone().into())) })
    }

    fn transition<'a>(&'a self, _: &'a Lease, transition: Transition<'a>) -> StoreFuture<'a, Ack> {
        panic!("{transition:?} of a finished key")
    }
}
