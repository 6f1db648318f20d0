//! Headers that carry the context of an attempt to another process.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use retry_runtime::{Outgoing, http as context, serve};

use crate::input::Input;

const NAMES: [&str; 6] = [
    "retry-attempt",
    "retry-timeout-ms",
    "grpc-timeout",
    "grpc-previous-rpc-attempts",
    "retry-gave-up",
    "x-should-retry",
];
#[rustfmt::skip]
const WORDS: [&str; 24] = [
    "0", "1", "2", "3", "25", "99999999", "100000000", "4294967295", "4294967296", "18446744073709551615",
    "18446744073709551616", "H", "M", "S", "m", "u", "n", "-", "+", " ", ".", "\t", "µ", "false",
];
/// Precision of the deadline around running code.
const PRECISION: Duration = Duration::from_nanos(1 << 16);
const DAY: Duration = Duration::from_hours(24);

pub(crate) fn propagation(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut headers = HeaderMap::new();
    while !input.is_empty() && headers.len() < 6 {
        let name = HeaderName::from_static(input.one_of(&NAMES));
        if let Ok(value) = HeaderValue::from_bytes(input.text(&WORDS).as_bytes()) {
            headers.append(name, value);
        }
    }
    let read = context::read(&headers);
    assert!(read.attempt() >= 1);

    let mut written = HeaderMap::new();
    context::write(&read, &mut written);
    let again = context::read(&written);
    assert_eq!(again.attempt(), read.attempt());
    let whole = |left: Duration| Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
    assert_eq!(again.remaining(), read.remaining().map(whole));

    // The shorter timeout and the greater attempt of two protocols.
    let alone = |name: &'static str| {
        let kept: HeaderMap =
            headers.get(name).map(|value| (HeaderName::from_static(name), value.clone())).into_iter().collect();
        context::read(&kept)
    };
    let both = |one: &'static str, other: &'static str| [alone(one), alone(other)];
    let timeouts = both("retry-timeout-ms", "grpc-timeout");
    assert_eq!(read.remaining(), timeouts.iter().filter_map(Outgoing::remaining).min());
    let attempts = both("retry-attempt", "grpc-previous-rpc-attempts");
    assert_eq!(Some(read.attempt()), attempts.iter().map(Outgoing::attempt).max());

    let served = served(read);
    let is_within = |inside: Duration, left: Duration| inside <= left + PRECISION;
    match read.remaining() {
        Some(left) if left <= DAY => {
            assert!(served.remaining().is_some_and(|inside| is_within(inside, left)), "{read:?} {served:?}");
        }
        Some(left) => assert!(served.remaining().is_none_or(|inside| is_within(inside, left)), "{read:?} {served:?}"),
        None => assert_eq!(served.remaining(), None),
    }
}

/// Returns the context inside the service of a request.
fn served(request: Outgoing) -> Outgoing {
    let serving = pin!(serve(request, async { Outgoing::here() }));
    match serving.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready((inside, gave_up)) => {
            assert!(!gave_up);
            inside
        }
        Poll::Pending => unreachable!("nothing to wait for"),
    }
}
