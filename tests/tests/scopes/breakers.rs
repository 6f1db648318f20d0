//! Circuit breakers in scopes.

use std::io;
use std::sync::LazyLock;

use retry_runtime::breaker::State;
use retry_runtime::{Breaker, KeyedBreaker, retry, testing};

use crate::timeout;

static SHOP: Breaker = settings();
static LAZY: LazyLock<Breaker> = LazyLock::new(settings);
static PER_HOST: KeyedBreaker<String> = KeyedBreaker::new(settings());

const fn settings() -> Breaker {
    Breaker::new().window_calls(4).minimum_calls(2)
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, breaker = SHOP)]
fn named(fails: bool) -> io::Result<()> {
    if fails { timeout() } else { Ok(()) }
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, breaker = &LAZY)]
async fn lazy(fails: bool) -> io::Result<()> {
    if fails { timeout() } else { Ok(()) }
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, breaker = PER_HOST.get("a.example"))]
fn keyed(fails: bool) -> io::Result<()> {
    if fails { timeout() } else { Ok(()) }
}

#[test]
fn a_breaker_that_one_test_opened_is_closed_for_the_others() {
    for _ in 0..3 {
        let scope = testing::scope();
        assert!(named(false).is_ok());
        assert!(named(true).is_err());
        assert_eq!((scope.breaker(&SHOP).state(), SHOP.state()), (State::Open, State::Closed));
        assert!(named(false).is_err(), "it is open in the scope");
        scope.reset();
        assert!(named(false).is_ok());
    }
    assert!(named(false).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_breaker_from_configuration_too() {
    for _ in 0..3 {
        let scope = testing::scope();
        assert!(lazy(true).await.is_err());
        assert_eq!((scope.breaker(&LAZY).state(), LAZY.state()), (State::Open, State::Closed));
        assert!(lazy(false).await.is_err());
    }
}

#[test]
fn a_breaker_of_a_host_too() {
    for _ in 0..3 {
        let _scope = testing::scope();
        assert!(keyed(true).is_err());
        assert_eq!(PER_HOST.get("a.example").state(), State::Open, "calls and the test see the same");
        assert!(keyed(false).is_err());
    }
    assert_eq!(PER_HOST.get("a.example").state(), State::Closed);
}

#[test]
fn a_test_forces_its_replica_open_and_closed() {
    let scope = testing::scope();
    scope.breaker(&SHOP).force_open();
    assert!(named(false).is_err());
    scope.breaker(&SHOP).force_closed();
    for _ in 0..9 {
        assert!(named(true).is_err());
    }
    assert!(named(false).is_ok());
    assert_eq!(SHOP.state(), State::Closed);
}

#[test]
fn the_report_of_a_scope_has_the_state_of_its_replica() {
    let scope = testing::scope();
    assert!(named(true).is_err());
    assert_eq!(scope.report().operations[0].breaker, Some(State::Open));
}
