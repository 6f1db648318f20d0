//! Chaos in scopes: shares, latency, and plans that are refused.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use retry_runtime::chaos::Plan;
use retry_runtime::events::EventKind;
use retry_runtime::testing::{self, Scope};
use retry_runtime::{Class, Classify, StopReason, retry};

#[derive(Debug, PartialEq, Classify)]
enum ApiError {
    Timeout,
    Unavailable,
}

const SECOND: Duration = Duration::from_secs(1);

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "chaos::pay")]
fn pay() -> Result<u32, ApiError> {
    Ok(7)
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "chaos::quote")]
async fn quote() -> Result<u32, ApiError> {
    Ok(8)
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none, name = "chaos::stock")]
fn stock() -> io::Result<u32> {
    Ok(9)
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, name = "chaos::first")]
fn first(all: &str) -> Result<&str, io::Error> {
    Ok(&all[..1])
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, name = "lonely::generic")]
fn generic<T: Classify>(error: T) -> Result<u32, T> {
    _ = error;
    Ok(1)
}

fn message(plan: Plan) -> String {
    testing::scope().chaos(plan).expect_err("it is refused").to_string()
}

/// Returns how many of 1,000 calls failed at their first attempt.
fn failures(plan: Plan) -> Vec<bool> {
    let scope = testing::scope();
    scope.chaos(plan).expect("it is right");
    (0..1000)
        .map(|_| {
            let before = scope.report().operation("chaos::pay").map_or(0, |report| report.faults_injected);
            let _ = pay();
            scope.report().operation("chaos::pay").map_or(0, |report| report.faults_injected) > before
        })
        .collect()
}

#[test]
fn a_share_of_the_attempts_fails_and_the_seed_says_which() {
    let plan = |seed| Plan::new().seed(seed).fail("chaos::*", 0.1, || ApiError::Timeout);
    let failed = failures(plan(7));
    let count = failed.iter().filter(|failed| **failed).count();
    assert!((60..150).contains(&count), "{count}");
    assert_eq!(failures(plan(7)), failed);
    assert_ne!(failures(plan(8)), failed);
    assert!(failures(plan(7).fail("chaos::pay", 0.0, || ApiError::Timeout)) == failed, "a share of 0 adds nothing");
}

#[tokio::test]
async fn a_fault_comes_in_the_place_of_the_body_and_is_marked_everywhere() {
    let scope = testing::scope();
    let events = Arc::new(Mutex::new(Vec::new()));
    let seen = events.clone();
    scope.subscribe(move |event| seen.lock().expect("no panic").push(event.kind()));
    scope.chaos(Plan::new().fail("chaos::quote", 1.0, || ApiError::Timeout)).expect("it is right");
    assert_eq!(quote().await, Err(ApiError::Timeout));
    assert_eq!(stock().expect("another operation"), 9);
    scope
        .assert("chaos::quote")
        .attempts(2)
        .gave_up(StopReason::Attempts)
        .failed_with([Class::Timeout, Class::Timeout]);
    assert!(scope.timeline().contains("    attempt 1 failed: Timeout (injected by chaos)\n"), "{}", scope.timeline());
    let report = scope.report();
    assert_eq!(report.operation("chaos::quote").expect("it ran").faults_injected, 2);
    assert!(report.to_string().contains("faults injected by chaos: 2"), "{report}");
    let is_fault = |kind: &EventKind| matches!(kind, EventKind::FaultInjected { attempt: 1, fails: true, .. });
    assert!(events.lock().expect("no panic").first().is_some_and(is_fault));
    scope.chaos(None).expect("nothing is wrong with none");
    assert_eq!(quote().await, Ok(8));
}

#[test]
fn a_rule_is_for_the_operations_of_its_pattern_and_its_error() {
    let scope = testing::scope();
    scope.chaos(Plan::new().fail("chaos::*", 1.0, || io::Error::from(io::ErrorKind::TimedOut))).expect("it is right");
    assert_eq!(pay(), Ok(7));
    assert!(stock().is_err() && first("abc").is_err());
    scope.assert("chaos::first").failed_with([Class::Timeout, Class::Timeout]);
}

