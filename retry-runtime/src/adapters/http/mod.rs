//! The classes of HTTP statuses and responses, the `Retry-After` header, and what crosses between processes.
//!
//! A client says which attempt sends a request and how long it still waits, the server says whether it has retried
//! already:
//!
//! | header | in | meaning |
//! |---|---|---|
//! | [`ATTEMPT`], `retry-attempt: 2` | a request | the number of the attempt, from 1; without it the first |
//! | [`TIMEOUT_MS`], `retry-timeout-ms: 1500` | a request | how long the caller still waits |
//! | [`GAVE_UP`], `retry-gave-up: 1` | a response that failed | an operation of the server's has given up: it was retried there already |
//!
//! A client adds the first two by [`OutgoingRequest`](crate::OutgoingRequest) and heeds the third through [`Classify`],
//! of the response or of the error that [`check`] makes of it. A server needs one layer, of the feature `tower`.

pub(crate) mod grpc;
mod headers;
mod status_error;

use core::time::Duration;
use std::time::SystemTime;

use ::http::header::{DATE, RETRY_AFTER};
use ::http::{HeaderMap, HeaderName, Response, StatusCode};

use crate::{Class, Classify};

#[cfg(feature = "idempotency-key")]
pub use self::headers::IDEMPOTENCY_KEY;
#[cfg(feature = "reqwest")]
pub(crate) use self::headers::write_here;
pub use self::headers::{ATTEMPT, GAVE_UP, TIMEOUT_MS, gave_up, read, write};
pub use self::status_error::{Answer, StatusError, check};

/// `Status` of the number, whatever it is. One below 400 or above 599 is in no policy's classes.
impl Classify for StatusCode {
    fn class(&self) -> Class {
        Class::Status(self.as_u16())
    }
}

/// The class of its status, its [`retry_after`] by the system's clock, and whether the server [gave up](gave_up).
///
/// Every response has a class, so that `retry_ok = Status(503)` can ask; that of a success is in no policy's classes.
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
        self.status().class()
    }

    fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers(), SystemTime::now())
    }

    fn gave_up(&self) -> bool {
        gave_up(self.headers())
    }
}

/// The wait that a `Retry-After` header asks for, if there is one that can be read.
///
/// By [RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3) it holds either whole seconds
/// or a date in one of the three forms that HTTP knows.
///
/// - Seconds beyond `u64::MAX` are `u64::MAX`; white space around is left out; a sign or a fraction cannot be read.
/// - A date is counted from the response's own `Date` header, so that a client whose clock is wrong waits no longer
///   than the server meant, and from `now` only where that is missing or cannot be read. A date in the past is a wait
///   of zero.
/// - Of several headers the first counts.
///
/// ```
/// use core::time::Duration;
/// use std::time::SystemTime;
/// use http::HeaderMap;
/// use retry_runtime::http::retry_after;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("date", "Fri, 31 Dec 1999 23:59:00 GMT".parse().unwrap());
/// headers.insert("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::from_secs(59)));
///
/// headers.insert("retry-after", "120".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::from_secs(120)));
///
/// headers.insert("retry-after", "soon".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), None);
/// ```
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text(headers, &RETRY_AFTER)?;
    if let Some(seconds) = number(value) {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let from = text(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Some(until.duration_since(from).unwrap_or(Duration::ZERO))
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A number without sign or fraction; the greatest, where it is greater.
pub(crate) fn number(value: &str) -> Option<u64> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    // Digits alone can only fail to parse by being too many.
    is_number.then(|| value.parse().unwrap_or(u64::MAX))
}
