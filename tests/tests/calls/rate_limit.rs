//! Annotated functions under a client-side rate limit, on paused clocks.

use std::time::Duration;

use retry_runtime::{Budget, Moment, RateLimit, StopReason, retry, test_util};
use retry_tests::Fault;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

static WAITING: RateLimit = RateLimit::per_second(2).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, rate_limit = WAITING)]
fn blocking(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    if (*tried).is_multiple_of(3) { Ok(()) } else { Err(Fault::Timeout) }
}

#[test]
fn every_attempt_keeps_to_it_retries_too() {
    let (clock, mut tried) = (test_util::pause(), 0);
    blocking(&mut tried).unwrap();
    blocking(&mut tried).unwrap();
    assert_eq!((tried, clock.elapsed()), (6, SECOND * 5 / 2), "two a second, of which the first is free");
}

static SHARED: RateLimit = RateLimit::per_second(10);

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, rate_limit = SHARED)]
async fn at_ten_a_second() -> Result<(), Fault> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn calls_share_it() {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(at_ten_a_second())).collect();
    for task in tasks {
        task.await.expect("no panic").unwrap();
    }
    assert_eq!(begun.elapsed().as_secs(), 4, "ten at once, then ten a second: {:?}", begun.elapsed());
}

static REFUSING: RateLimit = RateLimit::per_second(1).refusing();

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(1ms), budget = budget, rate_limit = REFUSING)]
async fn refused(budget: &Budget, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn where_it_refuses_the_call_ends_with_its_own_error() {
    let (budget, mut tried) = (Budget::credit(), 0);
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, budget.left(3, || Moment::ORIGIN)), (1, 42), "the retry was not made, nor paid for");
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Stopped(StopReason::RateLimit, 0)));
    sleep(SECOND).await;
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 2);
}

static SLOW: RateLimit = RateLimit::per_second(1);

#[retry(retry_on = Timeout, budget = budget, backoff = none, deadline = 1500ms, rate_limit = SLOW)]
async fn until(budget: &Budget) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, budget = budget, backoff = none, cancel = sleep(after), rate_limit = SLOW)]
async fn cancelled(budget: &Budget, after: Duration) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_for_it_past_the_deadline_or_the_end_of_the_call() {
    let (begun, budget) = (Instant::now(), Budget::credit());
    assert_eq!(until(&budget).await, Err(Fault::Timeout));
    assert_eq!(begun.elapsed().as_secs(), 1, "a third attempt would have begun after the deadline");
    assert_eq!(budget.left(3, || Moment::ORIGIN), 42 - 14);
    assert_eq!(until(&budget).await, Err(Fault::Timeout));
    let before = budget.left(3, || Moment::ORIGIN);
    let (begun, half) = (Instant::now(), SECOND / 2);
    assert_eq!(cancelled(&budget, half).await, Err(Fault::Stopped(StopReason::Cancelled, 0)));
    assert_eq!((begun.elapsed(), budget.left(3, || Moment::ORIGIN)), (half, before));
    sleep(SECOND).await;
    timeout(half, cancelled(&budget, SECOND)).await.unwrap_err();
    assert_eq!(budget.left(3, || Moment::ORIGIN), before, "dropped while it waited for the limit");
}
