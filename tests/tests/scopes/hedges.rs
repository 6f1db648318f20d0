//! Hedges in scopes: in the timeline, the assertions and the report.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::{Duration, Instant};

use retry_runtime::chaos::Plan;
use retry_runtime::testing::{self, Scope};
use retry_runtime::{Backoff, Class, Jitter, Policy, StopReason, retry};
use tokio::time::sleep;

use crate::{message, timeout};

/// Answers of the attempts in the order in which they begin, each after some milliseconds.
type Answers = RefCell<Vec<(u64, io::Result<u32>)>>;

fn answers(mut answers: Vec<(u64, io::Result<u32>)>) -> Answers {
    answers.reverse();
    RefCell::new(answers)
}

#[retry(
    retry_on = transient, backoff = fixed(1s), jitter = none, hedge = after(100ms, at_most = 0.5), budget = none,
    name = "hedges::quote"
)]
async fn quote(answers: &Answers) -> io::Result<u32> {
    let (time, answer) = answers.borrow_mut().pop().expect("there are as many answers as attempts");
    sleep(Duration::from_millis(time)).await;
    answer
}

/// Fills the bucket of hedges, and forgets the call that did it.
async fn quick() {
    quote(&answers(vec![(0, Ok(0))])).await.expect("it succeeds");
}

/// Returns the retries and the recovered calls of the report.
fn reported(scope: &Scope) -> (u64, u64) {
    let report = scope.report();
    let quote = report.operation("hedges::quote").expect("it ran");
    (quote.retries_made, quote.recovered)
}

