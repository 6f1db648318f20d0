//! Hedges in scopes: in the timeline, the assertions and the report.

use std::cell::RefCell;
use std::io;
use std::time::Duration;

use retry_runtime::testing::{self, Scope};
use retry_runtime::{Class, StopReason, retry};
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
