//! The headers of this crate, and how they are written and read.

use core::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue, Request};

use super::{grpc, number, text};
use crate::{Outgoing, OutgoingRequest};

/// In a request: the number of the attempt that sends it, from 1. Without it, it is the first.
pub const ATTEMPT: HeaderName = HeaderName::from_static("retry-attempt");

/// In a request: the milliseconds that its caller still waits.
pub const TIMEOUT_MS: HeaderName = HeaderName::from_static("retry-timeout-ms");

/// In a request: the key of the call that sends it, the same in every attempt, as a quoted RFC 8941 string.
#[cfg(feature = "idempotency-key")]
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// In a response that failed: `1` where an operation of the server's has given up. It was retried there already, so
/// the client should not.
pub const GAVE_UP: HeaderName = HeaderName::from_static("retry-gave-up");

/// Writes what the service should know of the attempt that sends the request, and takes away what another wrote before.
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

/// Writes what an attempt says of itself, and its key where it has one; a key that another wrote stays where it has none.
pub(crate) fn write_here(headers: &mut HeaderMap) {
    write(&Outgoing::here(), headers);
    #[cfg(feature = "idempotency-key")]
    if let Some(key) = crate::calls::key::IdempotencyKey::current() {
        // Printable ASCII is always a header's value.
        if let Ok(mut value) = HeaderValue::try_from(key.quoted()) {
            value.set_sensitive(true);
            headers.insert(IDEMPOTENCY_KEY, value);
        }
    }
}

/// Reads what [`write()`] has written, or a gRPC client: `grpc-previous-rpc-attempts`, which is one less than the
/// attempt, and `grpc-timeout`. Of two timeouts the shorter counts, of two attempts the later.
///
/// Nothing here is trusted: what cannot be read is as if it were absent, a number that is too great is the greatest.
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
    let ours = text(headers, &ATTEMPT).and_then(number).unwrap_or(0);
    let attempt = ours.max(grpc::attempt(headers));
    let millis = text(headers, &TIMEOUT_MS).and_then(number).map(Duration::from_millis);
    let remaining = millis.into_iter().chain(grpc::timeout(headers)).min();
    Outgoing::new(u32::try_from(attempt).unwrap_or(u32::MAX), remaining)
}

/// Whether a response says that an operation of the server's has given up: [`GAVE_UP`] is `1`.
pub fn gave_up(headers: &HeaderMap) -> bool {
    text(headers, &GAVE_UP) == Some("1")
}

/// Writes the headers [`ATTEMPT`] and [`TIMEOUT_MS`], and inside a keyed attempt `Idempotency-Key` (feature `idempotency-key`).
impl<B> OutgoingRequest for Request<B> {
    fn with_attempt(mut self) -> Self {
        write_here(self.headers_mut());
        self
    }
}
