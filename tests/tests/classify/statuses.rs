//! Statuses of gateways and providers, and what a server says beside its status.

use http::{Response, StatusCode};
use retry_runtime::http::check_head;
use retry_runtime::{Class, Classes, Classify};

#[test]
fn an_origin_that_is_unreachable_or_overloaded_is_transient() {
    let transient = Classes::new().transient();
    for status in [507, 520, 521, 522, 523, 524, 527, 529] {
        assert!(transient.contains(Class::Status(status)), "{status}");
    }
    // A certificate that is invalid, a loop, a missing feature, and numbers without one meaning.
    for status in [409, 423, 449, 460, 499, 501, 505, 506, 508, 509, 525, 526, 530, 540, 561, 598, 599] {
        assert!(!transient.contains(Class::Status(status)), "{status}");
    }
}

#[test]
fn an_overloaded_service_is_throttled() {
    assert!(Class::Status(529).is_throttled());
    assert!(Classes::new().throttled().contains(Class::Status(529)));
    assert!(!Classes::new().unavailable().contains(Class::Status(529)));
}

/// Class of a response, and whether it says not to retry; the same from `check`.
fn said(status: u16, should_retry: &str) -> (Class, bool) {
    let response = || Response::builder().status(status).header("x-should-retry", should_retry).body(()).unwrap();
    let said = (response().class(), response().gave_up());
    match check_head(response()) {
        Ok(_) => assert!(status < 400),
        Err(error) => {
            assert_eq!((error.class(), error.gave_up()), said);
            assert_eq!(error.status(), StatusCode::from_u16(status).unwrap());
        }
    }
    said
}

#[test]
fn a_server_can_ask_for_a_retry_and_refuse_one() {
    let cases = [
        (503, "true", Class::Status(503), false),
        (429, "TRUE", Class::Status(429), false),
        (400, "true", Class::Unavailable, false),
        (409, " true", Class::Conflict, false),
        (501, "true", Class::Unavailable, false),
        (200, "true", Class::Status(200), false),
        (503, "false", Class::Status(503), true),
        (429, "False", Class::Status(429), true),
        (503, "maybe", Class::Status(503), false),
        (409, "", Class::Status(409), false),
    ];
    for (status, value, class, gave_up) in cases {
        assert_eq!(said(status, value), (class, gave_up), "{status}, {value:?}");
    }
}
