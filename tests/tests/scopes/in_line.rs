//! Waits for the budget and the limits in the timeline.

use std::io;
use std::time::Duration;

use retry_runtime::{Budget, Concurrency, Pace, RateLimit, StopReason, retry, testing};
use retry_tests::Fault;

use crate::timeout;

static SLOW: RateLimit = RateLimit::per_second(2).burst(1);
static ONE: Concurrency = Concurrency::new(1);
static SERVICE: Pace = Pace::new();
static LINE: Budget = Budget::credit_of(14).wait(Duration::from_secs(3));

#[retry(retry_on = transient, backoff = none, rate_limit = SLOW, budget = none, name = "waits::limited")]
fn limited(answers: &mut Vec<io::Result<u32>>) -> io::Result<u32> {
    answers.pop().expect("there are as many answers as attempts")
}

#[test]
fn a_wait_for_a_rate_limit_has_its_length() {
    let (_clock, scope) = (testing::pause(), testing::scope());
    assert!(limited(&mut vec![Ok(1), timeout()]).is_ok());
    let expected = "
    attempt 1 failed: Timeout
    waited 500.0ms in line for the rate limit
    attempt 2 succeeded
";
    assert!(scope.timeline().ends_with(expected), "{}", scope.timeline());
    scope.assert("waits::limited").waited(Duration::ZERO..=Duration::ZERO);
    assert_eq!(scope.elapsed(), Duration::from_millis(500));
}

#[retry(
    retry_on = transient, backoff = fixed(10ms), jitter = none, max_attempts = 100, budget = LINE, name = "waits::in_line"
)]
async fn in_line() -> io::Result<u32> {
    timeout()
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_the_budget_has_its_length() {
    let scope = testing::scope();
    assert!(in_line().await.is_err());
    scope.assert("waits::in_line").gave_up(StopReason::Budget);
    let timeline = scope.timeline();
    let waits: Vec<_> = timeline.lines().filter(|line| line.contains("in line for the budget")).collect();
    assert!(waits.len() > 3, "{timeline}");
    // Probes are 0.1 s, 0.2 s and so on after the failure, of which the delay takes 10 ms.
    assert!(waits.contains(&"    waited 190.0ms in line for the budget"), "{timeline}");
    assert!(timeline.contains("in line for the budget\n    gave up"), "{timeline}");
}

#[retry(retry_on = transient, concurrency = ONE, name = "waits::one_at_a_time")]
async fn one_at_a_time() -> io::Result<u32> {
    tokio::time::sleep(Duration::from_millis(300)).await;
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_place_has_its_length() {
    let scope = testing::scope();
    let (one, other) = tokio::join!(one_at_a_time(), one_at_a_time());
    assert!(one.is_ok() && other.is_ok());
    let expected = "
    attempt 1 succeeded
  call 2
    waited 300.0ms in line for the concurrency limit
    attempt 1 succeeded
";
    assert!(scope.timeline().ends_with(expected), "{}", scope.timeline());
    assert!(
        tokio::time::timeout(Duration::from_millis(100), async { tokio::join!(one_at_a_time(), one_at_a_time()) })
            .await
            .is_err()
    );
    let expected = "
    waited 100.0ms in line for the concurrency limit
    the call was dropped
";
    assert!(scope.timeline().ends_with(expected), "{}", scope.timeline());
}

#[retry(retry_on = Unavailable, pace = SERVICE, max_attempts = 2, name = "waits::paced")]
async fn paced() -> Result<u32, Fault> {
    Err(Fault::Busy(Duration::from_secs(2)))
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_pace_has_its_length() {
    let scope = testing::scope();
    assert!(paced().await.is_err());
    let timeline = scope.timeline();
    let wait = timeline.lines().find(|line| line.contains(" in line for the pace")).expect("it waits");
    let seconds: f64 =
        wait.trim_start_matches("    waited ").split_once('s').expect("seconds").0.parse().expect("a number");
    assert!((2.0..4.0).contains(&seconds), "{timeline}");
}
