//! Attempt timeouts by the number of the attempt, from the attribute, a shared policy, and a text.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::time::Duration;

use retry_runtime::{Backoff, Budget, Classes, StopReason, TimedPolicy, retry};
use retry_tests::Fault;
use tokio::time::Instant;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Times at which attempts began, and how long each had.
#[derive(Default)]
struct Seen(RefCell<Vec<(Instant, Duration)>>);

impl Seen {
    async fn hang(&self, remaining: Option<Duration>) -> Result<(), Fault> {
        self.0.borrow_mut().push((Instant::now(), remaining.unwrap()));
        pending().await
    }

    /// Returns how long each attempt had, as its body was told.
    fn remaining(&self) -> Vec<u64> {
        self.0.borrow().iter().map(|(_, remaining)| remaining.as_secs()).collect()
    }
}

#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 4s), max_attempts = 5, backoff = none, budget = none, context = attempt)]
async fn exponential(seen: &Seen) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

fn ten_less(attempt: u32) -> Duration {
    seconds(10 - u64::from(attempt))
}

#[retry(retry_on = Timeout, attempt_timeout = custom(ten_less), backoff = none, budget = none, context = attempt)]
async fn custom(seen: &Seen) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

#[retry(retry_on = Timeout, attempt_timeout = linear(1s, 1s, 9s), max_attempts = 4, backoff = none, budget = none, context = attempt, on_retry = |_, _| ())]
async fn stepwise(seen: &Seen) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

const SHARED: TimedPolicy = TimedPolicy::new()
    .retry_on(Classes::new().timeout())
    .backoff(Backoff::none())
    .attempt_timeouts(Backoff::fibonacci(seconds(2), seconds(9)));

#[retry(policy = SHARED, budget = none, context = attempt)]
async fn shared(seen: &Seen) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

#[retry(policy = policy, budget = none, context = attempt)]
async fn configured(seen: &Seen, policy: &TimedPolicy) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

#[retry(policy = SHARED, attempt_timeout = limit, budget = none, context = attempt)]
async fn per_call(seen: &Seen, limit: Duration) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

#[retry(retry_on = Timeout up_to 3, attempt_timeout = linear(1s, 1s, 9s), max_attempts = 5, backoff = none, budget = none, context = attempt)]
async fn limited(seen: &Seen) -> Result<(), Fault> {
    seen.hang(attempt.remaining()).await
}

#[retry(
    retry_on = Timeout,
    attempt_timeout = exp(1s, 4s),
    max_attempts = 4,
    backoff = none,
    budget = budget,
    hedge = after(500ms, at_most = 0.5),
    context = attempt
)]
async fn hedged(seen: &Seen, hangs: bool, budget: &Budget) -> Result<(), Fault> {
    if hangs { seen.hang(attempt.remaining()).await } else { Ok(()) }
}

thread_local! {
    static ASKED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

fn asked(attempt: u32) -> Duration {
    ASKED.with_borrow_mut(|asked| asked.push(attempt));
    seconds(1)
}

#[retry(retry_on = Timeout, attempt_timeout = custom(asked), backoff = none, budget = none)]
async fn recovers(failures: &Cell<u32>) -> Result<(), Fault> {
    if failures.get() == 0 {
        return Ok(());
    }
    failures.set(failures.get() - 1);
    pending().await
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_the_timeout_of_its_number() {
    let (seen, start) = (Seen::default(), Instant::now());
    assert_eq!(exponential(&seen).await, Err(Fault::Stopped(StopReason::Attempts, 5)));
    assert_eq!((seen.remaining(), start.elapsed()), (vec![1, 2, 4, 4, 4], seconds(15)));

    let (seen, start) = (Seen::default(), Instant::now());
    assert!(custom(&seen).await.is_err());
    assert_eq!((seen.remaining(), start.elapsed()), (vec![9, 8, 7], seconds(24)));

    let (seen, start) = (Seen::default(), Instant::now());
    assert!(stepwise(&seen).await.is_err());
    assert_eq!((seen.remaining(), start.elapsed()), (vec![1, 2, 3, 4], seconds(10)));
}

#[tokio::test(start_paused = true)]
async fn a_policy_has_timeouts_by_number_too() {
    let seen = Seen::default();
    assert!(shared(&seen).await.is_err());
    assert_eq!(seen.remaining(), [2, 2, 4]);

    let text = "retry_on = Timeout, max_attempts = 4, backoff = none, attempt_timeout = exp(1s, 8s, factor = 3)";
    let policy: TimedPolicy = text.parse().unwrap();
    assert_eq!(policy.to_string(), text);
    let seen = Seen::default();
    assert!(configured(&seen, &policy).await.is_err());
    assert_eq!(seen.remaining(), [1, 3, 8, 8]);

    // Two seconds are also what the policy has first.
    for limit in [5, 2] {
        let seen = Seen::default();
        assert!(per_call(&seen, seconds(limit)).await.is_err());
        assert_eq!(seen.remaining(), [limit; 3]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_by_class_ends_them() {
    let (seen, start) = (Seen::default(), Instant::now());
    assert_eq!(limited(&seen).await, Err(Fault::Stopped(StopReason::ClassAttempts, 3)));
    assert_eq!((seen.remaining(), start.elapsed()), (vec![1, 2, 3], seconds(6)));
}

#[tokio::test(start_paused = true)]
async fn a_hedge_has_the_timeout_of_the_second_attempt() {
    let (seen, budget) = (Seen::default(), Budget::credit());
    for _ in 0..2 {
        hedged(&seen, false, &budget).await.unwrap();
    }
    let start = Instant::now();
    assert!(hedged(&seen, true, &budget).await.is_err());
    assert_eq!(seen.remaining(), [1, 2, 4, 4]);
    // The hedge begins after half a second and has two, and the others four each.
    assert_eq!(start.elapsed(), Duration::from_millis(500) + seconds(2 + 4 + 4));
}

#[tokio::test(start_paused = true)]
async fn only_a_failure_asks_for_another_timeout() {
    recovers(&Cell::new(0)).await.unwrap();
    assert_eq!(ASKED.take(), [1]);
    recovers(&Cell::new(2)).await.unwrap();
    assert_eq!(ASKED.take(), [1, 2, 3]);
}

#[test]
fn the_worst_case_sums_the_timeouts() {
    let policy: TimedPolicy = "max_attempts = 4, backoff = fixed(1s), attempt_timeout = exp(1s, 8s)".parse().unwrap();
    assert_eq!(policy.get_attempt_timeout(), Some(seconds(8)));
    assert_eq!(policy.worst_case().time(), Some(seconds(1 + 2 + 4 + 8 + 3)));
    let error = "attempt_timeout = exp(1s, 8s), max_attempts = 4, deadline = 7s".parse::<TimedPolicy>().unwrap_err();
    assert!(error.to_string().starts_with("the longest `attempt_timeout` is above `deadline`"), "{error}");
    let error = "attempt_timeout = exp(8s, 1s)".parse::<TimedPolicy>().unwrap_err();
    assert!(error.to_string().starts_with("the cap of a backoff is below its base"), "{error}");
}
