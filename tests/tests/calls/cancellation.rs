//! Attempts that are cut and calls that are cancelled, on tokio's paused clock.

use std::future::Future;
use std::task::Poll;
use std::time::Duration;

use retry_runtime::{StopReason, retry};
use retry_tests::Fault;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none, attempt_timeout = 5s, budget = none)]
async fn cut(works: &[Result<u64, Fault>], tried: &mut usize) -> Result<u64, Fault> {
    *tried += 1;
    let work = works[*tried - 1].clone()?;
    sleep(Duration::from_secs(work)).await;
    Ok(work)
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_cut_and_tried_again() {
    let begun = Instant::now();
    assert_eq!(cut(&[Ok(9), Ok(4)], &mut 0).await, Ok(4));
    assert_eq!(begun.elapsed(), (5 + 1 + 4) * SECOND);
}

#[tokio::test(start_paused = true)]
async fn where_every_attempt_was_cut_the_error_is_made_from_stopped() {
    let mut tried = 0;
    let ended = cut(&[Ok(9), Ok(9), Ok(9)], &mut tried).await;
    assert_eq!((ended, tried), (Err(Fault::Stopped(StopReason::Attempts, 3)), 3));
}

#[tokio::test(start_paused = true)]
async fn the_caller_gets_the_last_error_that_an_attempt_returned() {
    assert_eq!(cut(&[Err(Fault::Timeout), Ok(9), Ok(9)], &mut 0).await, Err(Fault::Timeout));
    assert_eq!(cut(&[Ok(9), Err(Fault::Bad)], &mut 0).await, Err(Fault::Bad));
}

#[retry(retry_on = Connect, attempt_timeout = 5s)]
async fn not_listed(tried: &mut u32) -> Result<u64, Fault> {
    *tried += 1;
    std::future::pending().await
}

#[retry(retry_if = |_| false, backoff = none, attempt_timeout = 5s)]
async fn nothing_listed(tried: &mut u32) -> Result<u64, Fault> {
    *tried += 1;
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_cut_attempt_is_retried_if_timeout_is_listed_or_no_class_is() {
    let mut tried = 0;
    assert_eq!(not_listed(&mut tried).await, Err(Fault::Stopped(StopReason::NotRetryable, 1)));
    assert_eq!(tried, 1);
    let mut tried = 0;
    assert_eq!(nothing_listed(&mut tried).await, Err(Fault::Stopped(StopReason::Attempts, 3)));
    assert_eq!(tried, 3);
}

#[retry(retry_on = Timeout, max_attempts = 8, backoff = fixed(1s), jitter = none, deadline = 8s, attempt_timeout = 5s)]
async fn shrinking(cut_after: &mut Vec<Duration>, begun: Instant) -> Result<(), Fault> {
    cut_after.push(begun.elapsed());
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn an_attempts_timeout_shrinks_to_what_is_left_of_the_deadline() {
    let (begun, mut began_at) = (Instant::now(), Vec::new());
    assert_eq!(shrinking(&mut began_at, begun).await, Err(Fault::Stopped(StopReason::Deadline, 2)));
    assert_eq!(began_at, [Duration::ZERO, 6 * SECOND]);
    assert_eq!(begun.elapsed(), 8 * SECOND);
}

#[retry(
    retry_on = Timeout, max_attempts = unbounded, backoff = fixed(4s), jitter = none,
    cancel = sleep(cancel_after),
)]
async fn cancelled(cancel_after: Duration, work: Duration, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    sleep(work).await;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_an_attempt_or_a_wait() {
    let (begun, mut tried) = (Instant::now(), 0);
    let ended = cancelled(2 * SECOND, 3 * SECOND, &mut tried).await;
    assert_eq!(ended, Err(Fault::Stopped(StopReason::Cancelled, 1)), "during the first attempt there is no error yet");
    assert_eq!((tried, begun.elapsed()), (1, 2 * SECOND));
    let (begun, mut tried) = (Instant::now(), 0);
    assert_eq!(cancelled(9 * SECOND, 3 * SECOND, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (2, 9 * SECOND), "during the second attempt the first one's error");
    let (begun, mut tried) = (Instant::now(), 0);
    assert_eq!(cancelled(5 * SECOND, 3 * SECOND, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (1, 5 * SECOND), "during the wait too");
}

/// Completes in its second poll: before the first attempt it is still pending.
fn second_poll() -> impl Future<Output = ()> {
    let mut polls = 0;
    std::future::poll_fn(move |_| {
        polls += 1;
        if polls < 2 { Poll::Pending } else { Poll::Ready(()) }
    })
}

#[retry(retry_on = Timeout, max_attempts = 100, backoff = none, cancel = second_poll())]
async fn cancelled_without_waits(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, max_attempts = 100, backoff = none, cancel = second_poll(), on_retry = |_, _| ())]
async fn cancelled_after_the_hook(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn cancelling_is_asked_before_a_retry_that_does_not_wait() {
    let mut tried = 0;
    assert_eq!(cancelled_without_waits(&mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 1);
    assert_eq!(cancelled_after_the_hook(&mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 2);
}

#[retry(retry_on = Timeout, backoff = none, cancel = std::future::ready(()))]
async fn cancelled_before(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Ok(())
}

#[retry(retry_on = Timeout, backoff = none, cancel = std::future::ready(()), on_retry = |_, _| ())]
async fn cancelled_before_with_a_hook(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Ok(())
}

#[retry(retry_on = Timeout, retry_ok = |value: &u64| *value == 0, attempt_timeout = 1s, backoff = none)]
async fn refused_then_cut(tried: &mut u32) -> Result<u64, Fault> {
    *tried += 1;
    match *tried {
        1 => Err(Fault::Timeout),
        2 => Ok(0),
        _ => std::future::pending().await,
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_success_does_not_hide_the_last_error() {
    assert_eq!(refused_then_cut(&mut 0).await, Err(Fault::Timeout));
}

#[retry(
    retry_on = Timeout, attempt_timeout = 5s, deadline = 60s, backoff = fixed(1s), jitter = none,
    on_retry = |attempt, _| left.push(attempt.remaining()),
)]
async fn looks_at_what_is_left(left: &mut Vec<Option<Duration>>) -> Result<(), Fault> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn after_an_attempt_only_the_deadline_remains() {
    let mut left = Vec::new();
    assert!(looks_at_what_is_left(&mut left).await.is_err());
    assert_eq!(left, [Some(Duration::from_secs(55)), Some(Duration::from_secs(49))]);
}

#[retry(retry_on = Timeout, backoff = none, cancel = || true)]
fn cancelled_blocking(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_before_it_begins_makes_no_attempt() {
    let mut tried = 0;
    let ends = [
        cancelled_before(&mut tried).await,
        cancelled_before_with_a_hook(&mut tried).await,
        cancelled_blocking(&mut tried),
    ];
    assert_eq!((ends, tried), ([const { Err(Fault::Stopped(StopReason::Cancelled, 0)) }; 3], 0));
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(1s), jitter = none, deadline = 4s, budget = none)]
async fn stalled(begun: Instant, starts: &mut Vec<Duration>) -> Result<(), Fault> {
    starts.push(begun.elapsed());
    Err(Fault::Timeout)
}

/// The runtime stands still for ten seconds during the delay, as when the process is stopped.
#[tokio::test(start_paused = true)]
async fn no_attempt_starts_after_the_deadline_although_the_runtime_stalled() {
    let mut starts = Vec::new();
    let begun = Instant::now();
    let mut call = Box::pin(stalled(begun, &mut starts));
    tokio::select! {
        biased;
        _ = &mut call => unreachable!("it waits"),
        () = sleep(SECOND / 2) => tokio::time::advance(10 * SECOND).await,
    }
    assert_eq!(call.await, Err(Fault::Timeout));
    assert_eq!(starts, [Duration::ZERO]);
}
