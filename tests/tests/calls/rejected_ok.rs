//! An `Ok` that `retry_ok` rejects to the end: what the fallback and the caller get.

use std::time::Duration;

use retry_runtime::{Attempt, Breaker, Class, Classify, StopReason, retry, testing};
use retry_tests::Fault;

type Pages = Result<Vec<u32>, Fault>;

#[derive(Debug, PartialEq)]
struct Answer(u16);

impl Classify for Answer {
    fn class(&self) -> Class {
        Class::Status(self.0)
    }
}

#[retry(retry_ok = Vec::is_empty, retry_on = Timeout, backoff = none, budget = none, clone(outcome), fallback = |attempt, result| { seen.push((attempt.stop_reason(), result)); Ok(vec![7]) })]
fn by_predicate(outcome: Pages, seen: &mut Vec<(StopReason, Pages)>) -> Pages {
    outcome
}

#[test]
fn the_fallback_gets_the_whole_result_of_a_call_without_success() {
    let _clock = testing::pause();
    let mut seen = Vec::new();
    assert_eq!(by_predicate(Ok(vec![]), &mut seen), Ok(vec![7]));
    assert_eq!(by_predicate(Err(Fault::Timeout), &mut seen), Ok(vec![7]));
    assert_eq!(by_predicate(Err(Fault::Bad), &mut seen), Ok(vec![7]));
    let expected = [
        (StopReason::Attempts, Ok(vec![])),
        (StopReason::Attempts, Err(Fault::Timeout)),
        (StopReason::NotRetryable, Err(Fault::Bad)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(by_predicate(Ok(vec![1]), &mut seen), Ok(vec![1]), "a success needs no fallback");
    assert_eq!(seen.len(), 3);
}

#[retry(retry_ok = (Status(503), Status(429)), backoff = none, budget = none, clone(answers), fallback = |result| result.map(|Answer(status)| Answer(status + 1)))]
fn by_class(answers: Vec<u16>, tried: &mut usize) -> Result<Answer, String> {
    *tried += 1;
    Ok(Answer(answers[*tried - 1]))
}

#[test]
fn a_rejected_class_reaches_the_fallback_and_a_success_after_it_does_not() {
    let _clock = testing::pause();
    assert_eq!(by_class(vec![503, 429, 503], &mut 0), Ok(Answer(504)));
    assert_eq!(by_class(vec![503, 200], &mut 0), Ok(Answer(200)));
    assert_eq!(by_class(vec![500], &mut 0), Ok(Answer(500)), "not listed");
}

#[retry(retry_ok = |found| *found == 0, retry_on = None, backoff = none, budget = none, fallback = |_, found| found.or(Some(9)).filter(|found| *found > 0))]
fn of_an_option(found: Option<u32>) -> Option<u32> {
    found
}

#[test]
fn an_option_reaches_it_too() {
    let _clock = testing::pause();
    assert_eq!((of_an_option(None), of_an_option(Some(0)), of_an_option(Some(3))), (Some(9), None, Some(3)));
}

#[retry(retry_ok = Vec::is_empty, backoff = fixed(1s), jitter = none, budget = none, deadline = 2500ms, fallback = by_path)]
async fn answered_by_path() -> Pages {
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(vec![])
}

async fn by_path(attempt: &Attempt, result: Pages) -> Pages {
    assert_eq!((attempt.number(), attempt.stop_reason(), &result), (2, StopReason::Deadline, &Ok(vec![])));
    Ok(vec![attempt.number()])
}

#[retry(retry_ok = Vec::is_empty, backoff = none, budget = none, fallback = async |_, result: Pages| result.map(|_| vec![4]))]
async fn answered_by_closure() -> Pages {
    Ok(vec![])
}

#[tokio::test(start_paused = true)]
async fn async_fallbacks_get_the_same() {
    assert_eq!(answered_by_path().await, Ok(vec![2]));
    assert_eq!(answered_by_closure().await, Ok(vec![4]));
}

static OPEN: Breaker = Breaker::new();

#[retry(retry_ok = Vec::is_empty, backoff = none, budget = none, breaker = OPEN, fallback = |_, result| result)]
fn behind_a_breaker() -> Pages {
    Ok(vec![1])
}

#[test]
fn a_call_without_an_attempt_reaches_it_as_an_error() {
    let _clock = testing::pause();
    OPEN.force_open();
    assert_eq!(behind_a_breaker(), Err(Fault::Stopped(StopReason::Breaker, 0)));
}

#[retry(retry_ok = Vec::is_empty, backoff = none, budget = none, on_retry = |_, _| Err(Fault::Bad), fallback = |attempt, result| { *why = Some(attempt.stop_reason()); result })]
fn beyond_repair(why: &mut Option<StopReason>) -> Pages {
    Ok(vec![])
}

#[test]
fn the_error_of_a_hook_replaces_the_rejected_value() {
    let _clock = testing::pause();
    let mut why = None;
    assert_eq!(beyond_repair(&mut why), Err(Fault::Bad));
    assert_eq!(why, Some(StopReason::Hook));
}
