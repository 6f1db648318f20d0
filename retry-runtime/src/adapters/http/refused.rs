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
pub struct Refused {
    status: StatusCode,
    retry_after: Option<Duration>,
    gave_up: bool,
}

impl Refused {
    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }
}

impl Classify for Refused {
    fn class(&self) -> Class {
        self.status.class()
    }

    fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    fn gave_up(&self) -> bool {
        self.gave_up
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the server answered {}", self.status)
    }
}

impl Error for Refused {}

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
/// [`Refused`], if the status is 400 to 599.
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
pub fn check<A: Answer>(response: A) -> Result<A, Refused> {
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        return Err(Refused { status, retry_after: response.retry_after(), gave_up: response.gave_up() });
    }
    Ok(response)
}
