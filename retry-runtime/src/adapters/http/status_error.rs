//! A response that is a failure, as an error that keeps what its headers said.

use core::fmt;
use core::time::Duration;
use std::error::Error;

use ::http::{Response, StatusCode};

use crate::{Class, Classify};

/// A response whose status is 400 to 599, as [`check`] makes it.
///
/// It keeps what decides on a retry: the status, how long the server asked to wait, and whether it gave up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    retry_after: Option<Duration>,
    gave_up: bool,
    /// Whether the attempt that sent the request has an idempotency key.
    keyed: bool,
}

impl StatusError {
    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl Classify for StatusError {
    /// Of the status. A 409 with `Retry-After` in answer to a keyed request is [`Conflict`](Class::Conflict): the first one
    /// is still in progress, and giving up now would report as failed what goes through.
    fn class(&self) -> Class {
        if self.keyed && self.status == StatusCode::CONFLICT && self.retry_after.is_some() {
            return Class::Conflict;
        }
        self.status.class()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn gave_up(&self) -> bool {
        self.gave_up
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)?;
        if self.keyed && self.status == StatusCode::UNPROCESSABLE_ENTITY {
            formatter.write_str(
                " to a request with an idempotency key; if it means that the key was used for another request: what a resend \
                 sends must not differ, so compute all that changes before the call",
            )?;
        }
        Ok(())
    }
}

impl Error for StatusError {}

/// A response over HTTP, as [`check`] asks it: that of `http`, and of `reqwest`.
pub trait Answer: Classify {
    /// Its status.
    fn status(&self) -> StatusCode;
}

impl<B> Answer for Response<B> {
    fn status(&self) -> StatusCode {
        self.status()
    }
}

/// The response, if its status is no failure.
///
/// In place of reqwest's `error_for_status`, whose error has lost the headers, and with them `Retry-After` and the word
/// that the server gave up.
///
/// # Errors
///
/// [`StatusError`], if the status is 400 to 599.
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
pub fn check<A: Answer>(response: A) -> Result<A, StatusError> {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let (retry_after, gave_up) = (response.retry_after(), response.gave_up());
        return Err(StatusError { status, retry_after, gave_up, keyed: is_keyed() });
    }
    Ok(response)
}

/// Whether the attempt around the code that runs now has a key.
fn is_keyed() -> bool {
    #[cfg(feature = "idempotency-key")]
    return crate::calls::key::IdempotencyKey::current().is_some();
    #[cfg(not(feature = "idempotency-key"))]
    false
}
