//! Calls of async functions, on tokio's paused clock.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_runtime::{Attempt, Backoff, Classes, Jitter, Policy, StopReason, TimedPolicy, retry};
use retry_tests::Fault;
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

#[retry(retry_on = transient, max_attempts = 4, backoff = exp(1s, 2s), jitter = none, budget = none)]
async fn fails(error: Fault, times: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried <= times { Err(error.clone()) } else { Ok(*tried) }
}

#[tokio::test(start_paused = true)]
async fn it_waits_and_tries_again_until_it_succeeds() {
    let begun = Instant::now();
    assert_eq!(fails(Fault::Timeout, 3, &mut 0).await, Ok(4));
    assert_eq!(begun.elapsed(), 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn it_gives_the_last_error_of_the_last_attempt() {
    let begun = Instant::now();
    let mut tried = 0;
    assert_eq!(fails(Fault::Timeout, 9, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (4, 5 * SECOND));
    assert_eq!(fails(Fault::Bad, 9, &mut 0).await, Err(Fault::Bad));
    assert_eq!(begun.elapsed(), 5 * SECOND, "a permanent failure is not waited for");
}

#[tokio::test(start_paused = true)]
async fn the_servers_hint_is_heeded_up_to_its_limit() {
    let begun = Instant::now();
    assert_eq!(fails(Fault::Busy(30 * SECOND), 1, &mut 0).await, Ok(2));
    assert_eq!(begun.elapsed(), 30 * SECOND);
    let mut tried = 0;
    assert_eq!(fails(Fault::Busy(61 * SECOND), 1, &mut tried).await, Err(Fault::Busy(61 * SECOND)));
    assert_eq!((tried, begun.elapsed()), (1, 30 * SECOND), "a longer hint ends the call at once");
}

#[retry(retry_on = Timeout, max_attempts = 9, backoff = fixed(1s), jitter = none, deadline = 10s, budget = none)]
async fn slow(work: Duration, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    sleep(work).await;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn the_deadline_counts_attempts_and_is_not_overslept() {
    let (begun, mut tried) = (Instant::now(), 0);
    assert_eq!(slow(2 * SECOND, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (4, 11 * SECOND), "it does not cut a running attempt");
    let (begun, mut tried) = (Instant::now(), 0);
    assert_eq!(slow(60 * SECOND, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (1, 60 * SECOND), "the first attempt is always made");
}

#[retry(retry_on = Timeout, backoff = none)]
async fn at_once(tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried < 3 { Err(Fault::Timeout) } else { Ok(*tried) }
}

#[test]
fn a_zero_wait_skips_the_timer() {
    // No runtime, so no timer: it ends in one poll or panics.
    let mut tried = 0;
    let polled = pin!(at_once(&mut tried)).poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(Ok(3)));
}

#[retry(
    retry_on = transient, backoff = exp(1s, 9s), jitter = none, attempt_timeout = 5s, context = attempt,
    on_retry = async |attempt: &Attempt, error: &Fault| {
        sleep(SECOND).await;
        seen.push(format!("{} {error:?} {:?}", attempt.number(), attempt.next_delay()));
    },
    fallback = async |attempt: &Attempt, error| {
        sleep(SECOND).await;
        Ok(format!("{} {} {error:?}", attempt.number(), attempt.stop_reason()))
    },
)]
async fn watched(seen: &mut Vec<String>) -> Result<String, Fault> {
    let (number, remaining, elapsed) = (attempt.number(), attempt.remaining(), attempt.elapsed());
    seen.push(format!("{number}, {remaining:?}, {elapsed:?}, {:?}", attempt.last_class()));
    if number == 2 { std::future::pending().await } else { Err(Fault::Busy(2 * SECOND)) }
}

#[tokio::test(start_paused = true)]
async fn context_hook_and_fallback_see_each_attempt() {
    let mut seen = Vec::new();
    assert_eq!(watched(&mut seen).await.as_deref(), Ok("3 no attempts left Busy(2s)"));
    let expected = [
        "1, Some(5s), 0ns, None",
        "1 Busy(2s) 2s",
        "2, Some(5s), 3s, Some(Unavailable)",
        "2 Busy(2s) 2s",
        "3, Some(5s), 11s, Some(Timeout)",
    ];
    assert_eq!(seen, expected);
}

#[retry(retry_on = Timeout, attempt_timeout = 1s, on_retry = |_, error| seen.push(error.clone()))]
async fn never_answers(seen: &mut Vec<Fault>) -> Result<(), Fault> {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_that_an_attempt_was_cut() {
    let mut seen = Vec::new();
    assert_eq!(never_answers(&mut seen).await, Err(Fault::Stopped(StopReason::Attempts, 3)));
    let cut = |attempts| Fault::Stopped(StopReason::AttemptTimeout, attempts);
    assert_eq!(seen, [cut(1), cut(2)]);
}

async fn repair(_: &Attempt, error: &Fault) -> Result<(), Fault> {
    if *error == Fault::Busy(Duration::ZERO) { Err(Fault::Bad) } else { Ok(()) }
}

#[retry(retry_on = transient, backoff = none, on_retry = repair)]
async fn repaired(errors: &mut Vec<Fault>) -> Result<(), Fault> {
    errors.pop().map_or(Ok(()), Err)
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_fails_ends_the_call_with_its_error() {
    assert_eq!(repaired(&mut vec![Fault::Timeout]).await, Ok(()));
    let mut errors = vec![Fault::Timeout, Fault::Busy(Duration::ZERO), Fault::Timeout];
    assert_eq!(repaired(&mut errors).await, Err(Fault::Bad));
    assert_eq!(errors, [Fault::Timeout]);
}

#[retry(retry_on = transient, backoff = none, on_retry = told)]
async fn telling(told: impl AsyncFn(&Attempt, &Fault), errors: &mut Vec<Fault>) -> Result<(), Fault> {
    errors.pop().map_or(Ok(()), Err)
}

#[tokio::test(start_paused = true)]
async fn a_hook_may_be_an_argument_for_every_retry() {
    let seen = std::cell::RefCell::new(Vec::new());
    let told = async |attempt: &Attempt, error: &Fault| seen.borrow_mut().push((attempt.number(), error.clone()));
    assert_eq!(telling(told, &mut vec![Fault::Timeout, Fault::Busy(Duration::ZERO)]).await, Ok(()));
    assert_eq!(seen.into_inner(), [(1, Fault::Busy(Duration::ZERO)), (2, Fault::Timeout)]);
}

#[retry(
    retry_ok = |page: &Vec<u32>| page.is_empty(), retry_on = Timeout, backoff = fixed(1s), jitter = none, deadline = 3s,
    on_retry = |_, outcome: &Result<Vec<u32>, Fault>| outcomes.push(outcome.clone()),
)]
async fn page(outcomes: &mut Vec<Result<Vec<u32>, Fault>>, tried: &mut u32) -> Result<Vec<u32>, Fault> {
    *tried += 1;
    if *tried == 1 { Err(Fault::Timeout) } else { Ok(vec![]) }
}

#[tokio::test(start_paused = true)]
async fn beside_retry_ok_the_hook_sees_the_whole_outcome() {
    let (mut outcomes, mut tried) = (Vec::new(), 0);
    assert_eq!(page(&mut outcomes, &mut tried).await, Ok(vec![]), "refused to the end, returned as it is");
    assert_eq!(outcomes, [Err(Fault::Timeout), Ok(vec![])]);
    assert_eq!(tried, 3);
}

#[retry(retry_on = Timeout, max_attempts = 20, backoff = fixed(1s), jitter = none, budget = none, deadline = 60s)]
async fn inner(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[retry(retry_on = Connect, deadline = 3500ms)]
async fn outer(tried: &mut u32) -> Result<(), Fault> {
    tokio::task::yield_now().await;
    inner(tried).await
}

#[retry(retry_on = Timeout, max_attempts = 20, backoff = fixed(1s), jitter = none, budget = none)]
async fn inner_without_deadline(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[retry(retry_on = Connect, deadline = 3500ms)]
async fn outer_of_it(tried: &mut u32) -> Result<(), Fault> {
    inner_without_deadline(tried).await
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_deadline_has_the_one_around_it() {
    let mut tried = 0;
    assert_eq!(outer_of_it(&mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 4);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_flows_inward_and_stays_inside() {
    let (begun, mut tried) = (Instant::now(), 0);
    assert_eq!(outer(&mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, begun.elapsed()), (4, 3 * SECOND));
    let mut tried = 0;
    assert_eq!(inner(&mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 20, "outside it there is none");
    let (mut a, mut b) = (0, 0);
    let (joined, alone) = tokio::join!(outer(&mut a), inner(&mut b));
    assert_eq!((joined, alone), (Err(Fault::Timeout), Err(Fault::Timeout)));
    assert_eq!((a, b), (4, 20), "nor in a sibling that runs at the same time");
    let mut spawned = 0;
    let task = tokio::spawn(async move {
        inner(&mut spawned).await.unwrap_err();
        spawned
    });
    assert_eq!(task.await.unwrap(), 20);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_call_stops_everything() {
    let mut tried = 0;
    let ended = tokio::time::timeout(3 * SECOND / 2, fails(Fault::Timeout, 9, &mut tried)).await;
    assert!(ended.is_err());
    sleep(60 * SECOND).await;
    assert_eq!(tried, 2);
}

struct Client {
    retry: TimedPolicy,
    tried: u32,
}

impl Client {
    #[retry(policy = self.retry)]
    async fn read(&mut self) -> Result<(), Fault> {
        self.tried += 1;
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn the_timeout_of_a_policy_from_configuration_cuts() {
    let policy = Policy::builder().retry_on(Classes::new().timeout()).max_attempts(5).attempt_timeout(SECOND);
    let mut client = Client { retry: policy.build().unwrap(), tried: 0 };
    assert_eq!(client.read().await, Err(Fault::Stopped(StopReason::Attempts, 5)));
    assert_eq!(client.tried, 5);
}

#[tokio::test(start_paused = true)]
async fn an_expression_is_retried_by_the_same_core() {
    const POLICY: Policy = Policy::new()
        .retry_on(Classes::new().timeout())
        .max_attempts(5)
        .backoff(Backoff::linear(SECOND, SECOND, Duration::from_secs(9)))
        .jitter(Jitter::none());
    let begun = Instant::now();
    let mut tried = 0;
    let answer = retry_runtime::call_mut(&POLICY, async || {
        tried += 1;
        tokio::task::yield_now().await;
        if tried < 4 { Err(Fault::Timeout) } else { Ok(tried) }
    });
    assert_eq!(answer.await, Ok(4));
    assert_eq!(begun.elapsed(), (1 + 2 + 3) * SECOND);
}

const SHARED: Policy = Policy::new().retry_on(Classes::new().timeout()).deadline(Duration::from_secs(10));

#[retry(policy = SHARED)]
async fn shared(work: Duration) -> Result<u64, Fault> {
    sleep(work).await;
    Ok(work.as_secs())
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_shared_policy_cuts_no_attempt_either() {
    assert_eq!(shared(Duration::from_mins(1)).await, Ok(60));
}
