//! How the layer serves.

use core::fmt;
use core::time::Duration;
use std::string::String;
use std::sync::Arc;
use std::vec::Vec;

use ::axum_core::response::Response;
use ::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, LOCATION};
use ::http::request::Parts;
use ::http::{HeaderName, Method, StatusCode};
use ::tower_layer::Layer;

use crate::idempotency::layer::problem::{ALL, Problem};
use crate::idempotency::layer::service::IdempotencyService;
use crate::idempotency::{Invalid, Refused, Store, Times};

const MEBIBYTE: usize = 1 << 20;

/// Serves each request once; see the [module](crate::idempotency::layer).
///
/// It cannot be built without a function that names the client: two clients may choose one key, and one must never read
/// the other's answer.
///
/// ```
/// use std::sync::Arc;
/// use retry_runtime::idempotency::MemoryStore;
/// use retry_runtime::idempotency::layer::IdempotencyLayer;
///
/// let store = Arc::new(MemoryStore::new(100_000));
/// // What your authentication has found: the account, never the token.
/// let layer = IdempotencyLayer::new(store, |request| request.extensions.get::<String>().cloned());
/// // Router::new().route("/payments", post(pay)).layer(layer)
/// # let _ = layer;
/// ```
#[derive(Clone)]
pub struct IdempotencyLayer(Rules);

type Of<T> = Arc<dyn Fn(&Parts) -> T + Send + Sync>;

#[derive(Clone)]
pub(super) struct Rules {
    pub(super) store: Arc<dyn Store>,
    pub(super) client: Of<Option<String>>,
    pub(super) required: Of<bool>,
    pub(super) methods: Vec<Method>,
    pub(super) operation: String,
    pub(super) times: Times,
    pub(super) wait: Duration,
    pub(super) request_limit: usize,
    pub(super) response_limit: usize,
    pub(super) replayed: Arc<[HeaderName]>,
    pub(super) unquoted: bool,
    pub(super) in_transaction: bool,
    pub(super) rerun: bool,
    /// How keys are made from content, where a request has none.
    pub(super) content: Option<Content>,
    statuses: [Option<StatusCode>; ALL],
}

#[derive(Clone, Copy)]
pub(super) struct Content {
    pub(super) times: Times,
    pub(super) replays: bool,
}

