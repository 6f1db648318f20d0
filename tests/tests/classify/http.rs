//! The classes of HTTP statuses and responses, and the `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use retry_runtime::http::{GAVE_UP, check_head, retry_after};
use retry_runtime::{Class, Classes, Classify};

const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
const MAX: Duration = Duration::from_secs(u64::MAX);

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn now() -> SystemTime {
    httpdate::parse_http_date(NOW).unwrap()
}

fn headers(retry_after: &[u8], date: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(RETRY_AFTER, HeaderValue::from_bytes(retry_after).unwrap());
    if let Some(date) = date {
        headers.insert(DATE, date.parse().unwrap());
    }
    headers
}

#[test]
fn every_status_is_its_own_class() {
    for number in 100..=999 {
        let status = StatusCode::from_u16(number).unwrap();
        assert_eq!(status.class(), Class::Status(number));
        let response = Response::builder().status(status).body(()).unwrap();
        assert_eq!((response.class(), response.retry_after()), (Class::Status(number), None));
    }
}

#[test]
fn a_status_that_is_no_failure_is_in_no_policys_classes() {
    let all = Classes::new().transient().malformed().statuses(400..=599);
    for number in (100..400).chain(600..1000) {
        assert!(!all.contains(StatusCode::from_u16(number).unwrap().class()), "{number}");
    }
}

#[test]
fn a_response_gives_the_hint_of_its_header() {
    let response = Response::builder().status(429).header(RETRY_AFTER, "3").body("").unwrap();
    assert_eq!((response.class(), response.retry_after()), (Class::Status(429), Some(seconds(3))));
}

#[test]
fn a_failed_response_becomes_an_error_that_keeps_class_hint_and_mark() {
    for number in 100..=999 {
        let response = || Response::builder().status(number).body(()).unwrap();
        assert_eq!(check_head(response()).is_err(), (400..600).contains(&number), "{number}");
    }
    let marked = Response::builder().status(429).header(RETRY_AFTER, "3").header(GAVE_UP, "1").body("").unwrap();
    assert!(marked.gave_up());
    let refused = check_head(marked).unwrap_err();
    assert_eq!((refused.status(), refused.class()), (StatusCode::TOO_MANY_REQUESTS, Class::Status(429)));
    assert_eq!((refused.retry_after(), refused.gave_up()), (Some(seconds(3)), true));
    let boxed: Box<dyn std::error::Error> = refused.into();
    assert_eq!((boxed.class(), boxed.retry_after(), boxed.gave_up()), (Class::Status(429), Some(seconds(3)), true));

    let plain = check_head(Response::builder().status(503).body("").unwrap()).unwrap_err();
    assert_eq!((plain.class(), plain.retry_after(), plain.gave_up()), (Class::Status(503), None, false));
}

#[test]
fn a_response_counts_a_date_from_the_systems_clock() {
    let soon = httpdate::fmt_http_date(SystemTime::now() + seconds(60));
    let response = Response::builder().status(503).header(RETRY_AFTER, soon).body(()).unwrap();
    let wait = response.retry_after().unwrap();
    assert!(wait > seconds(50) && wait <= seconds(61), "{wait:?}");
}

#[test]
fn a_header_is_read_by_the_standard() {
    let cases: &[(&str, Option<Duration>)] = &[
        ("0", Some(Duration::ZERO)),
        ("120", Some(seconds(120))),
        ("007", Some(seconds(7))),
        ("  5\t", Some(seconds(5))),
        ("18446744073709551615", Some(MAX)),
        ("18446744073709551616", Some(MAX)),
        ("99999999999999999999999999999999", Some(MAX)),
        ("", None),
        (" ", None),
        ("-1", None),
        ("+1", None),
        ("1e3", None),
        ("0x10", None),
        ("1 2", None),
        ("5s", None),
        ("soon", None),
        ("Sun, 06 Nov 1994 08:50:07 GMT", Some(seconds(31))),
        (" Sun, 06 Nov 1994 08:50:07 GMT ", Some(seconds(31))),
        ("Sunday, 06-Nov-94 08:50:07 GMT", Some(seconds(31))),
        ("Sun Nov  6 08:50:07 1994", Some(seconds(31))),
        (NOW, Some(Duration::ZERO)),
        ("Sat, 05 Nov 1994 08:49:37 GMT", Some(Duration::ZERO)),
        ("Sun, 06 Nov 1994 25:00:00 GMT", None),
        ("Sun, 06 Nov 1994 08:50:07 CET", None),
        ("Sun, 06 Nov 1994 08:50:07 +00:0", None),
        ("1994-11-06T08:50:07Z", None),
    ];
    for (value, wait) in cases {
        assert_eq!(retry_after(&headers(value.as_bytes(), None), now()), *wait, "{value:?}");
    }
    assert_eq!(retry_after(&HeaderMap::new(), now()), None);
    assert_eq!(retry_after(&headers(b"\xff\xfe", None), now()), None);
}

/// Servers cut the fraction of a second off, of the date and of their own clock.
#[test]
fn a_date_counts_from_the_responses_own_date() {
    let until = b"Sun, 06 Nov 1994 08:50:07 GMT";
    let cases: &[(Option<&str>, u64)] = &[
        (Some("Sun, 06 Nov 1994 08:50:00 GMT"), 8),
        (Some(" Sun, 06 Nov 1994 08:50:00 GMT"), 8),
        (Some("Sun, 06 Nov 1994 09:00:00 GMT"), 0),
        (Some("yesterday"), 31),
        (None, 31),
    ];
    for &(date, wait) in cases {
        assert_eq!(retry_after(&headers(until, date), now()), Some(seconds(wait)), "{date:?}");
    }
    assert_eq!(retry_after(&headers(b"9", Some("Sun, 06 Nov 1994 08:50:00 GMT")), now()), Some(seconds(9)));
}
