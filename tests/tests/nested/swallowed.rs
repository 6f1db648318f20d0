//! Give-ups that were handled inside: they stop nobody around them.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use retry_runtime::{Attempt, Class, Classify, StopReason, TaskBudget, retry};
use retry_tests::Fault;
use tokio::time::timeout;

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none)]
fn gives_up() -> Result<u32, Error> {
    Err(ErrorKind::TimedOut.into())
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none, fallback = |_, _| Ok(0))]
fn answered() -> Result<u32, Error> {
    Err(ErrorKind::TimedOut.into())
}

/// Calls `inside` in each attempt; the first attempt fails by itself with `kind`. Returns the attempts.
#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = none)]
fn around(kind: ErrorKind, ran: &mut u32, inside: fn()) -> Result<(), Error> {
    *ran += 1;
    inside();
    if *ran < 2 { Err(kind.into()) } else { Ok(()) }
}

fn attempts(kind: ErrorKind, inside: fn()) -> u32 {
    let mut ran = 0;
    let _ = around(kind, &mut ran, inside);
    ran
}

#[test]
fn a_give_up_that_was_swallowed_does_not_mark_a_failure_of_another_origin() {
    assert_eq!(
        attempts(ErrorKind::ConnectionReset, || {
            gives_up().unwrap_or(0);
        }),
        2
    );
    assert_eq!(
        attempts(ErrorKind::TimedOut, || {
            gives_up().unwrap_or(0);
        }),
        1,
        "it may be the same failure"
    );
}

#[test]
fn a_call_whose_fallback_answered_has_not_given_up() {
    assert_eq!(attempts(ErrorKind::TimedOut, || drop(answered())), 2);
}

#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = none, on_retry = |_, _| { let _ = gives_up(); })]
fn repairs(ran: &mut u32) -> Result<u32, Error> {
    *ran += 1;
    if *ran < 2 { Err(ErrorKind::ConnectionReset.into()) } else { Ok(1) }
}

#[test]
fn what_a_hook_does_marks_nothing() {
    assert_eq!(attempts(ErrorKind::TimedOut, || drop(repairs(&mut 0))), 2);
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
async fn gives_up_later() -> Result<(), Fault> {
    tokio::task::yield_now().await;
    Err(Fault::Timeout)
}

async fn repair(_: &Attempt, _: &Fault) {
    let _ = gives_up_later().await;
}

#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = none, on_retry = repair)]
async fn repairs_later(ran: &mut u32) -> Result<(), Fault> {
    *ran += 1;
    if *ran < 2 { Err(Fault::Timeout) } else { Ok(()) }
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn around_later(ran: &mut u32) -> Result<(), Fault> {
    *ran += 1;
    repairs_later(&mut 0).await?;
    if *ran < 2 { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test]
async fn nor_does_what_an_async_hook_does() {
    let mut ran = 0;
    assert_eq!(around_later(&mut ran).await, Ok(()));
    assert_eq!(ran, 2);
}

#[derive(Debug)]
struct Unlisted;

impl Classify for Unlisted {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
fn gives_up_unlisted() -> Result<(), Unlisted> {
    Err(Unlisted)
}

#[retry(
    max_attempts = 3, retry_on = Conflict, backoff = none, budget = none,
    fallback = |attempt: &Attempt, error| { *why = Some(attempt.stop_reason()); Err(error) },
)]
fn lists_another_class(why: &mut Option<StopReason>) -> Result<(), Unlisted> {
    gives_up_unlisted()
}

#[test]
fn the_outer_call_ends_as_nested_also_if_the_class_is_not_listed() {
    let mut why = None;
    lists_another_class(&mut why).unwrap_err();
    assert_eq!(why, Some(StopReason::Nested));
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, on_retry = never)]
async fn in_hook() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

async fn never(_: &Attempt, _: &Fault) {
    std::future::pending::<()>().await;
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(9s), jitter = none, budget = none)]
async fn in_delay() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_in_its_hook_gives_back_the_retry_of_its_task() {
    let (task, second) = (TaskBudget::new(5), Duration::from_secs(1));
    for _ in 0..3 {
        let _ = timeout(second, task.scope(in_delay())).await;
        let _ = timeout(second, task.scope(in_hook())).await;
    }
    assert_eq!(task.left(), 5);
}

#[retry(
    max_attempts = 3, retry_on = Timeout, backoff = none, budget = none,
    fallback = |attempt: &Attempt, error| { *why = Some(attempt.stop_reason()); Err(error) },
)]
async fn around_dropped(is_hook: bool, ran: &mut u32, why: &mut Option<StopReason>) -> Result<(), Fault> {
    *ran += 1;
    let inner = async { if is_hook { in_hook().await } else { in_delay().await } };
    timeout(Duration::from_secs(1), inner).await.unwrap_or(Err(Fault::Timeout))
}

#[tokio::test(start_paused = true)]
async fn it_has_given_up_as_one_that_is_dropped_in_its_delay() {
    for is_hook in [false, true] {
        let (mut ran, mut why) = (0, None);
        let _ = around_dropped(is_hook, &mut ran, &mut why).await;
        assert_eq!((ran, why), (1, Some(StopReason::Nested)), "in a hook: {is_hook}");
    }
}
