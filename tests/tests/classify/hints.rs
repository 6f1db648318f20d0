//! Server hints as servers send them.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, Response};
use proptest::collection::vec;
use proptest::prelude::*;
use retry_runtime::Classify;
use retry_runtime::http::{check_head, retry_after};

const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
/// The same, in seconds since 1970.
const EPOCH: u64 = 784_111_777;
/// Another time, late enough to be sent as a number.
const LATER: &str = "Sat, 05 Nov 2022 08:49:37 GMT";
const LATER_EPOCH: u64 = 1_667_638_177;

fn at(date: &str) -> SystemTime {
    httpdate::parse_http_date(date).unwrap()
}

fn read(headers: &[(&'static str, &[u8])], now: &str) -> Option<Duration> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
    }
    retry_after(&map, at(now))
}

fn millis(of: &[(&'static str, &str)]) -> Option<u128> {
    let of: Vec<_> = of.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    read(&of, NOW).map(|delay| delay.as_millis())
}

#[test]
fn the_times_are_those_of_the_dates() {
    assert_eq!(at(NOW), SystemTime::UNIX_EPOCH + Duration::from_secs(EPOCH));
    assert_eq!(at(LATER), SystemTime::UNIX_EPOCH + Duration::from_secs(LATER_EPOCH));
}

#[test]
fn a_fraction_is_rounded_up() {
    let cases = [
        ("1.5", Some(1500)),
        ("0.503", Some(503)),
        ("299.997", Some(299_997)),
        ("292.052427053", Some(292_053)),
        ("2.0", Some(2000)),
        ("0.0001", Some(1)),
        ("0.9999", Some(1000)),
        ("1.0000000000000000000000000000000000000001", Some(1001)),
        ("1.", None),
        (".5", None),
        ("-0.5", None),
        ("1.5.5", None),
        ("1.5s", None),
    ];
    for (value, expected) in cases {
        assert_eq!(millis(&[("retry-after", value)]), expected, "{value}");
    }
    let endless = read(&[("retry-after", b"99999999999999999999.999")], NOW).unwrap();
    assert!(endless >= Duration::from_secs(u64::MAX));
}

#[test]
fn the_longest_of_several_values_counts() {
    let cases: &[(&[&str], Option<u128>)] = &[
        (&["120, 120"], Some(120_000)),
        (&["5,5"], Some(5000)),
        (&["3, 7"], Some(7000)),
        (&["7, 3"], Some(7000)),
        (&["7", "3"], Some(7000)),
        (&["1", "9"], Some(9000)),
        (&["4, ,"], Some(4000)),
        (&["Sun, 06 Nov 1994 08:50:07 GMT, Sun, 06 Nov 1994 08:50:07 GMT"], Some(31_000)),
        (&["5, Sun, 06 Nov 1994 08:50:07 GMT"], Some(31_000)),
        (&["Sunday, 06-Nov-94 08:50:07 GMT, 32"], Some(32_000)),
        (&["Sun Nov  6 08:50:07 1994, 5"], Some(31_000)),
        (&["5, later"], Some(5000)),
        (&[","], None),
        (&["soon, later"], None),
    ];
    for (values, expected) in cases {
        let headers: Vec<_> = values.iter().map(|value| ("retry-after", *value)).collect();
        assert_eq!(millis(&headers), *expected, "{values:?}");
    }
}

#[test]
fn a_date_may_name_its_zone_otherwise() {
    let zones = [
        ("GMT", Some(31_000)),
        ("UTC", Some(31_000)),
        ("utc", Some(31_000)),
        ("+0000", Some(31_000)),
        ("-0000", Some(31_000)),
        ("+00:00", Some(31_000)),
        ("Z", Some(31_000)),
        ("-0100", Some(3_631_000)),
        ("+0100", Some(0)),
        ("EST", None),
        ("+000", None),
        ("+00x0", None),
    ];
    for (zone, expected) in zones {
        let date = format!("Sun, 06 Nov 1994 08:50:07 {zone}");
        assert_eq!(millis(&[("retry-after", &date)]), expected, "{zone}");
        let own = ("date", "Sun, 06 Nov 1994 08:50:00 UTC");
        assert_eq!(millis(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"), own]), Some(8000));
    }
}

#[test]
fn milliseconds_come_first() {
    let both = |ms| millis(&[("retry-after", "9"), ("retry-after-ms", ms)]);
    assert_eq!(both("1500"), Some(1500));
    assert_eq!(both("0.1"), Some(1));
    assert_eq!(both("0"), Some(0));
    assert_eq!(both("a while"), Some(9000), "one that cannot be read is skipped");
    assert_eq!(millis(&[("retry-after-ms", "1500")]), Some(1500));
    assert_eq!(millis(&[("retry-after", "2"), ("x-ms-retry-after-ms", "1500")]), Some(1500));
}

#[test]
fn a_rate_limit_that_is_used_up_is_a_hint() {
    type Headers = &'static [(&'static str, &'static str)];
    let cases: &[(Headers, Option<u128>)] = &[
        (&[("x-ratelimit-reset-after", "1.337")], Some(1337)),
        (&[("x-ratelimit-reset-after", "2"), ("x-ratelimit-remaining", "0")], Some(2000)),
        (&[("x-ratelimit-reset-after", "2"), ("x-ratelimit-remaining", "4999")], None),
        (&[("x-ratelimit-reset", "30")], Some(30_000)),
        (&[("x-ratelimit-reset", "30"), ("x-ratelimit-remaining", "1")], None),
        (&[("x-ratelimit-reset", "Sun, 06 Nov 1994 08:50:07 GMT")], Some(31_000)),
        (&[("x-ratelimit-reset", "tomorrow")], None),
        (&[("x-ratelimit-reset-after", "2"), ("x-ratelimit-reset", "30")], Some(2000)),
        (&[("x-ratelimit-reset-after", "2"), ("retry-after", "5")], Some(5000)),
        (&[("ratelimit", r#""default";r=0;t=30"#)], Some(30_000)),
        (&[("ratelimit", r#""burst";r=3;t=60, "daily";r=0;t=7, "minute" ; r=0 ; t=5"#)], Some(7000)),
        (&[("ratelimit", r#""a, b;r=1";r=0;t=4"#)], Some(4000)),
        (&[("ratelimit", r#""default";r=50;t=30"#)], None),
        (&[("ratelimit", r#""default";r=0"#)], None),
        (&[("ratelimit", r#""default";t=30"#)], None),
        (&[("ratelimit", "limit=100, remaining=0, reset=50")], Some(50_000)),
        (&[("ratelimit", "limit=100, remaining=1, reset=50")], None),
        (&[("ratelimit-reset", "50"), ("ratelimit-remaining", "0")], Some(50_000)),
        (&[("ratelimit-reset", "50"), ("ratelimit-remaining", "7")], None),
    ];
    for (headers, expected) in cases {
        assert_eq!(millis(headers), *expected, "{headers:?}");
    }
}

#[test]
fn a_reset_may_be_a_time_since_1970() {
    let reset = |value: String| read(&[("x-ratelimit-reset", value.as_bytes())], LATER);
    assert_eq!(reset(format!("{}", LATER_EPOCH + 9)), Some(Duration::from_secs(9)));
    assert_eq!(reset(format!("{}.25", LATER_EPOCH + 9)), Some(Duration::from_millis(9250)));
    assert_eq!(reset(format!("{}500", LATER_EPOCH + 9)), Some(Duration::from_millis(9500)));
    assert_eq!(reset(format!("{}", LATER_EPOCH - 9)), Some(Duration::ZERO));
    assert!(reset("9".repeat(40)).unwrap() > Duration::from_secs(1 << 40));
    let headers: [(&str, &[u8]); 2] = [("x-ratelimit-reset", b"1667638186"), ("date", LATER.as_bytes())];
    assert_eq!(read(&headers, NOW), Some(Duration::from_secs(9)), "by the server's own clock");
}

#[test]
fn a_success_has_no_hint_but_its_own() {
    let response = |status: u16, name| Response::builder().status(status).header(name, "5").body(()).unwrap();
    assert_eq!(response(200, "x-ratelimit-reset-after").retry_after(), None);
    assert_eq!(response(202, "retry-after").retry_after(), Some(Duration::from_secs(5)));
    assert_eq!(response(429, "x-ratelimit-reset-after").retry_after(), Some(Duration::from_secs(5)));
    let error = check_head(response(429, "retry-after-ms")).unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_millis(5)));
}

const NAMES: [&str; 10] = [
    "x-ms-retry-after-ms",
    "retry-after-ms",
    "retry-after",
    "x-ratelimit-reset-after",
    "x-ratelimit-reset",
    "x-ratelimit-remaining",
    "ratelimit",
    "ratelimit-reset",
    "x-should-retry",
    "date",
];

/// Bytes that a header may contain: any, and pieces of what is read.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "0",
        "9",
        "18446744073709551615",
        ".",
        ",",
        " ",
        ";",
        "\"",
        "r=0",
        "t=",
        "remaining=0",
        "reset=",
        "-",
        "+0000",
        "+2359",
        "Sun",
        "Sun, 06 Nov 1994 08:50:07 ",
        "GMT",
        "Z",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "\u{e4}",
    ]);
    let joined = vec(pieces, 0..8).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![vec(any::<u8>(), 0..40), joined]
        .prop_filter("a value of a header", |value| HeaderValue::from_bytes(value).is_ok())
}

proptest! {
    #[test]
    fn no_bytes_panic(values in vec((prop::sample::select(NAMES.to_vec()), value()), 0..5), status in 100..=999_u16) {
        let mut response = Response::builder().status(status).body(()).unwrap();
        for (name, value) in values {
            response.headers_mut().append(name, HeaderValue::from_bytes(&value).unwrap());
        }
        let said = (response.class(), response.retry_after(), response.gave_up());
        if let Err(error) = check_head(response) {
            prop_assert_eq!((error.class(), error.gave_up()), (said.0, said.2));
        }
    }

    #[test]
    fn a_number_is_never_less_than_what_was_asked(whole in 0..1_000_000_u64, fraction in "[0-9]{1,12}") {
        let asked: f64 = format!("{whole}.{fraction}").parse().unwrap();
        let value = format!("{whole}.{fraction}");
        let delay = read(&[("retry-after", value.as_bytes())], NOW).unwrap().as_secs_f64();
        prop_assert!(delay >= asked - 1e-9 && delay < asked + 0.001 + 1e-9, "{} for {}", delay, value);
    }
}