#[tokio::test(start_paused = true)]
async fn a_hedge_is_a_second_attempt_and_not_a_retry() {
    let scope = testing::scope();
    quick().await;
    assert_eq!(quote(&answers(vec![(1000, Ok(1)), (10, Ok(2))])).await.expect("the hedge"), 2);
    quick().await;
    assert_eq!(quote(&answers(vec![(200, Ok(1)), (1000, Ok(2))])).await.expect("the first"), 1);
    for call in 1..=4 {
        scope
            .assert("hedges::quote")
            .call(call)
            .attempts(if call % 2 == 0 { 2 } else { 1 })
            .was_not_retried()
            .succeeded();
    }
    assert_eq!(reported(&scope), (0, 0));
    let given = message(|| drop(scope.assert("hedges::quote").call(2).recovered()));
    assert!(given.starts_with("`hedges::quote` did not recover by a retry"), "{given}");
    let expected = "  call 2
    attempt 2 joined attempt 1 after 100.0ms, as a hedge
    attempt 1 was dropped
    attempt 2 succeeded
  call 3
    attempt 1 succeeded
  call 4
    attempt 2 joined attempt 1 after 100.0ms, as a hedge
    attempt 2 was dropped
    attempt 1 succeeded
";
    assert!(scope.timeline().ends_with(expected), "{}", scope.timeline());
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_repairs_a_failure_recovers_the_call_without_a_retry() {
    let scope = testing::scope();
    quick().await;
    assert_eq!(quote(&answers(vec![(150, timeout()), (200, Ok(2))])).await.expect("the hedge"), 2);
    scope.assert("hedges::quote").call(2).attempts(2).recovered().was_not_retried().failed_with([Class::Timeout]);
    assert_eq!(reported(&scope), (0, 1));
    quick().await;
    assert_eq!(quote(&answers(vec![(400, Ok(1)), (50, timeout())])).await.expect("the first"), 1);
    scope.assert("hedges::quote").call(4).attempts(2).succeeded().was_not_retried();
    assert_eq!(reported(&scope), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_a_hedge_is_one_retry() {
    let scope = testing::scope();
    quick().await;
    assert_eq!(quote(&answers(vec![(400, timeout()), (50, timeout()), (0, Ok(3))])).await.expect("the third"), 3);
    scope.assert("hedges::quote").call(2).attempts(3).recovered();
    assert_eq!(reported(&scope), (1, 1));
    let given = message(|| drop(scope.assert("hedges::quote").call(2).was_not_retried()));
    let expected = "  call 2
    attempt 2 joined attempt 1 after 100.0ms, as a hedge
    attempt 2 failed: Timeout
    attempt 1 failed: Timeout
    waited 1.0s
    attempt 3 succeeded
";
    assert!(given.ends_with(expected), "{given}");
    let minute = scope.report().operation("hedges::quote").expect("it ran").last_minute.retries;
    assert_eq!(minute, 1, "health counts no hedge as a retry");
}

#[tokio::test(start_paused = true)]
async fn the_timeline_says_what_refused_a_hedge() {
    let scope = testing::scope();
    assert_eq!(quote(&answers(vec![(1000, Ok(1))])).await.expect("the first"), 1);
    scope.assert("hedges::quote").attempts(1).was_not_retried();
    let expected = "  call 1
    no hedge after 100.0ms: refused by `at_most`
    attempt 1 succeeded
";
    assert!(scope.timeline().ends_with(expected), "{}", scope.timeline());
    quick().await;
    let denied = quote(&answers(vec![(150, Err(io::ErrorKind::NotFound.into())), (1000, Ok(2))])).await;
    assert!(denied.is_err());
    scope.assert("hedges::quote").call(3).attempts(2).was_not_retried().gave_up(StopReason::NotRetryable);
}

/// Fails once, and then succeeds after a delay of some milliseconds.
#[retry(retry_on = transient, policy = policy, budget = none, name = "hedges::inner")]
async fn inner(policy: &Policy, has_failed: &Cell<bool>) -> io::Result<u32> {
    if has_failed.replace(true) { Ok(1) } else { timeout() }
}

/// Makes attempts whose delays take some milliseconds, in the order in which they begin.
#[retry(retry_on = transient, hedge = after(100ms, at_most = 0.5), budget = none, name = "hedges::outer")]
async fn outer(delays: &RefCell<Vec<u64>>) -> io::Result<u64> {
    let delay = delays.borrow_mut().pop().expect("there are as many delays as attempts");
    let policy = Policy::new().backoff(Backoff::fixed(Duration::from_millis(delay.max(1)))).jitter(Jitter::none());
    if delay > 0 {
        inner(&policy, &Cell::new(false)).await?;
    }
    Ok(delay)
}

/// Runs a call after one that fills the bucket. Returns its result and what the scope has skipped.
async fn outer_after(mut delays: Vec<u64>) -> (u64, Duration, String) {
    let (scope, begin) = (testing::scope(), tokio::time::Instant::now());
    outer(&RefCell::new(vec![0])).await.expect("it succeeds");
    delays.reverse();
    let answer = outer(&RefCell::new(delays)).await.expect("it succeeds");
    assert_eq!(begin.elapsed(), Duration::ZERO, "no timer of tokio was waited for");
    (answer, scope.elapsed(), scope.timeline())
}

#[tokio::test(start_paused = true)]
async fn the_delay_of_a_hedge_passes_with_the_delays_of_the_first_attempt() {
    let hour = 3_600_000;
    for (delays, answer, elapsed, expected) in [
        (vec![hour, 0], 0, 100, "attempt 2 joined attempt 1 after 100.0ms, as a hedge"),
        (vec![50], 50, 50, "attempt 1 succeeded"),
        (vec![99], 99, 99, "attempt 1 succeeded"),
        (vec![hour, 150], 150, 250, "attempt 1 was dropped"),
        (vec![300, 100], 100, 200, "attempt 1 was dropped"),
        (vec![150, 100], 150, 150, "attempt 2 was dropped"),
        (vec![hour, hour], hour, hour, "attempt 2 was dropped"),
    ] {
        let shown = format!("{delays:?}");
        let (given, passed, timeline) = outer_after(delays).await;
        assert_eq!((given, passed), (answer, Duration::from_millis(elapsed)), "{shown}\n{timeline}");
        assert!(timeline.contains(expected), "{shown}\n{timeline}");
    }
}

#[retry(retry_on = transient, hedge = after(100ms, at_most = 0.5), budget = none, name = "hedges::advanced")]
async fn advanced(scope: &Scope, by: &Cell<u64>) -> io::Result<u32> {
    let by = by.replace(0);
    scope.advance(Duration::from_millis(by));
    if by > 0 {
        std::future::pending::<()>().await;
    }
    Ok(1)
}

#[test]
fn a_body_that_moves_the_time_of_the_scope_is_slow() {
    let scope = testing::scope();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    runtime.block_on(async {
        advanced(&scope, &Cell::new(0)).await.expect("it succeeds");
        advanced(&scope, &Cell::new(100)).await.expect("the hedge");
    });
    scope.assert("hedges::advanced").call(2).attempts(2).was_not_retried();
    assert_eq!(scope.elapsed(), Duration::from_millis(100));
}

/// An hour passes at once in an attempt that chaos delays, so the hedge joins it on the same clock.
#[test]
fn an_attempt_that_chaos_delays_is_hedged() {
    let (scope, begin) = (testing::scope(), Instant::now());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    runtime.block_on(async {
        outer(&RefCell::new(vec![0])).await.expect("it succeeds");
        let hour = Duration::from_hours(1);
        scope
            .chaos(
                Plan::new().delay("hedges::outer", 1.0, hour..=hour).max_latency_per_minute(Duration::from_hours(10)),
            )
            .expect("a plan");
        outer(&RefCell::new(vec![0, 0])).await.expect("it succeeds");
    });
    let expected = "
    attempt 2 joined attempt 1 after 100.0ms, as a hedge
    attempt 2 was dropped
    attempt 1 succeeded";
    assert!(scope.timeline().contains(expected), "{}", scope.timeline());
    assert_eq!(scope.elapsed(), Duration::from_hours(1));
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[retry(
    retry_on = Timeout up_to 10s, backoff = fixed(1s), jitter = none, hedge = after(100ms, at_most = 0.5), name = "hedges::patient"
)]
async fn patient(answers: &Answers) -> io::Result<u32> {
    let next = answers.borrow_mut().pop();
    let Some((time, answer)) = next else { return timeout() };
    sleep(Duration::from_millis(time)).await;
    answer
}

/// The budget of a call that a limit of time ends is that of a call with three attempts.
#[tokio::test(start_paused = true)]
async fn a_hedge_of_a_call_with_a_limit_of_time_needs_two_retries_in_the_budget() {
    let scope = testing::scope();
    assert!(patient(&answers(Vec::new())).await.is_err());
    patient(&answers(vec![(0, Ok(1))])).await.expect("it succeeds");
    patient(&answers(vec![(1000, Ok(1))])).await.expect("the first");
    let timeline = scope.timeline();
    assert!(timeline.contains("    no hedge after 100.0ms: refused by `budget`\n"), "{timeline}");
}
