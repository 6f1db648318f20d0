//! The layer and its settings.

use core::time::Duration;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, Method, StatusCode};
use tower_layer::Layer;

use crate::http::handling::Handling;
use crate::http::problem::Problem;
use crate::http::rules::{ContentRules, Rules};
use crate::http::service::IdempotencyService;
use crate::protocol::{BoundsError, Fingerprint, Store, Times};
use crate::session::Drain;

/// Layer that serves each request once; see the [module](crate::http).
///
/// It needs a function that identifies the client: two clients may choose one key, and one must never read the other's
/// response.
///
/// ```
/// use std::sync::Arc;
/// use retry_idempotency::MemoryStore;
/// use retry_idempotency::http::IdempotencyLayer;
///
/// let store = Arc::new(MemoryStore::new(100_000));
/// // The account that your authentication has found, never the token.
/// let layer = IdempotencyLayer::new(store, |request| request.extensions.get::<String>().cloned());
/// // Router::new().route("/payments", post(pay)).route_layer(layer)
/// # let _ = layer;
/// ```
#[derive(Clone, Debug)]
pub struct IdempotencyLayer(Arc<Rules>);

impl IdempotencyLayer {
    /// Creates a layer over a store.
    ///
    /// `client` returns the account of the caller that your authentication has found.
    ///
    /// Never return a token: a fresh token would be a new client, and a second charge. `None` is answered with 401, and so is an
    /// account that is not 1 to 255 bytes without control characters.
    ///
    /// In the store the scope of a key is `http:` followed by the account; see [`KeySpace`](crate::protocol::KeySpace). A handler
    /// may therefore use [`once`](crate::once()) with the same account and key. Put one layer around each route: inside another
    /// one, it answers [`Problem::Nested`].
    pub fn new(store: Arc<dyn Store>, client: impl Fn(&Parts) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Rules::new(store, Some(Arc::new(client)))))
    }

    /// Creates a layer for a service that has one client.
    ///
    /// If there were two, each could read the other's responses.
    pub fn single_client(store: Arc<dyn Store>) -> Self {
        Self(Arc::new(Rules::new(store, None)))
    }

    /// Sets the requests that need a key; all by default.
    ///
    /// Other requests without a key are served as without the layer.
    #[must_use]
    pub fn required_if(mut self, required: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.rules().required = Arc::new(required);
        self
    }

    /// Makes the key optional for all requests.
    #[must_use]
    pub fn optional(self) -> Self {
        self.required_if(|_| false)
    }

    /// Sets the methods that are served once; POST and PATCH by default.
    ///
    /// Other methods pass.
    #[must_use]
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.rules().methods = methods.into_iter().collect();
        self
    }

    /// Sets the name of the routes under this layer, as a part of the fingerprint.
    ///
    /// Nested routers need it, because their paths are cut: without it `/a/pay` and `/b/pay` are equal there.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.rules().operation = name.into();
        self
    }

    /// Sets the fingerprint of a request.
    ///
    /// It distinguishes a resend from another request with the same key. `fingerprint` receives the head and the body. For a body above
    /// 64 KiB it runs on a thread for blocking work, so that a large body does not delay other requests.
    ///
    /// The default hashes method, [operation](Self::operation), path, query, content type without its parameters, and body, in a
    /// form that does not depend on how a client writes them: JSON with sorted members and strings by their meaning, queries
    /// and forms by their decoded pairs, multipart bodies without their boundary. Set your own if resends differ in what has no
    /// meaning, such as a time in the body.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use retry_idempotency::http::IdempotencyLayer;
    /// use retry_idempotency::{Fingerprint, MemoryStore};
    ///
    /// #[derive(serde::Deserialize, serde::Serialize)]
    /// struct Order {
    ///     article: u32, // and not `sent_at`
    /// }
    ///
    /// let layer = IdempotencyLayer::single_client(Arc::new(MemoryStore::new(100_000))).fingerprint(|head, body| {
    ///     let order: Option<Order> = serde_json::from_slice(body).ok();
    ///     Fingerprint::of(&(head.uri.path(), order)).expect("it has no floats")
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn fingerprint(mut self, fingerprint: impl Fn(&Parts, &[u8]) -> Fingerprint + Send + Sync + 'static) -> Self {
        self.rules().fingerprint = Some(Arc::new(fingerprint));
        self
    }

    /// Sets the lease and the time to keep a response; 30 s and 24 h by default.
    ///
    /// The lease is extended while the handler runs.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.rules().times = times;
        self
    }

    /// Waits at most `limit` for a request with the same key.
    ///
    /// Returns its response. The default is not to wait.
    ///
    /// A client that hangs up ends its wait; the request that it waited for continues.
    #[must_use]
    pub fn wait(mut self, limit: Duration) -> Self {
        self.rules().wait = limit;
        self
    }

    /// Sets the most bytes of a request body; 2 MiB by default.
    ///
    /// A larger request is answered with 413 and claims nothing.
    #[must_use]
    pub fn request_limit(mut self, bytes: usize) -> Self {
        self.rules().request_limit = bytes;
        self
    }

    /// Sets the most bytes of a response body that are recorded; 1 MiB by default.
    ///
    /// A response that is larger than this, or than the [limit of the store](crate::Store::max_result_bytes), an event stream, and one that has not ended within the lease are sent through. Later requests
    /// with the key are answered with 410.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.rules().response_limit = bytes;
        self
    }

    /// Sets the headers that are recorded with a response.
    ///
    /// The default is content-type, content-encoding, location and etag.
    #[must_use]
    pub fn replay_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.rules().replayed = names.into_iter().collect();
        self
    }

    /// Sets the status of one of the layer's own responses.
    #[must_use]
    pub fn status(mut self, problem: Problem, status: StatusCode) -> Self {
        self.rules().statuses[problem as usize] = Some(status);
        self
    }

    /// Accepts keys without quotes too, which is the default.
    ///
    /// Both forms of a key are the same key.
    #[must_use]
    pub fn lenient(mut self) -> Self {
        self.rules().allows_unquoted = true;
        self
    }

    /// Requires quoted keys, as the draft does.
    ///
    /// An unquoted key is answered with [`Problem::Malformed`].
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.rules().allows_unquoted = false;
        self
    }

    /// Requires handlers to store responses in their transactions.
    ///
    /// The effect and the response commit together, or not at all.
    ///
    /// A handler gets the values from [`Idempotent::response_completion`](crate::http::Idempotent::response_completion) and
    /// passes them to `sqlite::complete_with` or `postgres::complete_with`. An interrupted request runs again. A response of
    /// 400 or above that was not stored is forgotten, because nothing was committed. One below 400 that was not stored is
    /// replaced by [`Problem::Broken`].
    #[must_use]
    pub fn in_transaction(mut self) -> Self {
        self.rules().in_transaction = true;
        self
    }

    /// Runs interrupted requests again. Only for handlers that are safe to repeat.
    #[must_use]
    pub fn rerun(mut self) -> Self {
        self.rules().reruns = true;
        self
    }

    /// Wraps the handling of each request with a key.
    ///
    /// `around` is called in the task of the request, with the head of the request and the handling.
    ///
    /// While the client waits, the handling runs in the task of the request, so the handler has its tracing span and its
    /// task-locals. If the client hangs up, the handling continues in a task of its own. With the feature `tracing` it keeps
    /// the span there. Task-locals that the handler needs to its end have to be set by this function:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use retry_idempotency::MemoryStore;
    /// use retry_idempotency::http::IdempotencyLayer;
    ///
    /// tokio::task_local! {
    ///     static USER: String;
    /// }
    ///
    /// let layer = IdempotencyLayer::single_client(Arc::new(MemoryStore::new(100_000)));
    /// let layer = layer.around(|_head, handling| match USER.try_with(String::clone) {
    ///     Ok(user) => Box::pin(USER.scope(user, handling)),
    ///     Err(_) => handling,
    /// });
    /// # let _ = layer;
    /// ```
    #[must_use]
    pub fn around(mut self, around: impl Fn(&Parts, Handling) -> Handling + Send + Sync + 'static) -> Self {
        self.rules().around = Some(Arc::new(around));
        self
    }

    /// Returns a handle that waits for the requests that are still handled.
    ///
    /// All clones of this layer share it.
    pub fn drain(&self) -> Drain {
        self.0.drain.clone()
    }

    /// Makes a key for a request that has none.
    ///
    /// The key is made from client, route and body, and kept for `window` from its first use.
    ///
    /// Two coffees are two coffees: a second request is refused with [`Problem::Duplicate`]. Its body is recorded for
    /// review, in the scope `review:http-content:` followed by the client.
    ///
    /// # Errors
    ///
    /// Returns an error if the window is outside 1 ms to 366 days.
    pub fn keys_from_content(mut self, window: Duration) -> Result<Self, BoundsError> {
        let times = Times::new(self.0.times.lease().min(window), window)?;
        self.rules().content = Some(ContentRules { times, replays: false });
        Ok(self)
    }

    /// Makes keys from content, and replays the first response.
    ///
    /// See [`keys_from_content`](Self::keys_from_content).
    ///
    /// # Errors
    ///
    /// Returns an error if the window is outside 1 ms to 366 days.
    pub fn keys_from_content_replayed(self, window: Duration) -> Result<Self, BoundsError> {
        let mut layer = self.keys_from_content(window)?;
        let content = layer.0.content.map(|content| ContentRules { replays: true, ..content });
        layer.rules().content = content;
        Ok(layer)
    }

    fn rules(&mut self) -> &mut Rules {
        Arc::make_mut(&mut self.0)
    }
}

/// axum calls it for each request to a route without a state of its own.
impl<S> Layer<S> for IdempotencyLayer {
    type Service = IdempotencyService<S>;

    fn layer(&self, inner: S) -> IdempotencyService<S> {
        IdempotencyService::new(inner, Arc::clone(&self.0))
    }
}
