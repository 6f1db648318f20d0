//! Classes of HTTP statuses and responses, and headers of this crate.
//!
//! A client sends the number of the attempt and the time that it still waits. The server returns whether it has retried
//! already:
//!
//! | header | in | meaning |
//! |---|---|---|
//! | [`ATTEMPT`], `retry-attempt: 2` | a request | the number of the attempt, from 1; without it the first |
//! | [`TIMEOUT_MS`], `retry-timeout-ms: 1500` | a request | time that the caller still waits |
//! | [`GAVE_UP`], `retry-gave-up: 1` | a response that failed | an operation of the server has given up: the request was retried there already |
//!
//! A client adds the first two by [`OutgoingRequest`](crate::OutgoingRequest), and reads the third through [`Classify`] of the
//! response or of the error that [`check`] returns. A server needs the layer of the feature `tower`.

mod body_start;
mod check;
pub(crate) mod grpc;
mod headers;
mod hint_values;
mod kept_headers;
pub(crate) mod server_hint;
mod status_error;
mod text;

use core::time::Duration;

use ::http::{Response, StatusCode};

use crate::{Class, Classify};

pub use self::check::{BodyResponse, StatusResponse, check, check_head};
#[cfg(feature = "idempotency-key")]
pub use self::headers::IDEMPOTENCY_KEY;
pub use self::headers::{ATTEMPT, GAVE_UP, TIMEOUT_MS, gave_up, read, write};
#[cfg(feature = "reqwest")]
pub(crate) use self::headers::{KeyForm, write_current};
pub use self::server_hint::{quota_reset, retry_after};
pub use self::status_error::StatusError;
#[cfg(feature = "tower")]
pub(crate) use self::text::header_text;
#[cfg(feature = "tonic")]
pub(crate) use self::text::parse_number;

/// `Status` of the number. No policy's classes contain one below 400 or above 599.
impl Classify for StatusCode {
    fn class(&self) -> Class {
        Class::Status(self.as_u16())
    }
}

/// Class of the status, [`retry_after`] by the system's clock, and [`gave_up`].
///
/// Every response has a class, for `retry_ok = Status(503)`. No policy's classes contain that of a success.
///
/// With `x-should-retry: true` a failure whose status is not transient is `Unavailable`, and a 409 is `Conflict`.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classify};
///
/// let response = http::Response::builder().status(503).header("Retry-After", "2").body(()).unwrap();
/// assert_eq!(response.class(), Class::Status(503));
/// assert_eq!(response.retry_after(), Some(Duration::from_secs(2)));
/// ```
impl<B> Classify for Response<B> {
    fn class(&self) -> Class {
        server_hint::class(self.status(), self.headers())
    }

    fn retry_after(&self) -> Option<Duration> {
        server_hint::of_response(self.status(), self.headers())
    }

    fn gave_up(&self) -> bool {
        gave_up(self.headers())
    }
}
