//! Values of the headers that contain a server hint.

use core::time::Duration;
use std::string::String;
use std::time::SystemTime;

use super::text::parse_number;

/// Least number that is a time since 1970 and not a delay in seconds.
///
/// It is a day in 2001, or a delay of 31 years.
const LEAST_TIMESTAMP: u64 = 1_000_000_000;
/// Least number that is in milliseconds since 1970.
///
/// It is a day in 1973, or in seconds one in the year 5138.
const LEAST_MILLISECONDS: u64 = 100_000_000_000;

/// Quota of a `RateLimit` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Quota {
    /// Nothing is left before the delay has passed.
    UsedUp(Duration),
    /// Something is left, or the header has no delay.
    Other,
}

/// Splits a value at its commas.
///
/// Commas inside quotes and behind the weekday of a date do not separate.
pub(super) fn elements(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = (!is_dictionary(value)).then_some(value);
    let whole = rest.is_none().then_some(value);
    let list = core::iter::from_fn(move || {
        let text = rest?;
        let end = end_of_element(text);
        rest = text.get(end + 1..);
        Some(&text[..end])
    });
    whole.into_iter().chain(list).map(str::trim).filter(|element| !element.is_empty())
}

/// Returns the index of the comma behind the first element, or the length.
fn end_of_element(text: &str) -> usize {
    let (mut is_quoted, mut is_weekday) = (false, true);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted && (!is_weekday || text[..at].trim().is_empty()) => return at,
            b',' => is_weekday = false,
            b' ' | b'\t' => {}
            _ => is_weekday &= byte.is_ascii_alphabetic(),
        }
    }
    text.len()
}

/// Parses a number of seconds; a fraction is rounded up to a millisecond.
pub(super) fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = decimal(value)?;
    let (kept, rest) = fraction.split_at(fraction.len().min(3));
    let mut millis = kept.bytes().chain(*b"000").take(3).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    millis += u64::from(is_positive(rest));
    Some(Duration::from_secs(whole).saturating_add(Duration::from_millis(millis)))
}

/// Parses a number of milliseconds; a fraction is rounded up to a whole one.
pub(super) fn milliseconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = decimal(value)?;
    Some(Duration::from_millis(whole.saturating_add(u64::from(is_positive(fraction)))))
}

/// Parses a number of seconds, or a date after `from`.
pub(super) fn delay_or_date(value: &str, from: SystemTime) -> Option<Duration> {
    seconds(value).or_else(|| until(value, from))
}

/// Parses the end of a quota's window.
///
/// It is a date, a time since 1970, or a number of seconds.
pub(super) fn reset(value: &str, from: SystemTime) -> Option<Duration> {
    let Some((whole, _)) = decimal(value) else { return until(value, from) };
    let since_1970 = match whole {
        ..LEAST_TIMESTAMP => return seconds(value),
        LEAST_TIMESTAMP..LEAST_MILLISECONDS => seconds(value)?,
        _ => milliseconds(value)?,
    };
    Some(since_1970.saturating_sub(from.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()))
}

/// Parses a date in one of the formats of HTTP.
///
/// Its zone may also be another name of GMT, or an offset.
pub(super) fn date(value: &str) -> Option<SystemTime> {
    if let Ok(date) = httpdate::parse_http_date(value) {
        return Some(date);
    }
    let (local, zone) = value.trim().rsplit_once(' ')?;
    let offset = offset(zone)?;
    let date = httpdate::parse_http_date(&(String::from(local) + " GMT")).ok()?;
    let difference = Duration::from_secs(offset.unsigned_abs());
    // An eastern clock shows a later time.
    if offset > 0 { date.checked_sub(difference) } else { date.checked_add(difference) }
}

/// Returns the offset of a zone in seconds, eastern ones positive.
fn offset(zone: &str) -> Option<i64> {
    if ["GMT", "UTC", "UT", "Z"].iter().any(|name| zone.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let (sign, digits) = match zone.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (&[h1, h2, m1, m2] | &[h1, h2, b':', m1, m2]) = digits else { return None };
    if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |tens: u8, ones: u8| i64::from(tens - b'0') * 10 + i64::from(ones - b'0');
    Some(sign * (number(h1, h2) * 3600 + number(m1, m2) * 60))
}

/// Parses an element of `RateLimit` of draft-11, or the whole header of draft-07.
///
/// Returns `None` if it cannot be read.
pub(super) fn quota(value: &str) -> Option<Quota> {
    let (separator, remaining, reset) =
        if is_dictionary(value) { (',', "remaining", "reset") } else { (';', "r", "t") };
    let parameters = || outside_quotes(value, separator).filter_map(|pair| pair.trim().split_once('='));
    let find = |name| parameters().find(|(key, _)| *key == name).map(|(_, value)| value.trim());
    if parse_number(find(remaining)?)? > 0 {
        return Some(Quota::Other);
    }
    match find(reset) {
        Some(reset) => seconds(reset).map(Quota::UsedUp),
        None => Some(Quota::Other),
    }
}

fn outside_quotes(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    value.split(move |character| {
        is_quoted ^= character == '"';
        character == separator && !is_quoted
    })
}

/// Returns whether the value is a `RateLimit` of draft-07.
///
/// Its commas separate the parts of one quota.
fn is_dictionary(value: &str) -> bool {
    ["limit=", "remaining=", "reset="].iter().any(|key| value.trim_start().starts_with(key))
}

/// Returns the time until a date in HTTP's form.
///
/// A date ahead counts a second more, because servers cut its fraction off: nobody comes before the second is over.
fn until(value: &str, from: SystemTime) -> Option<Duration> {
    let left = date(value)?.duration_since(from).unwrap_or(Duration::ZERO);
    Some(if left.is_zero() { left } else { left.saturating_add(Duration::from_secs(1)) })
}

/// Splits `1.5` into 1 and `5`; the fraction consists of digits.
fn decimal(value: &str) -> Option<(u64, &str)> {
    let (whole, fraction) = match value.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (value, ""),
    };
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    Some((parse_number(whole).filter(|_| is_fraction)?, fraction))
}

/// Returns whether one of the digits is not 0.
fn is_positive(digits: &str) -> bool {
    digits.bytes().any(|digit| digit != b'0')
}
