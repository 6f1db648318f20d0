//! What a request tells the service, for every client.

/// A request that can say which attempt sends it, and how long its caller still waits.
///
/// Say it on every request inside a retried function, so that the service ends in time, and can tell retries from first
/// attempts. Nothing is to be handed over; outside of attempts it is a first attempt without a deadline.
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
    /// The same request, that says so in its headers.
    #[must_use]
    fn with_attempt(self) -> Self;
}
