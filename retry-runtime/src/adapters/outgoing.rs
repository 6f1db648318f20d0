//! Requests that carry the context of an attempt, for every client.

/// Request that can carry the context of its attempt.
///
/// It carries the number of the attempt and the time that the caller still waits.
///
/// Call [`with_attempt`](Self::with_attempt) on every request inside a retried function. The service then ends in time, and
/// can distinguish retries from first attempts. It takes the context of the running attempt; outside of attempts it is a first
/// attempt without a deadline.
///
/// ```
/// use retry_runtime::{Classify, OutgoingRequest, retry};
///
/// #[derive(Debug, Classify)]
/// enum StockError {
///     Unavailable,
/// }
///
/// #[retry(retry_on = transient, backoff = none, deadline = 5s, context = attempt)]
/// fn stock(article: u32) -> Result<u32, StockError> {
///     let request = http::Request::get(format!("/stock/{article}")).body(()).unwrap().with_attempt();
///     # assert!(request.headers().contains_key("retry-timeout-ms"));
///     # if attempt.number() == 1 {
///     #     assert!(!request.headers().contains_key("retry-attempt"));
///     #     return Err(StockError::Unavailable);
///     # }
///     assert_eq!(request.headers()["retry-attempt"], "2");
///     Ok(7)
/// }
/// # stock(1).unwrap();
/// ```
pub trait OutgoingRequest: Sized {
    /// Adds the context of the running attempt to the headers of the request.
    ///
    /// If the attempt has an idempotency key (feature `idempotency-key`), an HTTP request carries it as `Idempotency-Key`, in
    /// quotes. An `Idempotency-Key` that you have set yourself stays as it is.
    #[must_use]
    fn with_attempt(self) -> Self;

    /// Adds the context of the running attempt, with its key in the bare form.
    ///
    /// Use it for servers that refuse a quoted key, for example because they expect a UUID: `8e03978e-40d5-..` instead of
    /// `"8e03978e-40d5-.."`. Everything else is as with [`with_attempt`](Self::with_attempt), which is what this method does
    /// for requests that carry no key.
    ///
    /// ```
    /// # #[cfg(feature = "idempotency-key")] {
    /// use retry_runtime::{IdempotencyKey, OutgoingRequest};
    ///
    /// let request = || http::Request::post("/payments").body(()).unwrap();
    /// let key = IdempotencyKey::new("order-31")?;
    /// let quoted = key.scope_blocking(|| request().with_attempt());
    /// assert_eq!(quoted.headers()["idempotency-key"], "\"order-31\"");
    /// let bare = key.scope_blocking(|| request().with_bare_key());
    /// assert_eq!(bare.headers()["idempotency-key"], "order-31");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    fn with_bare_key(self) -> Self {
        self.with_attempt()
    }
}
