//! Rate limits in scopes.

use std::sync::LazyLock;
use std::time::Duration;

use retry_runtime::{KeyedRateLimit, RateLimit, StopReason, retry, testing};
use retry_tests::Fault;

const REJECTED: Result<(), Fault> = Err(Fault::Stopped(StopReason::RateLimit, 0));

static SHOP: RateLimit = RateLimit::per_second(1).refusing();
static PACE: RateLimit = RateLimit::per_second(1);
static LAZY: LazyLock<RateLimit> = LazyLock::new(|| RateLimit::per_second(1).refusing());
static PER_HOST: KeyedRateLimit<String> = KeyedRateLimit::new(RateLimit::per_second(1).refusing());

#[retry(retry_on = Timeout, rate_limit = SHOP)]
fn named() -> Result<(), Fault> {
    Ok(())
}

#[retry(retry_on = Timeout, rate_limit = &LAZY)]
fn lazy() -> Result<(), Fault> {
    Ok(())
}

#[retry(retry_on = Timeout, rate_limit = &LAZY)]
async fn lazy_async() -> Result<(), Fault> {
    Ok(())
}

#[retry(retry_on = Timeout, rate_limit = PER_HOST.get("a.example"))]
fn keyed() -> Result<(), Fault> {
    Ok(())
}

#[retry(retry_on = Timeout, rate_limit = PACE)]
async fn paced() -> Result<(), Fault> {
    Ok(())
}

fn assert_unused_in_each_scope(operation: impl Fn() -> Result<(), Fault>) {
    let _clock = testing::pause();
    for _ in 0..3 {
        let scope = testing::scope();
        assert_eq!((operation(), operation()), (Ok(()), REJECTED));
        scope.reset();
        assert_eq!((operation(), operation()), (Ok(()), REJECTED));
    }
    assert_eq!((operation(), operation()), (Ok(()), REJECTED), "outside nothing was used");
}

#[test]
fn a_static_limit_is_unused_in_each_scope() {
    assert_unused_in_each_scope(named);
}

#[test]
fn a_limit_from_configuration_is_unused_in_each_scope() {
    assert_unused_in_each_scope(lazy);
}

#[test]
fn a_limit_of_a_host_is_unused_in_each_scope() {
    assert_unused_in_each_scope(keyed);
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_scope_wait_for_its_slots_alone() {
    let start = tokio::time::Instant::now();
    for _ in 0..5 {
        let scope = testing::scope();
        assert_eq!(paced().await, Ok(()));
        assert_eq!((lazy_async().await, lazy_async().await), (Ok(()), REJECTED));
        assert_eq!(scope.rate_limit(&PACE).to_string(), "per_second(1)");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    let scope = testing::scope();
    scope.real_delays();
    assert_eq!((paced().await, paced().await), (Ok(()), Ok(())));
    assert_eq!(start.elapsed(), Duration::from_secs(1), "the second call waited for its slot");
}
