//! Headers of gRPC over HTTP.

use core::time::Duration;

use ::http::{HeaderMap, HeaderName};

use super::text::{header_text, parse_number};

/// Request header: timeout of the call, at most 8 digits and a unit.
///
/// See the [protocol](https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).
pub(crate) const TIMEOUT: &str = "grpc-timeout";

/// Request header: number of attempts before this one.
///
/// See [gRFC A6](https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
pub(crate) const PREVIOUS_ATTEMPTS: &str = "grpc-previous-rpc-attempts";

/// Trailer: milliseconds to wait before a retry.
///
/// A value that is negative or not a number forbids one.
#[cfg(any(feature = "tonic", feature = "tower"))]
pub(crate) const PUSHBACK: &str = "grpc-retry-pushback-ms";

/// Trailer, or header without a body: the status code, 0 for success.
#[cfg(feature = "tower")]
pub(crate) const STATUS: &str = "grpc-status";

/// Returns the number of the attempt, at least 1.
pub(super) fn attempt(headers: &HeaderMap) -> u64 {
    let previous = header_text(headers, &HeaderName::from_static(PREVIOUS_ATTEMPTS)).and_then(parse_number);
    previous.unwrap_or(0).saturating_add(1)
}

/// Returns the time that the caller still waits.
pub(super) fn timeout(headers: &HeaderMap) -> Option<Duration> {
    read_timeout(header_text(headers, &HeaderName::from_static(TIMEOUT))?)
}

/// Parses the value of `grpc-timeout`.
///
/// Zero is accepted, although the protocol excludes it: a client sends it at its deadline.
pub(crate) fn read_timeout(value: &str) -> Option<Duration> {
    let unit = value.chars().last()?;
    let digits = value.strip_suffix(unit).filter(|digits| digits.len() <= 8)?;
    let count = parse_number(digits)?;
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
