//! The headers of gRPC over HTTP that say the same.

use core::time::Duration;

use ::http::{HeaderMap, HeaderName};

use super::{number, text};

/// In a request, by the [protocol](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md), at most 8 digits
/// and a unit.
pub(crate) const TIMEOUT: &str = "grpc-timeout";

/// In a request, by [gRFC A6](https://github.com/grpc/proposal/blob/master/A6-client-retries.md): how many attempts
/// came before.
pub(crate) const PREVIOUS_ATTEMPTS: &str = "grpc-previous-rpc-attempts";

/// In a trailer, by the same: how many milliseconds to wait before a retry. What is negative or no number says not to.
#[cfg(any(feature = "tonic", feature = "tower"))]
pub(crate) const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// In trailers, or in the headers of an answer without a body: the code, 0 for success.
#[cfg(feature = "tower")]
pub(crate) const STATUS: &str = "grpc-status";

/// The number of the attempt: at least 1.
pub(super) fn attempt(headers: &HeaderMap) -> u64 {
    let previous = text(headers, &HeaderName::from_static(PREVIOUS_ATTEMPTS)).and_then(number);
    previous.unwrap_or(0).saturating_add(1)
}

/// How long the caller still waits.
pub(super) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    read_timeout(text(headers, &HeaderName::from_static(TIMEOUT))?)
}

/// The value of `grpc-timeout`. One of zero, which the protocol does not know, is what a client has left at its
/// deadline.
pub(crate) fn read_timeout(value: &str) -> Option<Duration> {
    let unit = value.chars().last()?;
    let digits = value.strip_suffix(unit).filter(|digits| digits.len() <= 8)?;
    let count = number(digits)?;
    match unit {
        'H' => Some(Duration::from_secs(count * 3600)),
        'M' => Some(Duration::from_secs(count * 60)),
        'S' => Some(Duration::from_secs(count)),
        'm' => Some(Duration::from_millis(count)),
        'u' => Some(Duration::from_micros(count)),
        'n' => Some(Duration::from_nanos(count)),
        _ => None,
    }
}
