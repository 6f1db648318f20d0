//! Values of headers as text and as numbers.

use ::http::{HeaderMap, HeaderName};

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
