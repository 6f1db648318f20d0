//! Rules by which a layer serves.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use axum_core::response::Response;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, LOCATION};
use http::request::Parts;
use http::{HeaderName, Method, StatusCode};
use tokio::time::timeout;

use crate::http::handling::Around;
use crate::http::problem::{Details, Problem, VARIANTS};
use crate::protocol::{Fingerprint, Id, Store, Times};
use crate::session::{Drain, HasDrain, OnceError};

const MEBIBYTE: usize = 1 << 20;
/// Longest time for reading which request a refused one has met.
///
/// Without an answer the response does not say it.
const LOOKUP: Duration = Duration::from_secs(1);

/// Function of the head of a request.
pub(super) type OfRequest<T> = Arc<dyn Fn(&Parts) -> T + Send + Sync>;

/// Function of the head and the body of a request.
pub(super) type OfBody<T> = Arc<dyn Fn(&Parts, &[u8]) -> T + Send + Sync>;

/// Rules by which a layer serves.
///
/// [`IdempotencyLayer`](crate::http::IdempotencyLayer) sets them.
#[derive(Clone)]
pub(super) struct Rules {
    pub(super) store: Arc<dyn Store>,
    /// Account of a request; `None` for a service with a single client.
    pub(super) client: Option<OfRequest<Option<String>>>,
    pub(super) required: OfRequest<bool>,
    pub(super) methods: Vec<Method>,
    pub(super) operation: String,
    /// Fingerprint of a request, instead of that of the layer.
    pub(super) fingerprint: Option<OfBody<Fingerprint>>,
    pub(super) times: Times,
    pub(super) wait: Duration,
    pub(super) request_limit: usize,
    pub(super) response_limit: usize,
    pub(super) replayed: Arc<[HeaderName]>,
    pub(super) allows_unquoted: bool,
    pub(super) in_transaction: bool,
    pub(super) reruns: bool,
    /// Rules for keys that are made from content if a request has none.
    pub(super) content: Option<ContentRules>,
    /// Wrapper of the handling of each request.
    pub(super) around: Option<Around>,
    pub(super) drain: Drain,
    pub(super) statuses: [Option<StatusCode>; VARIANTS],
}

#[derive(Clone, Copy)]
pub(super) struct ContentRules {
    pub(super) times: Times,
    pub(super) replays: bool,
}

impl Rules {
    pub(super) fn new(store: Arc<dyn Store>, client: Option<OfRequest<Option<String>>>) -> Self {
        Self {
            store,
            client,
            required: Arc::new(|_| true),
            methods: [Method::POST, Method::PATCH].into(),
            operation: String::new(),
            fingerprint: None,
            times: Times::default(),
            wait: Duration::ZERO,
            request_limit: 2 * MEBIBYTE,
            response_limit: MEBIBYTE,
            replayed: Arc::new([CONTENT_TYPE, CONTENT_ENCODING, LOCATION, ETAG]),
            allows_unquoted: true,
            in_transaction: false,
            reruns: false,
            content: None,
            around: None,
            drain: Drain::default(),
            statuses: [None; VARIANTS],
        }
    }

    pub(super) fn problem(&self, problem: Problem) -> Response {
        self.response(problem, Details::default())
    }

    pub(super) fn not_kept(&self, first_status: u16) -> Response {
        self.response(Problem::NotKept, Details { first_status: Some(first_status), ..Details::default() })
    }

    pub(super) fn refuse(&self, error: &OnceError) -> Response {
        let (problem, retry_in) = Problem::from_error(error);
        self.response(problem, Details { retry_in, ..Details::default() })
    }

    /// Refuses a request, and says which other request it has met.
    pub(super) async fn refuse_use(&self, id: Id<'_>, error: &OnceError) -> Response {
        let (problem, retry_in) = Problem::from_error(error);
        self.respond_about(problem, id, retry_in).await
    }

    /// Returns the response to a request without a key that repeats an earlier one.
    pub(super) async fn duplicate(&self, id: Id<'_>) -> Response {
        self.respond_about(Problem::Duplicate, id, None).await
    }

    async fn respond_about(&self, problem: Problem, id: Id<'_>, retry_in: Option<Duration>) -> Response {
        let first_token = if problem.is_about_another() {
            let token = timeout(LOOKUP, self.store.last_token(id)).await;
            token.ok().and_then(Result::ok).flatten()
        } else {
            None
        };
        self.response(problem, Details { first_token, retry_in, ..Details::default() })
    }

    fn response(&self, problem: Problem, details: Details) -> Response {
        problem.response(self.statuses[problem as usize].unwrap_or(problem.status()), details)
    }
}

impl HasDrain for Arc<Rules> {
    fn drain(&self) -> &Drain {
        &self.drain
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rules")
            .field("methods", &self.methods)
            .field("times", &self.times)
            .field("in_transaction", &self.in_transaction)
            .field("reruns", &self.reruns)
            .finish_non_exhaustive()
    }
}
