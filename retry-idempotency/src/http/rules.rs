//! Rules by which a layer serves.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use axum_core::response::Response;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, LOCATION};
use http::request::Parts;
use http::{HeaderName, Method, StatusCode};

use crate::http::drain::Drain;
use crate::http::handling::Around;
use crate::http::problem::{Problem, VARIANTS};
use crate::protocol::{Fingerprint, Store, Times};
use crate::session::OnceError;

const MEBIBYTE: usize = 1 << 20;

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
    pub(super) client: OfRequest<Option<String>>,
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
    pub(super) fn new(store: Arc<dyn Store>, client: OfRequest<Option<String>>) -> Self {
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
        self.response(problem, None, None)
    }

    pub(super) fn not_kept(&self, first_status: u16) -> Response {
        self.response(Problem::NotKept, Some(first_status), None)
    }

    pub(super) fn refuse(&self, error: &OnceError) -> Response {
        let (problem, retry_in) = Problem::from_error(error);
        self.response(problem, None, retry_in)
    }

    fn response(&self, problem: Problem, first_status: Option<u16>, retry_in: Option<Duration>) -> Response {
        let status = self.statuses[problem as usize].unwrap_or(problem.status());
        problem.response(status, first_status, retry_in)
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
