//! Assertions, and the timeline in their messages.

use std::io;
use std::time::Duration;

use retry_runtime::{Class, StopReason, retry, testing};

use crate::{message, timeout};

#[retry(max_attempts = 3, retry_on = transient, backoff = fixed(100ms), jitter = none, name = "assertions::load")]
fn load(answers: &mut Vec<io::Result<u32>>) -> io::Result<u32> {
    answers.pop().expect("there are as many answers as attempts")
}

#[retry(retry_on = transient, backoff = none, fallback = |_| Ok(0), name = "assertions::cached")]
fn cached() -> io::Result<u32> {
    timeout()
}

#[retry(retry_on = transient, backoff = none, name = "assertions::unused")]
fn unused() -> io::Result<u32> {
    Ok(1)
}

#[test]
fn a_failed_assertion_shows_what_happened() {
    let scope = testing::scope();
    assert!(load(&mut vec![Ok(1), timeout()]).is_ok());
    assert!(load(&mut vec![Err(io::ErrorKind::NotFound.into())]).is_err());
    assert_eq!(cached().expect("the fallback"), 0);
    let timeline = "\
calls of `assertions::load` in this scope:
  call 1
    attempt 1 failed: Timeout
    waited 100.0ms
    attempt 2 succeeded
  call 2
    attempt 1 failed: Permanent
    gave up after 1 attempt: not retryable
";
    let given = message(|| drop(scope.assert("assertions::load").attempts(4)));
    assert_eq!(given, format!("`assertions::load` made 3 attempts, and not 4\n\n{timeline}"));
    let cached = "\
calls of `assertions::cached` in this scope:
  call 1
    attempt 1 failed: Timeout
    attempt 2 failed: Timeout
    attempt 3 failed: Timeout
    gave up after 3 attempts: no attempts left
    the fallback answered
";
    assert_eq!(scope.timeline(), format!("{cached}{timeline}"));
    unused().expect("it succeeds");
}

#[test]
fn a_call_that_is_missing_may_have_run_outside() {
    let scope = testing::scope();
    let given = message(|| drop(scope.assert("assertions::unused").attempts(2)));
    assert!(given.starts_with("`assertions::unused` made 0 attempts, and not 2\n"), "{given}");
    assert!(given.contains("outside of the scope") && given.contains("`propagate`"), "{given}");
}

/// Each assertion holds for one scope and fails for another.
#[test]
fn each_assertion_fails_with_a_sentence() {
    let scope = testing::scope();
    assert!(load(&mut vec![Ok(1), timeout()]).is_ok());
    assert!(load(&mut vec![timeout(), timeout(), timeout()]).is_err());
    let load = || scope.assert("assertions::load");
    load().calls(2).attempts(5).call(1).recovered().succeeded().failed_with([Class::Timeout]);
    load().call(2).gave_up(StopReason::Attempts).waited(Duration::from_millis(200)..Duration::from_millis(201));
    scope.assert("assertions::unused").never_called().calls(0).attempts(0);
    let head = |text: String| text.split("\n\n").next().unwrap_or_default().to_owned();
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    let sentences = [
        head(message(|| drop(load().calls(1)))),
        head(message(|| drop(load().call(3)))),
        head(message(|| drop(load().succeeded()))),
        head(message(|| drop(load().recovered()))),
        head(message(|| drop(load().gave_up(StopReason::Deadline)))),
        head(message(|| drop(load().call(1).failed_with([])))),
        head(message(|| drop(load().call(1).waited(Duration::from_secs(1)..)))),
        head(message(|| drop(load().call(2).was_not_retried()))),
        head(message(|| drop(load().never_called()))),
        first(message(|| drop(scope.assert("assertions::unused").calls(1)))),
    ];
    assert_eq!(
        sentences,
        [
            "`assertions::load` was called 2 times, and not once",
            "`assertions::load` made no call 3",
            "`assertions::load` did not succeed in call 2",
            "`assertions::load` did not recover by a retry in call 2",
            "`assertions::load` did not give up because: no time left before the deadline in call 1",
            "`assertions::load` failed with [Timeout], and not with []",
            "`assertions::load` waited 100ms in all, which is not in 1s..",
            "`assertions::load` was retried",
            "`assertions::load` was called 2 times, and should not be",
            "`assertions::unused` was called 0 times, and not once",
        ]
    );
    let given = message(|| drop(scope.assert("assertions::unused").succeeded()));
    assert!(given.starts_with("`assertions::unused` was not called\n  it may have run outside"), "{given}");
}

#[retry(max_attempts = 2, retry_on = transient, backoff = fixed(1h), jitter = none, name = "assertions::slow")]
async fn slow() -> io::Result<u32> {
    std::future::pending::<()>().await;
    timeout()
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_dropped_or_runs_on_is_told_apart() {
    let scope = testing::scope();
    assert!(tokio::time::timeout(Duration::from_secs(1), slow()).await.is_err());
    let running = tokio::spawn(slow());
    tokio::task::yield_now().await;
    let timeline = scope.timeline();
    assert!(
        timeline.contains("  call 1\n    the call was dropped\n  call 2\n    the call is not over\n"),
        "{timeline}"
    );
    running.abort();
}

#[retry(max_attempts = 2, retry_on = transient, on_retry = |_: &retry_runtime::Attempt, _: &io::Error| panic!("a hook"), backoff = none, name = "assertions::panics")]
fn panics() -> io::Result<u32> {
    timeout()
}

#[test]
fn a_call_that_panics_says_so() {
    let scope = testing::scope();
    assert_eq!(message(|| drop(panics())), "a hook");
    let timeline = scope.timeline();
    assert!(timeline.ends_with("    attempt 1 failed: Timeout\n    the call panicked\n"), "{timeline}");
}

/// Returns the block of the guide below `marker`.
fn shown(marker: &str) -> &'static str {
    let (_, rest) = include_str!("../../../retry-runtime/src/guide/testing.md").split_once(marker).expect("a marker");
    let (_, block) = rest.split_once("```text\n").expect("a block");
    block.split_once("```").expect("its end").0
}

#[derive(Debug, retry_runtime::Classify)]
enum ApiError {
    Timeout,
}

mod guide {
    use super::ApiError;

    #[super::retry(max_attempts = 3, backoff = exp(1s, 60s), retry_on = Timeout, name = "shop::pay in the guide")]
    pub(super) fn pay() -> Result<u32, ApiError> {
        Ok(350)
    }
}

#[test]
fn the_guide_shows_what_is_printed() {
    let scope = testing::scope();
    scope.fail("shop::pay in the guide", [ApiError::Timeout, ApiError::Timeout]);
    assert_eq!(guide::pay().expect("the third attempt"), 350);
    let printed = message(|| drop(scope.assert("shop::pay in the guide").attempts(2)));
    assert_eq!(printed.replace(" in the guide`", "`"), shown("<!-- timeline: kept equal by a test -->"));
}
