//! The error of a response with a failure status.

use core::fmt;
use core::time::Duration;
use std::borrow::Cow;
use std::boxed::Box;
use std::error::Error;
use std::string::String;
use std::vec::Vec;

use ::http::{HeaderMap, StatusCode};

use super::kept_headers;
use super::server_hint::{self, Hint};
use crate::calls::env::clock;
use crate::observe::emit;
use crate::{Class, Classify};

/// Error of a response whose status is 400 to 599.
///
/// [`check`](super::check) returns it.
///
/// It keeps what a retry depends on (the status, the server hint, and whether the server gave up), and what a person needs to
/// find the cause. Nothing of that is secret by itself:
///
/// | kept | without |
/// |---|---|
/// | [`url`](Self::url) of a `reqwest::Response` | user, password, query and fragment, because tokens are in them. A secret in the path stays |
/// | [`headers`](Self::headers) on an allow list | all others, for example `set-cookie` and `location` |
/// | [`body`](Self::body), its first 4096 bytes; [`check_head`](super::check_head) reads none | |
///
/// [`Display`](fmt::Display) writes the status and the URL. [`Debug`] also writes the headers and the body.
#[derive(Clone, PartialEq, Eq)]
pub struct StatusError {
    status: StatusCode,
    /// Class of the response.
    class: Class,
    hint: Hint,
    gave_up: bool,
    /// True if the attempt that sent the request has an idempotency key.
    has_key: bool,
    details: Box<Details>,
}

#[derive(Clone, PartialEq, Eq)]
struct Details {
    url: Option<String>,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl StatusError {
    /// Creates the error of a failed response of `class`.
    pub(super) fn new(status: StatusCode, class: Class, headers: &HeaderMap, url: Option<String>) -> Self {
        Self {
            status,
            class,
            hint: server_hint::read(headers, clock::system_time()),
            gave_up: super::gave_up(headers),
            has_key: is_in_keyed_attempt(),
            details: Box::new(Details { url, headers: kept_headers::kept(headers), body: Vec::new() }),
        }
    }

    pub(super) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.details.body = body;
        self
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the URL of the response, without user, password, query and fragment.
    ///
    /// The result is `None` for an `http::Response`, which has no URL. After redirects it is the last one.
    pub fn url(&self) -> Option<&str> {
        self.details.url.as_deref()
    }

    /// Returns the headers of the response that are on the allow list.
    ///
    /// The list has the server hints, ids of the request (`x-request-id`, `cf-ray`, `x-amzn-requestid`, ..), `traceparent`,
    /// error codes of clouds, `allow`, `content-*`, `date`, `server`, `via` and `www-authenticate`. A value that is marked as
    /// [sensitive](::http::HeaderValue::is_sensitive) is not kept.
    pub fn headers(&self) -> &HeaderMap {
        &self.details.headers
    }

    /// Returns the first 4096 bytes of the body.
    ///
    /// The error of [`check_head`](super::check_head) has none.
    pub fn body(&self) -> &[u8] {
        &self.details.body
    }

    /// Returns the first 4096 bytes of the body as text.
    ///
    /// Bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        // A character that the limit has cut is not an invalid one.
        let body = self.body();
        match core::str::from_utf8(body) {
            Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&body[..error.valid_up_to()]),
            _ => String::from_utf8_lossy(body),
        }
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
        write!(formatter, "{} answered {}", self.url().unwrap_or("the server"), self.status)?;
        if self.has_key && self.status == StatusCode::UNPROCESSABLE_ENTITY {
            formatter.write_str(
                " to a request with an idempotency key; if the key was used for another request, a resend differs from the \
                 first request: compute every value that changes before the call",
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for StatusError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StatusError")
            .field("status", &self.status)
            .field("class", &self.class)
            .field("retry_after", &self.hint.delay)
            .field("gave_up", &self.gave_up)
            .field("url", &self.url())
            .field("headers", self.headers())
            .field("body", &self.text())
            .finish_non_exhaustive()
    }
}

impl Error for StatusError {}

/// Returns whether the running attempt has an idempotency key.
fn is_in_keyed_attempt() -> bool {
    #[cfg(feature = "idempotency-key")]
    return crate::calls::key::IdempotencyKey::current().is_some();
    #[cfg(not(feature = "idempotency-key"))]
    false
}
