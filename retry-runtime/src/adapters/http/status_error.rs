//! The error of a response with a failure status.

use core::fmt;
use core::time::Duration;
use std::error::Error;
use std::time::SystemTime;

use ::http::{HeaderMap, Response, StatusCode};

use super::server_hint::{self, Hint};
use crate::observe::emit;
use crate::{Class, Classify};

/// Error of a response whose status is 400 to 599: returned by [`check`].
///
/// It keeps what a retry depends on: the status, the server hint, and whether the server gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    /// Class of the response.
    class: Class,
    hint: Hint,
    gave_up: bool,
    /// True if the attempt that sent the request has an idempotency key.
    has_key: bool,
}

impl StatusError {
    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl Classify for StatusError {
    /// Returns the class of the response.
    ///
    /// A 409 with `Retry-After` in response to a keyed request is [`Conflict`](Class::Conflict): the first request is still in
    /// progress, and giving up now would report a failure of an effect that may succeed.
    fn class(&self) -> Class {
        if self.has_key && self.status == StatusCode::CONFLICT && self.hint.delay.is_some() {
            return Class::Conflict;
        }
        self.class
    }

    fn retry_after(&self) -> Option<Duration> {
        emit::hint_read(self.class(), self.hint.unreadable);
        self.hint.delay
    }

    fn gave_up(&self) -> bool {
        self.gave_up
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)?;
        if self.has_key && self.status == StatusCode::UNPROCESSABLE_ENTITY {
            formatter.write_str(
                " to a request with an idempotency key; if the key was used for another request, a resend differs from the \
                 first request: compute every value that changes before the call",
            )?;
        }
        Ok(())
    }
}

impl Error for StatusError {}

mod sealed {
    pub trait Sealed {}
    impl<B> Sealed for ::http::Response<B> {}
    #[cfg(feature = "reqwest")]
    impl Sealed for ::reqwest::Response {}
}

/// Response that [`check`] accepts: of `http` or of `reqwest`.
pub trait StatusResponse: Classify + sealed::Sealed {
    /// Returns the status.
    fn status(&self) -> StatusCode;

    /// Returns the headers.
    fn headers(&self) -> &HeaderMap;
}

impl<B> StatusResponse for Response<B> {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }
}

/// Returns the response if its status is not a failure.
///
/// Use it instead of reqwest's `error_for_status`, whose error drops the headers, and with them `Retry-After` and
/// [`GAVE_UP`](super::GAVE_UP).
///
/// # Errors
///
/// [`StatusError`] if the status is 400 to 599.
///
/// ```
/// use core::time::Duration;
/// use http::Response;
/// use retry_runtime::{Class, Classify, http::check};
///
/// let busy = Response::builder().status(503).header("retry-after", "2").header("retry-gave-up", "1");
/// let refused = check(busy.body(()).unwrap()).unwrap_err();
/// assert_eq!(refused.class(), Class::Status(503));
/// assert_eq!(refused.retry_after(), Some(Duration::from_secs(2)));
/// assert!(refused.gave_up());
/// assert_eq!(refused.to_string(), "the server answered 503 Service Unavailable");
///
/// assert!(check(Response::new(())).is_ok());
/// ```
pub fn check<A: StatusResponse>(response: A) -> Result<A, StatusError> {
    let status = response.status();
    if server_hint::is_failure(status) {
        let (class, gave_up) = (response.class(), response.gave_up());
        let hint = server_hint::read(response.headers(), SystemTime::now());
        return Err(StatusError { status, class, hint, gave_up, has_key: is_in_keyed_attempt() });
    }
    Ok(response)
}

/// Returns whether the running attempt has an idempotency key.
fn is_in_keyed_attempt() -> bool {
    #[cfg(feature = "idempotency-key")]
    return crate::calls::key::IdempotencyKey::current().is_some();
    #[cfg(not(feature = "idempotency-key"))]
    false
}
