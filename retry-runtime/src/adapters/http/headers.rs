//! Headers of this crate: written by clients, read by servers.

use core::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue, Request};

use super::text::{header_text, parse_number};
use super::{grpc, server_hint};
use crate::{Outgoing, OutgoingRequest};

/// Request header: number of the attempt that sends the request, from 1.
///
/// Absent means the first.
pub const ATTEMPT: HeaderName = HeaderName::from_static("retry-attempt");

/// Request header: milliseconds that the caller still waits.
pub const TIMEOUT_MS: HeaderName = HeaderName::from_static("retry-timeout-ms");

/// Request header: idempotency key of the call, a quoted RFC 8941 string.
///
/// It is the same in every attempt. [`with_bare_key`](crate::OutgoingRequest::with_bare_key) writes it without quotes.
#[cfg(feature = "idempotency-key")]
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Header of a failed response: `1` if an operation of the server has given up.
///
/// The request was retried there already, so the client should not retry it.
pub const GAVE_UP: HeaderName = HeaderName::from_static("retry-gave-up");

/// Writes the context of an attempt, and removes headers of an earlier one.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Outgoing, http};
///
/// let mut headers = ::http::HeaderMap::new();
/// http::write(&Outgoing::new(2, Some(Duration::from_millis(1500))), &mut headers);
/// assert_eq!(headers[http::ATTEMPT], "2");
/// assert_eq!(headers[http::TIMEOUT_MS], "1500");
///
/// http::write(&Outgoing::new(1, None), &mut headers);
/// assert!(headers.is_empty());
/// ```
pub fn write(outgoing: &Outgoing, headers: &mut HeaderMap) {
    #[cfg(feature = "tracing")]
    crate::observe::export_tracing::record_resend_count(outgoing.attempt());
    let attempt = outgoing.attempt();
    let millis = |left: Duration| u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    set(headers, ATTEMPT, (attempt > 1).then(|| attempt.into()));
    set(headers, TIMEOUT_MS, outgoing.remaining().map(|left| millis(left).into()));
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<HeaderValue>) {
    match value {
        Some(value) => headers.insert(name, value),
        None => headers.remove(name),
    };
}

/// Form of a key in its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    Quoted,
    Bare,
}

/// Writes the context of the running attempt, and its key if it has one.
///
/// A key that the caller has set stays.
pub(crate) fn write_current(headers: &mut HeaderMap, form: KeyForm) {
    write(&Outgoing::here(), headers);
    #[cfg(feature = "idempotency-key")]
    write_key(headers, form);
    #[cfg(not(feature = "idempotency-key"))]
    let _ = form;
}

#[cfg(feature = "idempotency-key")]
fn write_key(headers: &mut HeaderMap, form: KeyForm) {
    // Only a value that was written here is sensitive: it may be of an earlier call, with another key.
    if headers.get(IDEMPOTENCY_KEY).is_some_and(|own| !own.is_sensitive()) {
        return;
    }
    let Some(key) = crate::calls::key::IdempotencyKey::current() else { return };
    // A key is printable ASCII, which is always a valid header value.
    let value = match form {
        KeyForm::Quoted => HeaderValue::try_from(key.quoted()),
        KeyForm::Bare => HeaderValue::from_str(key.as_str()),
    };
    if let Ok(mut value) = value {
        value.set_sensitive(true);
        headers.insert(IDEMPOTENCY_KEY, value);
    }
}

/// Reads the context that [`write()`] or a gRPC client has written.
///
/// A gRPC client sends `grpc-previous-rpc-attempts`, which is one less than the attempt, and `grpc-timeout`. The shorter of
/// two timeouts counts, and the greater of two attempts.
///
/// The input is not trusted: a value that cannot be parsed is ignored, and a number that is too great is clamped.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Outgoing, http};
///
/// let mut headers = ::http::HeaderMap::new();
/// headers.insert(http::ATTEMPT, "3".parse().unwrap());
/// headers.insert("grpc-timeout", "250m".parse().unwrap());
/// assert_eq!(http::read(&headers), Outgoing::new(3, Some(Duration::from_millis(250))));
///
/// headers.insert(http::ATTEMPT, "-1".parse().unwrap());
/// headers.insert("grpc-timeout", "soon".parse().unwrap());
/// assert_eq!(http::read(&headers), Outgoing::new(1, None));
/// ```
pub fn read(headers: &HeaderMap) -> Outgoing {
    let ours = header_text(headers, &ATTEMPT).and_then(parse_number).unwrap_or(0);
    let attempt = ours.max(grpc::attempt(headers));
    let millis = header_text(headers, &TIMEOUT_MS).and_then(parse_number).map(Duration::from_millis);
    let remaining = millis.into_iter().chain(grpc::timeout(headers)).min();
    Outgoing::new(u32::try_from(attempt).unwrap_or(u32::MAX), remaining)
}

/// Returns whether [`GAVE_UP`] is `1`, or `x-should-retry` is `false`.
///
/// An operation of the server gave up, or the server does not want the request again.
pub fn gave_up(headers: &HeaderMap) -> bool {
    header_text(headers, &GAVE_UP) == Some("1") || server_hint::should_retry(headers) == Some(false)
}

/// Writes [`ATTEMPT`] and [`TIMEOUT_MS`], and a key as `Idempotency-Key`.
///
/// The key needs the feature `idempotency-key`. A value of that header that is already there stays, unless it is marked as
/// [sensitive](HeaderValue::is_sensitive): this method marks what it writes, and replaces it in the next call.
impl<B> OutgoingRequest for Request<B> {
    fn with_attempt(mut self) -> Self {
        write_current(self.headers_mut(), KeyForm::Quoted);
        self
    }

    fn with_bare_key(mut self) -> Self {
        write_current(self.headers_mut(), KeyForm::Bare);
        self
    }
}
