//! Server hints in headers of a response.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, Response};
use retry_runtime::http::retry_after;
use retry_runtime::{Class, Classify};

use crate::input::Input;

const SOURCES: [&str; 7] = [
    "retry-after-ms",
    "x-ms-retry-after-ms",
    "retry-after",
    "x-ratelimit-reset-after",
    "x-ratelimit-reset",
    "ratelimit",
    "ratelimit-reset",
];
const OTHERS: [&str; 4] = ["date", "x-ratelimit-remaining", "ratelimit-remaining", "x-should-retry"];
#[rustfmt::skip]
const WORDS: [&str; 48] = [
    "0", "1", "9", "12", "120", "999", "1000000000", "100000000000", "18446744073709551615", "18446744073709551616",
    ".", ".5", ".0001", ",", ", ", ";", " ", "\t", "\"", "-", "+", "e3",
    "Fri, 31 Dec 1999 23:59:59", "Friday, 31-Dec-99 23:59:59", "Fri Dec 31 23:59:59 1999", "Fri, 31 Dec 9999 23:59:59",
    " GMT", " UTC", " Z", " +0200", " -09:30", " +9999", "r=", "t=", "r=0", "t=30", ";r=0;t=30", "\"default\"",
    "limit=", "remaining=", "reset=", "remaining=0", "reset=30", "limit=10, remaining=0, reset=7", "true", "false", "=", "x",
];

/// Whole seconds, so that a delay is whole milliseconds.
fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(946_684_000)
}

fn headers<'a>(values: impl IntoIterator<Item = (&'a str, &'a str)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(HeaderName::try_from(name).unwrap(), value);
        }
    }
    headers
}

pub(crate) fn server_hint(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut values = Vec::new();
    while !input.is_empty() && values.len() < 6 {
        let name = input.one_of(&[SOURCES.as_slice(), OTHERS.as_slice()].concat());
        values.push((name, input.text(&WORDS)));
    }
    let pairs = || values.iter().map(|(name, value)| (*name, value.as_str()));
    let delay = retry_after(&headers(pairs()), now());

    let padded: Vec<_> = values.iter().map(|(name, value)| (*name, format!(" {value}\t "))).collect();
    assert_eq!(retry_after(&headers(padded.iter().map(|(name, value)| (*name, value.as_str()))), now()), delay);
    assert_eq!(retry_after(&headers(pairs().flat_map(|pair| [pair, pair])), now()), delay, "each value twice");

    // The same delay in its plainest forms.
    let Some(delay) = delay.filter(|delay| u64::try_from(delay.as_millis()).is_ok()) else { return };
    let millis = delay.as_millis().to_string();
    assert_eq!(retry_after(&headers([("retry-after-ms", millis.as_str())]), now()), Some(delay));
    let seconds = format!("{}.{:03}", delay.as_secs(), delay.subsec_millis());
    assert_eq!(retry_after(&headers([("retry-after", seconds.as_str())]), now()), Some(delay));
}

pub(crate) fn longest_of_two(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let name = input.one_of(&SOURCES);
    let [one, other] = [input.text(&WORDS), input.text(&WORDS)];
    let of = |values: &[&String]| retry_after(&headers(values.iter().map(|value| (name, value.as_str()))), now());
    assert_eq!(of(&[&one, &other]), of(&[&one]).max(of(&[&other])));
    assert_eq!(of(&[&one, &other]), of(&[&other, &one]));
}

pub(crate) fn response_class(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let status = 400 + u16::from(input.byte());
    let mut response = Response::new(());
    *response.status_mut() = status.try_into().unwrap();
    let should_retry = input.text(&WORDS);
    *response.headers_mut() = headers([("x-should-retry", should_retry.as_str())]);
    let is_wanted = should_retry.trim().eq_ignore_ascii_case("true");
    let class = response.class();
    assert!(class == Class::Status(status) || is_wanted && matches!(class, Class::Conflict | Class::Unavailable));
    assert!(!(is_wanted && response.gave_up()));
}