#[tokio::test]
async fn latency_reaches_every_operation_and_passes_at_once_in_a_scope() {
    let scope = testing::scope();
    scope.chaos(Plan::new().delay("*", 1.0, SECOND..=2 * SECOND)).expect("it is right");
    assert_eq!(pay(), Ok(7));
    assert_eq!(quote().await, Ok(8));
    assert_eq!(generic(ApiError::Timeout), Ok(1));
    assert!((3 * SECOND..6 * SECOND).contains(&scope.elapsed()), "{:?}", scope.elapsed());
    assert!(scope.timeline().contains("s by chaos)"), "{}", scope.timeline());
    scope.assert("chaos::pay").attempts(1).succeeded();
}

#[tokio::test(start_paused = true)]
async fn latency_takes_its_time_outside_of_scopes_that_skip() {
    let scope = testing::scope();
    scope.real_delays();
    scope.chaos(Plan::new().delay("chaos::quote", 1.0, SECOND..=SECOND)).expect("it is right");
    let begin = tokio::time::Instant::now();
    assert_eq!(quote().await, Ok(8));
    assert_eq!(begin.elapsed(), SECOND);
}

#[retry(max_attempts = 3, retry_on = transient, backoff = none, attempt_timeout = 300ms, name = "chaos::timed")]
async fn timed() -> io::Result<u32> {
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_timeout_cuts_latency() {
    let scope = testing::scope();
    scope.real_delays();
    scope.chaos(Plan::new().delay("chaos::timed", 1.0, SECOND..=SECOND)).expect("it is right");
    let begin = tokio::time::Instant::now();
    assert!(timed().await.is_err());
    assert_eq!(begin.elapsed(), Duration::from_millis(900));
    scope.assert("chaos::timed").failed_with([Class::Timeout; 3]);
}

#[test]
fn latency_has_a_bound_per_minute() {
    let scope = testing::scope();
    let plan = Plan::new().delay("chaos::pay", 1.0, SECOND..=SECOND).max_latency_per_minute(10 * SECOND);
    scope.chaos(plan).expect("it is right");
    for _ in 0..30 {
        assert_eq!(pay(), Ok(7));
    }
    // The minute may have begun a moment before.
    assert!((10 * SECOND..=20 * SECOND).contains(&scope.elapsed()), "{:?}", scope.elapsed());
    let before = scope.elapsed();
    scope.advance(60 * SECOND);
    assert_eq!(pay(), Ok(7));
    assert!(scope.elapsed() > before + 60 * SECOND, "a new minute");
}

#[test]
fn a_script_comes_before_chaos() {
    let scope = testing::scope();
    scope.chaos(Plan::new().fail("chaos::pay", 1.0, || ApiError::Unavailable)).expect("it is right");
    scope.answer("chaos::pay", [Ok::<u32, ApiError>(1)]);
    assert_eq!((pay(), pay()), (Ok(1), Err(ApiError::Unavailable)));
}

#[test]
fn the_plan_of_one_scope_does_not_reach_others() {
    let (one, other) = (Scope::new(), Scope::new());
    one.chaos(Plan::new().fail("chaos::pay", 1.0, || ApiError::Unavailable)).expect("it is right");
    assert_eq!((one.run(pay), other.run(pay), pay()), (Err(ApiError::Unavailable), Ok(7), Ok(7)));
}

#[test]
fn a_wrong_plan_says_what_to_write() {
    for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let given = message(Plan::new().fail("chaos::pay", share, || ApiError::Timeout));
        assert_eq!(given, format!("the share of `chaos::pay` is {share}; write a number from 0 to 1, such as 0.05"));
    }
    let given = message(Plan::new().fail("chaos::pya", 0.1, || ApiError::Timeout));
    assert_eq!(given, "no operation matches `chaos::pya`; write `chaos::pay`");
    let given = message(Plan::new().fail("chaos::pay", 0.1, || 7_u8));
    assert_eq!(given, "no operation of `chaos::pay` fails with `u8`; return one of `scopes::chaos::ApiError`");
    let given = message(Plan::new().fail("lonely::*", 0.1, || ApiError::Timeout));
    assert!(given.ends_with("so only latency can be injected; write `delay`"), "{given}");
    let given = message(Plan::new().delay("chaos::pay", 0.1, 2 * SECOND..=SECOND));
    assert_eq!(given, "the latency of `chaos::pay` ends at 1s, before 2s; write the shorter one first");
}
