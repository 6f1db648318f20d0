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
    #[must_use]
    fn with_attempt(self) -> Self;
}
