//! Client of a JSON API: four operations that share one policy, breaker, pace and budget.

use std::time::Duration;

use moka::future::Cache;
use reqwest::{Method, Url};
use retry_runtime::stale::Cached;
use retry_runtime::{
    Attempt, Backoff, Breaker, Budget, Classes, Concurrency, OutgoingRequest, Pace, Policy, TimedPolicy, http, retry,
};
use serde_json::Value;

use crate::error::ApiError;
use crate::log::Entry;

/// Policy of every operation; `retries.yaml` changes parts of it.
const POLICY: TimedPolicy = Policy::new()
    .retry_on(Classes::new().transient())
    .max_attempts(3)
    .backoff(Backoff::exponential(Duration::from_millis(200), Duration::from_secs(5)))
    .deadline(Duration::from_secs(30))
    .attempt_timeout(Duration::from_secs(5));

// One service, so one of each. Statics, because `retries.yaml` finds them by their names.
static API: Breaker = Breaker::consecutive(5);
static PACE: Pace = Pace::new();
static PLACES: Concurrency = Concurrency::new(20);
static RETRIES: Budget = Budget::credit();

/// Client of one API, with one token.
///
/// Every request is logged with method, path, status and duration. Reads answer from a cache while the API is away.
pub(crate) struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<String>,
    /// In the client and not in a `static`: another token may see other answers.
    answers: Cache<String, Cached<Value>>,
}

impl Client {
    /// Creates a client of the API at `base`, such as `https://api.example/v1`.
    ///
    /// # Errors
    ///
    /// Returns an error if TLS or the resolver cannot be set up.
    pub(crate) fn new(base: Url, token: Option<String>) -> Result<Self, ApiError> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .retry(reqwest::retry::never()) // one layer of retries: ours
            .build()?;
        Ok(Self { http, base, token, answers: Cache::new(1_000) })
    }

    /// Returns what is at `path`; while the API is away, an answer of the last ten minutes, marked with its age.
    #[retry(
        name = "api::get", policy = POLICY, breaker = API, pace = PACE, concurrency = PLACES, budget = RETRIES,
        context = attempt, fallback = stale(self.answers, path, max_age = 10m)
    )]
    pub(crate) async fn get(&self, path: &str) -> Result<Cached<Value>, ApiError> {
        Ok(self.send(attempt, Method::GET, path, None).await?.into())
    }

    /// Creates what `body` describes.
    ///
    /// Every attempt has the same key, so the server creates one thing. A caller that may repeat the whole call names the
    /// key: `IdempotencyKey::new("order-31")?.scope(client.post(..))`.
    #[retry(
        name = "api::post", policy = POLICY, breaker = API, pace = PACE, concurrency = PLACES, budget = RETRIES,
        context = attempt, side_effects, idempotency_key = generate()
    )]
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, ApiError> {
        self.send(attempt, Method::POST, path, Some(body)).await
    }

    /// Replaces what is at `path`.
    #[retry(
        name = "api::put", policy = POLICY, breaker = API, pace = PACE, concurrency = PLACES, budget = RETRIES,
        context = attempt, side_effects, idempotency_key = generate()
    )]
    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<Value, ApiError> {
        self.answers.invalidate(path).await; // it may be wrong from now on
        self.send(attempt, Method::PUT, path, Some(body)).await
    }

    /// Removes what is at `path`.
    #[retry(
        name = "api::delete", policy = POLICY, breaker = API, pace = PACE, concurrency = PLACES, budget = RETRIES,
        context = attempt, side_effects, idempotency_key = generate()
    )]
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, ApiError> {
        self.answers.invalidate(path).await;
        self.send(attempt, Method::DELETE, path, None).await
    }

    /// Sends one request, and returns the JSON of its answer, or `null` for an empty one.
    async fn send(
        &self,
        attempt: &Attempt,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ApiError> {
        // Always with a slash between them: `https://api.example` and `.evil.example` would be another host.
        let url = format!("{}/{}", self.base.as_str().trim_end_matches('/'), path.trim_start_matches('/'));
        let mut entry = Entry::new(&method, path, attempt.number());
        let mut request = self.http.request(method, url);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.with_attempt().send().await; // writes the key and the time that is left
        entry.set_outcome(&response);
        let body = http::check(response?).await?.bytes().await?; // keeps Retry-After, which `error_for_status` drops
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
    }
}
