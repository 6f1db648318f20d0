//! Annotated functions behind a circuit breaker, on paused clocks.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_runtime::breaker::{Breaker, State};
use retry_runtime::{Budget, Moment, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

/// Opens after two calls that failed, for a second at most, and then admits two probes.
const fn breaker() -> Breaker {
    Breaker::new()
        .window_calls(4)
        .minimum_calls(2)
        .open_for(Duration::from_millis(750))
        .longest_open(SECOND)
        .half_open_probes(2)
}

static BLOCKING: Breaker = breaker();

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, breaker = BLOCKING)]
fn blocking(outcome: &Result<(), Fault>, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    outcome.clone()
}

#[test]
fn while_it_is_open_no_attempt_is_made_and_the_error_is_the_callers_own() {
    let (clock, mut tried) = (testing::pause(), 0);
    assert_eq!(blocking(&Err(Fault::Timeout), &mut tried), Err(Fault::Timeout), "the last error that there was");
    assert_eq!((tried, BLOCKING.state()), (2, State::Open), "the third attempt was not admitted");
    assert_eq!(blocking(&Ok(()), &mut tried), Err(Fault::Stopped(StopReason::Breaker, 0)));
    assert_eq!(tried, 2);
    clock.advance(SECOND);
    assert_eq!(blocking(&Ok(()), &mut tried), Ok(()));
    assert_eq!(BLOCKING.state(), State::HalfOpen);
    assert_eq!(blocking(&Ok(()), &mut tried), Ok(()));
    assert_eq!(BLOCKING.state(), State::Closed);
}

static IGNORED: Breaker = breaker();

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = IGNORED)]
fn ignored(outcome: &Result<(), Fault>) -> Result<(), Fault> {
    outcome.clone()
}

#[retry(retry_if = |_| false, backoff = none, budget = none, breaker = IGNORED)]
fn without_classes(outcome: &Result<(), Unclassed>) -> Result<(), Unclassed> {
    outcome.clone()
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Unclassed;

impl From<retry_runtime::Stopped> for Unclassed {
    fn from(_: retry_runtime::Stopped) -> Self {
        Self
    }
}

#[test]
fn what_says_nothing_about_the_service_is_not_counted() {
    for _ in 0..9 {
        assert_eq!(ignored(&Err(Fault::Bad)), Err(Fault::Bad), "a permanent failure");
        assert_eq!(without_classes(&Err(Unclassed)), Err(Unclassed), "one that is neither retried nor classed");
    }
    assert_eq!((IGNORED.state(), IGNORED.counts(Moment::ORIGIN).calls()), (State::Closed, 0));
}

static OUTER: Breaker = breaker();

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
fn gives_up() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = OUTER)]
fn passes_it_on() -> Result<(), Fault> {
    gives_up()
}

#[test]
fn what_has_given_up_below_is_counted_there_and_not_above() {
    for _ in 0..9 {
        assert_eq!(passes_it_on(), Err(Fault::Timeout));
    }
    assert_eq!((OUTER.state(), OUTER.counts(Moment::ORIGIN).calls()), (State::Closed, 0));
}

static PROBED: Breaker = breaker();

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, breaker = PROBED)]
async fn probe(works: Duration, outcome: Result<(), Fault>) -> Result<(), Fault> {
    sleep(works).await;
    outcome.clone()
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_dropped_gives_back_its_place() {
    assert_eq!(probe(Duration::ZERO, Err(Fault::Timeout)).await, Err(Fault::Timeout));
    assert_eq!(PROBED.state(), State::Open);
    sleep(SECOND).await;
    for _ in 0..9 {
        timeout(SECOND, probe(60 * SECOND, Ok(()))).await.unwrap_err();
        assert_eq!(PROBED.state(), State::HalfOpen);
    }
    let slow = || probe(2 * SECOND, Ok(()));
    let (one, other, third) = tokio::join!(slow(), slow(), slow());
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!(third, Err(Fault::Stopped(StopReason::Breaker, 0)), "never a probe too many");
    assert_eq!(PROBED.state(), State::Closed);
}

static WAITED_FOR: Breaker = breaker().longest_open(Duration::from_secs(20)).open_for(Duration::from_secs(10));

#[retry(
    max_attempts = 9,
    retry_on = Timeout,
    backoff = fixed(600ms),
    jitter = none,
    budget = budget,
    breaker = WAITED_FOR,
    fallback = |attempt, error| {
        *why = Some(attempt.stop_reason());
        Err(error)
    },
)]
async fn waiting(budget: &Budget, why: &mut Option<StopReason>) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_breaker_that_stays_open_longer() {
    let (begun, budget, mut why) = (tokio::time::Instant::now(), Budget::credit_of(500), None);
    assert_eq!(waiting(&budget, &mut why).await, Err(Fault::Timeout));
    assert_eq!(why, Some(StopReason::Breaker));
    assert_eq!(begun.elapsed(), Duration::from_millis(600), "the wait before the second attempt, which opened it");
    assert_eq!(budget.left(9, || Moment::ORIGIN), 500 - 14, "nothing was drawn for a third");
}

static CHANGES: AtomicU32 = AtomicU32::new(0);
static OBSERVED: Breaker = breaker().on_change(|change| {
    assert_ne!(change.from(), change.to());
    CHANGES.fetch_add(1, Relaxed);
});

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = OBSERVED)]
fn observed(outcome: &Result<(), Fault>) -> Result<(), Fault> {
    outcome.clone()
}

#[test]
fn every_change_is_told_once() {
    let clock = testing::pause();
    let _ = observed(&Err(Fault::Timeout));
    assert_eq!(CHANGES.load(Relaxed), 1, "open");
    clock.advance(SECOND);
    observed(&Ok(())).unwrap();
    assert_eq!(CHANGES.load(Relaxed), 2, "half-open");
    observed(&Ok(())).unwrap();
    assert_eq!(CHANGES.load(Relaxed), 3, "closed");
    OBSERVED.force_open();
    OBSERVED.force_open();
    assert_eq!(CHANGES.load(Relaxed), 4);
    assert_eq!(observed(&Ok(())), Err(Fault::Stopped(StopReason::Breaker, 0)));
    OBSERVED.clear_forced();
    assert_eq!(CHANGES.load(Relaxed), 5);
}

static SLOW: Breaker = breaker().slow_calls(SECOND, 0.5);

#[retry(retry_on = Timeout, breaker = SLOW)]
async fn slow(works: Duration) -> Result<(), Fault> {
    sleep(works).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn slow_successes_open_it_too() {
    slow(2 * SECOND).await.unwrap();
    slow(2 * SECOND).await.unwrap();
    assert_eq!(SLOW.state(), State::Open);
    assert_eq!(slow(Duration::ZERO).await, Err(Fault::Stopped(StopReason::Breaker, 0)));
}
