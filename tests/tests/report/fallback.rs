//! Calls that their fallback answered: neither lost nor failing.

use std::future::ready;
use std::time::Duration;

use retry_runtime::report::{Health, OperationReport};
use retry_runtime::{Attempt, StopReason, report, retry, testing};
use retry_tests::{Fault, record_events, take_events};

use super::totals::{alone, run};

const TIMEOUT: Result<u32, Fault> = Err(Fault::Timeout);

fn of(name: &str) -> OperationReport {
    report().operation(name).unwrap().clone()
}

fn answer(error: Fault) -> Result<u32, Fault> {
    if let Fault::Bad = error { Err(error) } else { Ok(0) }
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "answered", fallback = |error| answer(error), clone(outcome))]
fn answered(outcome: Result<u32, Fault>) -> Result<u32, Fault> {
    outcome
}

#[test]
fn what_a_fallback_answered_is_not_lost() {
    let _alone = alone();
    let clock = testing::pause();
    (0..20).for_each(|_| drop(answered(TIMEOUT)));
    let twenty = of("answered");
    assert_eq!((twenty.last_minute.lost, twenty.last_minute.answered_by_fallback), (0, 20));
    assert_eq!(twenty.health, Health::Degraded);
    assert_eq!(twenty.answered_by_fallback, [(StopReason::Attempts, 20)]);
    assert_eq!(twenty.gave_up, [(StopReason::Attempts, 20)]);
    let printed = report().to_string();
    let words =
        "degraded: 20 of 20 calls in the last minute needed a retry, 0 recovered, 20 answered by fallback, 0 lost";
    assert!(printed.contains(words), "{printed}");
    assert!(printed.contains("\n  answered by fallback: attempts 20\n"), "{printed}");
    clock.advance(Duration::from_secs(61));
    assert_eq!(of("answered").last_minute.answered_by_fallback, 0);
    assert_eq!(of("answered").health, Health::Healthy);
}

#[retry(retry_on = Timeout, backoff = none, budget = none, name = "answered at once", fallback = |_| Ok(0))]
fn answered_at_once() -> Result<u32, Fault> {
    Err(Fault::Bad)
}

#[test]
fn an_answer_to_what_no_retry_would_help_is_no_sign_of_trouble() {
    let _alone = alone();
    let _clock = testing::pause();
    (0..20).for_each(|_| drop(answered_at_once()));
    let report = of("answered at once");
    assert_eq!((report.last_minute.lost, report.last_minute.answered_by_fallback), (0, 0));
    assert_eq!((report.health, report.answered_by_fallback), (Health::Healthy, vec![(StopReason::NotRetryable, 20)]));
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "unanswered", fallback = |error| Err(error))]
fn unanswered() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn a_fallback_that_fails_too_leaves_the_call_lost() {
    let _alone = alone();
    let _clock = testing::pause();
    unanswered().unwrap_err();
    let report = of("unanswered");
    assert_eq!((report.last_minute.lost, report.last_minute.answered_by_fallback), (1, 0));
    assert_eq!(report.answered_by_fallback, []);
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "by path", fallback = by_path)]
async fn answered_by_path() -> Result<u32, Fault> {
    TIMEOUT
}

async fn by_path(_: &Attempt, _: Fault) -> Result<u32, Fault> {
    ready(Ok(7)).await
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "by closure", fallback = async |_, _| Ok(7))]
async fn answered_by_closure() -> Result<u32, Fault> {
    TIMEOUT
}

#[test]
fn an_async_fallback_answers_the_same() {
    run(async {
        answered_by_path().await.unwrap();
        answered_by_closure().await.unwrap();
        for name in ["by path", "by closure"] {
            assert_eq!((of(name).last_minute.lost, of(name).last_minute.answered_by_fallback), (0, 1), "{name}");
        }
    });
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "told", fallback = |error| answer(error), clone(outcome))]
fn told(outcome: Result<u32, Fault>) -> Result<u32, Fault> {
    outcome
}

#[test]
fn the_answer_is_an_event_after_the_end() {
    let _alone = alone();
    let _clock = testing::pause();
    record_events();
    told(TIMEOUT).unwrap();
    let end = ["told gave up after 2: Timeout, Attempts", "told answered by fallback after 2: Attempts"];
    assert_eq!(take_events()[3..], end);
    told(Ok(7)).unwrap();
    assert_eq!(take_events(), [""; 0]);
    told(Err(Fault::Bad)).unwrap_err();
    assert_eq!(take_events(), ["told 1 failed: Permanent", "told gave up after 1: Permanent, NotRetryable"]);
}

#[retry(retry_ok = Vec::is_empty, backoff = none, budget = none, name = "rejected to the end")]
fn rejected_to_the_end() -> Result<Vec<u32>, Fault> {
    Ok(vec![])
}

#[retry(retry_ok = Vec::is_empty, backoff = none, budget = none, name = "rejected and answered", fallback = |_| Ok(vec![7]))]
fn rejected_and_answered() -> Result<Vec<u32>, Fault> {
    Ok(vec![])
}

#[test]
fn a_rejected_ok_is_lost_unless_the_fallback_answers() {
    let _alone = alone();
    let _clock = testing::pause();
    assert_eq!((rejected_to_the_end(), rejected_and_answered()), (Ok(vec![]), Ok(vec![7])));
    let (lost, answered) = (of("rejected to the end"), of("rejected and answered"));
    assert_eq!((lost.gave_up, lost.last_minute.lost), (vec![(StopReason::Attempts, 1)], 1));
    assert_eq!((answered.last_minute.lost, answered.last_minute.answered_by_fallback), (0, 1));
    assert_eq!(answered.answered_by_fallback, [(StopReason::Attempts, 1)]);
}
