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
pub use self::headers::{ATTEMPT, GAVE_UP, TIMEOUT_MS, gave_up, read, write};
#[cfg(feature = "reqwest")]
pub(crate) use self::headers::{KeyForm, write_current};
pub use self::status_error::{StatusError, StatusResponse, check};

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

/// Returns the delay of a valid `Retry-After` header.
///
/// By [RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3) it holds either whole seconds
/// or a date in one of the three formats of HTTP.
///
/// - Seconds beyond `u64::MAX` are `u64::MAX`. White space around is ignored. A sign or a fraction is not accepted.
/// - A date is relative to the response's `Date` header, so that a client whose clock is wrong does not wait longer than the
///   server meant. Without a valid `Date` it is relative to `now`. A date in the past is a delay of zero.
/// - The first of several headers counts.
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
    let value = header_text(headers, &RETRY_AFTER)?;
    if let Some(seconds) = parse_number(value) {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let from = header_text(headers, &DATE).and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    Some(until.duration_since(from).unwrap_or(Duration::ZERO))
}

/// Returns the value of the header `name` without white space around it.
pub(crate) fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Parses a number without sign or fraction.
///
/// A number above [`u64::MAX`] is clamped.
pub(crate) fn parse_number(value: &str) -> Option<u64> {
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    // A text of digits fails to parse only if the number is too great.
    is_number.then(|| value.parse().unwrap_or(u64::MAX))
}