impl IdempotencyLayer {
    /// A layer over this store. `client` says which account asks, from what your authentication has found: never its token,
    /// since a fresh one would be a new client, and a second charge. `None` is answered 401.
    pub fn new(store: Arc<dyn Store>, client: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Rules {
            store,
            client: Arc::new(client),
            required: Arc::new(|_| true),
            methods: [Method::POST, Method::PATCH].into(),
            operation: String::new(),
            times: Times::default(),
            wait: Duration::ZERO,
            request_limit: 2 * MEBIBYTE,
            response_limit: MEBIBYTE,
            replayed: Arc::new([CONTENT_TYPE, CONTENT_ENCODING, LOCATION, ETAG]),
            unquoted: false,
            in_transaction: false,
            rerun: false,
            content: None,
            statuses: [None; ALL],
        })
    }

    /// A layer for a service that has one client only. With two of them, each could read the answers of the other.
    pub fn single_client(store: Arc<dyn Store>) -> Self {
        Self::new(store, |_| Some("single".into()))
    }

    /// Says for which requests a key is required: for all unless you say otherwise. Others without a key are served as if
    /// there were no layer.
    #[must_use]
    pub fn required_if(mut self, required: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.0.required = Arc::new(required);
        self
    }

    /// No request needs a key.
    #[must_use]
    pub fn optional(self) -> Self {
        self.required_if(|_| false)
    }

    /// The methods that are served once: POST and PATCH unless you say otherwise. Others pass.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.0.methods = methods.into_iter().collect();
        self
    }

    /// What the routes under this layer are called, as a part of what a key stands for. For nested routers, whose paths are
    /// cut: without it `/a/pay` and `/b/pay` look alike there.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.0.operation = name.into();
        self
    }

    /// The lease, and how long an answer is kept: 30 s and 24 h unless you say otherwise. The lease is extended while the
    /// handler runs.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.0.times = times;
        self
    }

    /// Waits so long for a request with the same key that is being worked on, and gives its answer. Zero unless you say
    /// otherwise. A client that hangs up ends its wait, and what it waited for goes on.
    #[must_use]
    pub fn wait(mut self, longest: Duration) -> Self {
        self.0.wait = longest;
        self
    }

    /// The most bytes of a request's body: 2 MiB unless you say otherwise. Above it nothing is claimed, and the answer is
    /// 413.
    #[must_use]
    pub fn request_limit(mut self, bytes: usize) -> Self {
        self.0.request_limit = bytes;
        self
    }

    /// The most bytes of an answer that are kept: 1 MiB unless you say otherwise. A larger one, an event stream, and one that
    /// has not ended within the lease are sent through, and a later request with the key is answered 410.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.0.response_limit = bytes;
        self
    }

    /// The headers that are kept with an answer: content-type, content-encoding, location and etag unless you say otherwise.
    #[must_use]
    pub fn replay_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.0.replayed = names.into_iter().collect();
        self
    }

    /// Another status for an answer of the layer's own.
    #[must_use]
    pub fn status(mut self, problem: Problem, status: StatusCode) -> Self {
        self.0.statuses[problem as usize] = Some(status);
        self
    }

    /// Takes keys without quotes too. Both forms of one key are one key.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.0.unquoted = true;
        self
    }

    /// The handlers store their answers in the transaction of their effect, by [`Idempotent`](super::Idempotent) and
    /// `sqlite::respond`, `postgres::respond` or [`Claim::response_completion`](crate::idempotency::Claim::response_completion):
    /// both are there, or neither. So what was cut off runs again, and a 5xx that stored nothing is forgotten. An answer below
    /// 400 that was not stored is [`Problem::Broken`], and one above it that follows a refusal to store is not kept.
    #[must_use]
    pub fn in_transaction(mut self) -> Self {
        self.0.in_transaction = true;
        self
    }

    /// What was cut off runs again. Only for handlers that are safe to repeat.
    #[must_use]
    pub fn rerun(mut self) -> Self {
        self.0.rerun = true;
        self
    }

    /// Makes a key for a request that has none, from client, route and body, and remembers it for `window` from its first use.
    /// Two coffees are two coffees: a second one is refused with [`Problem::Duplicate`], and noted with its body for review
    /// under the scope `review/` and the client.
    ///
    /// # Errors
    ///
    /// A window below 1 ms or above 366 days.
    pub fn keys_from_content(mut self, window: Duration) -> Result<Self, Invalid> {
        let times = Times::new(self.0.times.lease().min(window), window)?;
        self.0.content = Some(Content { times, replays: false });
        Ok(self)
    }

    /// As [`keys_from_content`](Self::keys_from_content), but a second one is answered as the first was, without a word.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn keys_from_content_replayed(self, window: Duration) -> Result<Self, Invalid> {
        let mut layer = self.keys_from_content(window)?;
        layer.0.content = layer.0.content.map(|content| Content { replays: true, ..content });
        Ok(layer)
    }
}

impl Rules {
    pub(super) fn problem(&self, problem: Problem) -> Response {
        self.answer(problem, None, None)
    }

    pub(super) fn not_kept(&self, first_status: u16) -> Response {
        self.answer(Problem::NotKept, Some(first_status), None)
    }

    pub(super) fn refused(&self, refused: &Refused) -> Response {
        let (problem, retry_in) = Problem::of(refused);
        self.answer(problem, None, retry_in)
    }

    fn answer(&self, problem: Problem, first_status: Option<u16>, retry_in: Option<Duration>) -> Response {
        let status = self.statuses[problem as usize].unwrap_or(problem.status());
        problem.response(status, first_status, retry_in)
    }
}

impl<S> Layer<S> for IdempotencyLayer {
    type Service = IdempotencyService<S>;

    fn layer(&self, inner: S) -> IdempotencyService<S> {
        IdempotencyService::new(inner, Arc::new(self.0.clone()))
    }
}

impl fmt::Debug for IdempotencyLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdempotencyLayer")
            .field("methods", &self.methods)
            .field("times", &self.times)
            .field("in_transaction", &self.in_transaction)
            .field("rerun", &self.rerun)
            .finish_non_exhaustive()
    }
}
