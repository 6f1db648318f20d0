//! Responses with a failure status as errors.

use std::string::String;

use ::http::{HeaderMap, Response, StatusCode};
use http_body::Body;

use super::body_start;
use super::server_hint;
use super::status_error::StatusError;
use crate::Classify;

mod sealed {
    pub trait Sealed {}
    impl<B> Sealed for ::http::Response<B> {}
    #[cfg(feature = "reqwest")]
    impl Sealed for ::reqwest::Response {}
}

/// Response that [`check_head`] accepts: of `http` or of `reqwest`.
pub trait StatusResponse: Classify + sealed::Sealed {
    /// Returns the status.
    fn status(&self) -> StatusCode;

    /// Returns the headers.
    fn headers(&self) -> &HeaderMap;

    /// Returns the URL without user, password, query and fragment.
    fn public_url(&self) -> Option<String> {
        None
    }
}

/// Response whose body [`check`] can read.
pub trait BodyResponse: StatusResponse {
    /// Body of the response.
    type Body: Body;

    /// Returns the body.
    fn into_body(self) -> Self::Body;
}

impl<B> StatusResponse for Response<B> {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }
}

impl<B: Body> BodyResponse for Response<B> {
    type Body = B;

    fn into_body(self) -> B {
        self.into_body()
    }
}

/// Returns the response if its status is not a failure.
///
/// It reads the body of a failure.
///
/// Use it instead of reqwest's `error_for_status`, whose error drops the headers, and with them `Retry-After` and
/// [`GAVE_UP`](super::GAVE_UP), and the body, which often says what is wrong.
///
/// The error keeps the first 4096 bytes of the body. Up to 64 KiB and for up to 1 s the rest is read and dropped, so that
/// the next attempt uses the same connection: a client closes a connection whose response is not read to its end. In
/// blocking functions, and for a response whose body is not an `http_body::Body`, use [`check_head`].
///
/// Any response, also a success, whose headers say that nothing is left of a quota holds the pace of the attempt until the
/// reset: see [`quota_reset`](super::quota_reset) and [`hold_pace`](crate::hold_pace).
///
/// # Errors
///
/// [`StatusError`] if the status is 400 to 599.
///
/// # Cancel safety
///
/// Dropping the future drops the response, and closes its connection.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use axum::body::Body;
/// use http::Response;
/// use retry_runtime::{Class, Classify, http::check};
///
/// # async fn f() {
/// let busy = Response::builder().status(503).header("retry-after", "2").body(Body::from("rebuilding the index")).unwrap();
/// let refused = check(busy).await.unwrap_err();
/// assert_eq!(refused.class(), Class::Status(503));
/// assert_eq!(refused.retry_after(), Some(Duration::from_secs(2)));
/// assert_eq!(refused.to_string(), "the server answered 503 Service Unavailable");
/// assert_eq!(refused.text(), "rebuilding the index");
///
/// assert!(check(Response::new(Body::empty())).await.is_ok());
/// # }
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(f());
/// ```
pub async fn check<A: BodyResponse>(response: A) -> Result<A, StatusError> {
    match error_of(&response) {
        Some(error) => Err(error.with_body(body_start::read(response.into_body()).await)),
        None => Ok(response),
    }
}

/// Returns the response if its status is not a failure.
///
/// It is [`check`] for blocking functions, and never reads the body. An async client closes the connection of a failure,
/// because its body is dropped. Headers that say that nothing is left of a quota hold the pace as there.
///
/// # Errors
///
/// [`StatusError`] if the status is 400 to 599.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use http::Response;
/// use retry_runtime::{Class, Classify, http::check_head};
///
/// let busy = Response::builder().status(503).header("retry-after", "2").header("retry-gave-up", "1");
/// let refused = check_head(busy.body(()).unwrap()).unwrap_err();
/// assert_eq!(refused.class(), Class::Status(503));
/// assert_eq!(refused.retry_after(), Some(Duration::from_secs(2)));
/// assert!(refused.gave_up());
///
/// assert!(check_head(Response::new(())).is_ok());
/// ```
pub fn check_head<A: StatusResponse>(response: A) -> Result<A, StatusError> {
    match error_of(&response) {
        Some(error) => Err(error),
        None => Ok(response),
    }
}

/// Returns the error of a failure.
///
/// Also holds the pace of the attempt if nothing is left of a quota.
fn error_of<A: StatusResponse>(response: &A) -> Option<StatusError> {
    let status = response.status();
    server_hint::hold_pace_by(status, response.headers());
    server_hint::is_failure(status)
        .then(|| StatusError::new(status, response.class(), response.headers(), response.public_url()))
}
