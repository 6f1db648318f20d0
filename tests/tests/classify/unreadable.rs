//! Server hints that cannot be read, as events.

use std::error::Error;
use std::io;

use http::Response;
use retry_runtime::http::{StatusError, check_head};
use retry_runtime::{Classified, Classify, retry};
use retry_tests::{Fault, record_events, take_events};
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

type Boxed = Box<dyn Error + Send + Sync>;

fn answer(status: u16, name: &str, value: &str) -> Response<()> {
    Response::builder().status(status).header(name, value).body(()).unwrap()
}

fn refused(name: &str, value: &str) -> StatusError {
    check_head(answer(503, name, value)).unwrap_err()
}

/// Returns the events of a call whose only attempt fails with this error, without those of every such call.
fn events_of<E: Classify>(error: E) -> Vec<String> {
    #[retry(retry_on = Malformed, backoff = none, name = "ask")]
    fn ask<E: Classify>(error: &mut Option<E>) -> Result<(), E> {
        Err(error.take().unwrap())
    }
    record_events();
    let _ = ask(&mut Some(error));
    let events = take_events();
    let [failed, between @ .., gave_up] = &events[..] else { panic!("{events:?}") };
    assert!(failed.starts_with("ask 1 failed: ") && gave_up.starts_with("ask gave up after 1: "), "{events:?}");
    between.to_vec()
}

#[test]
fn a_value_that_cannot_be_read_is_an_event() {
    let cases = [
        ("retry-after", "soon"),
        ("retry-after", ""),
        ("retry-after", "-1"),
        ("retry-after", "5, later"),
        ("retry-after-ms", "1s"),
        ("x-ratelimit-reset", "tomorrow"),
        ("x-ratelimit-reset-after", "?"),
        ("ratelimit", "none"),
        ("ratelimit-reset", "?"),
    ];
    for (name, value) in cases {
        let expected = [format!("ask 1 sent an unreadable {name}")];
        assert_eq!(events_of(refused(name, value)), expected, "{value:?}");
        assert_eq!(events_of(answer(503, name, value)), expected, "{value:?} of a response");
        assert_eq!(events_of(Boxed::from(refused(name, value))), expected, "{value:?} in a box");
        assert_eq!(events_of(io::Error::other(refused(name, value))), expected, "{value:?} in an io::Error");
        assert_eq!(events_of(anyhow::Error::new(refused(name, value)).context("x")), expected, "{value:?} in anyhow");
        assert_eq!(events_of(Classified::new(refused(name, value))), expected, "{value:?} classified");
    }
    for (name, value) in [("retry-after", "5"), ("x-ratelimit-remaining", "?"), ("retry-later", "soon")] {
        assert!(events_of(refused(name, value)).is_empty(), "{name}: {value}");
    }
}

#[test]
fn one_of_grpc_is_an_event_too() {
    let pushed_back = |value| {
        let mut status = Status::unavailable("later");
        status.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from_static(value));
        status
    };
    for (value, is_unreadable) in [("soon", true), ("", true), ("-1", false), ("7", false)] {
        let expected: &[&str] = if is_unreadable { &["ask 1 sent an unreadable grpc-retry-pushback-ms"] } else { &[] };
        assert_eq!(events_of(pushed_back(value)), expected, "{value:?}");
        assert_eq!(events_of(Boxed::from(pushed_back(value))), expected, "{value:?} in a box");
    }
    let broken = Status::with_details(Code::Unavailable, "", b"\x1a\x07nothing"[..6].to_vec().into());
    assert_eq!(events_of(broken), ["ask 1 sent an unreadable grpc-status-details-bin"]);
}

#[test]
fn a_hint_of_no_attempt_is_not_reported_for_another() {
    let unread = refused("retry-after", "soon");
    assert_eq!(unread.retry_after(), None);
    assert!(events_of(Fault::Timeout).is_empty(), "a failure of another class");
    let wrapped = Classified::new(refused("retry-after", "soon"));
    assert!(events_of(refused("retry-after", "5")).is_empty(), "a hint that was read after it");
    assert_eq!(events_of(wrapped).len(), 1, "it keeps what it wraps");
    assert_eq!(answer(200, "retry-after", "soon").retry_after(), None);
    assert!(events_of(Fault::Timeout).is_empty(), "a success");
}
