//! Annotated functions under a client-side rate limit, on paused clocks.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use retry_runtime::{Budget, Moment, RateLimit, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);

static WAITING: RateLimit = RateLimit::per_second(2).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, rate_limit = WAITING)]
fn blocking(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    if (*tried).is_multiple_of(3) { Ok(()) } else { Err(Fault::Timeout) }
}

#[test]
fn every_attempt_keeps_to_it_retries_too() {
    let (clock, mut tried) = (testing::pause(), 0);
    blocking(&mut tried).unwrap();
    blocking(&mut tried).unwrap();
    assert_eq!((tried, clock.elapsed()), (6, SECOND * 5 / 2), "two a second, of which the first is free");
}

static SHARED: RateLimit = RateLimit::per_second(10);

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, rate_limit = SHARED)]
async fn at_ten_a_second() -> Result<(), Fault> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn calls_share_it() {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..50).map(|_| tokio::spawn(at_ten_a_second())).collect();
    for task in tasks {
        task.await.expect("no panic").unwrap();
    }
    assert_eq!(begun.elapsed().as_secs(), 4, "ten at once, then ten a second: {:?}", begun.elapsed());
}

static REFUSING: RateLimit = RateLimit::per_second(1).refusing();

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(1ms), budget = budget, rate_limit = REFUSING)]
async fn refused(budget: &Budget, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn where_it_refuses_the_call_ends_with_its_own_error() {
    let (budget, mut tried) = (Budget::credit(), 0);
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Timeout));
    assert_eq!((tried, budget.left(3, || Moment::ORIGIN)), (1, 42), "the retry was not made, nor paid for");
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Stopped(StopReason::RateLimit, 0)));
    sleep(SECOND).await;
    assert_eq!(refused(&budget, &mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 2);
}

static SLOW: RateLimit = RateLimit::per_second(1);

#[retry(max_attempts = 5, retry_on = Timeout, budget = budget, backoff = none, deadline = 2500ms, rate_limit = SLOW)]
async fn until(budget: &Budget) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, budget = budget, backoff = none, cancel = sleep(after), rate_limit = SLOW)]
async fn cancelled(budget: &Budget, after: Duration) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn nothing_waits_for_it_past_half_of_the_time_left_or_the_end_of_the_call() {
    let (begun, budget) = (Instant::now(), Budget::credit());
    assert_eq!(until(&budget).await, Err(Fault::Timeout));
    assert_eq!(begun.elapsed().as_secs(), 1, "a third attempt would wait for 1 s of the 1.5 s that are left");
    assert_eq!(budget.left(3, || Moment::ORIGIN), 42 - 14);
    assert_eq!(until(&budget).await, Err(Fault::Timeout));
    let before = budget.left(3, || Moment::ORIGIN);
    let (begun, half) = (Instant::now(), SECOND / 2);
    assert_eq!(cancelled(&budget, half).await, Err(Fault::Stopped(StopReason::Cancelled, 0)));
    assert_eq!((begun.elapsed(), budget.left(3, || Moment::ORIGIN)), (half, before));
    sleep(SECOND).await;
    timeout(half, cancelled(&budget, SECOND)).await.unwrap_err();
    assert_eq!(budget.left(3, || Moment::ORIGIN), before, "dropped while it waited for the limit");
}

/// Counts the polls of a future.
struct Counted<'p, F>(Pin<Box<F>>, &'p AtomicU64);

impl<F: Future> Future for Counted<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.1.fetch_add(1, SeqCst);
        self.0.as_mut().poll(cx)
    }
}

/// Runs `callers` calls at once; returns their polls, the time they took, and the order in which they were served.
async fn herd<F: Future<Output = Result<(), Fault>>>(callers: u64, call: fn() -> F) -> (u64, Duration, Vec<u64>) {
    let (polls, order, begun) = (AtomicU64::new(0), Mutex::new(Vec::new()), Instant::now());
    let calls = (0..callers).map(|caller| {
        let order = &order;
        let call = async move {
            call().await.unwrap();
            order.lock().unwrap().push(caller);
        };
        Counted(Box::pin(call), &polls)
    });
    futures_util::future::join_all(calls).await;
    (polls.into_inner(), begun.elapsed(), order.into_inner().unwrap())
}

static HUNDRED: RateLimit = RateLimit::per_second(100).burst(1);
static THOUSANDS: RateLimit = RateLimit::per_second(2000).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, rate_limit = HUNDRED)]
async fn at_a_hundred() -> Result<(), Fault> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, rate_limit = THOUSANDS)]
async fn at_thousands() -> Result<(), Fault> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn each_call_waits_by_one_timer_and_the_first_is_served_first() {
    let (polls, took, order) = herd(300, at_a_hundred).await;
    assert_eq!((polls, took), (1 + 299 * 2, Duration::from_millis(2990)), "the first does not wait");
    assert_eq!(order, (0..300).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn the_work_of_a_herd_grows_with_its_calls_only() {
    for callers in [500, 4000] {
        let (polls, took, order) = herd(callers, at_thousands).await;
        assert_eq!(polls, 1 + (callers - 1) * 2);
        // The timer has whole milliseconds, so two calls share one.
        assert_eq!(took, Duration::from_millis(callers / 2), "{callers}");
        let displaced = order.iter().zip(0..).map(|(caller, at)| caller.abs_diff(at)).max();
        assert!(displaced <= Some(1), "{displaced:?}");
        sleep(SECOND).await;
    }
}

static LEFT: RateLimit = RateLimit::per_second(1).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, rate_limit = LEFT)]
async fn at_one_a_second() -> Result<(), Fault> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, deadline = 2500ms, rate_limit = LEFT, backoff = none)]
async fn until_two_and_a_half() -> Result<(), Fault> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, cancel = sleep(after), rate_limit = LEFT)]
async fn left_after(after: Duration) -> Result<(), Fault> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_call_that_leaves_gives_its_time_back() {
    let begun = Instant::now();
    at_one_a_second().await.unwrap();
    let half = SECOND / 2;
    let mut calls: Vec<_> = (0..5).map(|_| tokio::spawn(at_one_a_second())).collect();
    tokio::task::yield_now().await;
    // It would be served after 6 s.
    assert_eq!(until_two_and_a_half().await, Err(Fault::Stopped(StopReason::RateLimit, 0)));
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // Those of the second and the fourth second leave, and one behind all others.
    assert_eq!(left_after(half).await, Err(Fault::Stopped(StopReason::Cancelled, 0)));
    for leaves in [3, 1] {
        calls.remove(leaves).abort();
    }
    tokio::task::yield_now().await;
    let mut next = Vec::new();
    for _ in 0..3 {
        let call = async move {
            at_one_a_second().await.unwrap();
            begun.elapsed().as_secs()
        };
        next.push(tokio::spawn(call));
        tokio::task::yield_now().await;
    }
    let mut served = Vec::new();
    for call in next {
        served.push(call.await.unwrap());
    }
    assert_eq!(served, [2, 4, 6], "the time of who leaves is the next one's");
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

static BLOCKED: RateLimit = RateLimit::per_second(1).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, cancel = is_cancelled, rate_limit = BLOCKED)]
fn blocked(is_cancelled: impl FnMut() -> bool) -> Result<(), Fault> {
    Ok(())
}

#[test]
fn a_blocking_call_that_leaves_gives_its_time_back() {
    let clock = testing::pause();
    blocked(|| false).unwrap();
    let half = SECOND / 2;
    let cancelled = blocked(|| clock.elapsed() >= half);
    assert_eq!((cancelled, clock.elapsed()), (Err(Fault::Stopped(StopReason::Cancelled, 0)), half));
    let panics = std::panic::AssertUnwindSafe(|| blocked(|| panic!("in `cancel`")));
    std::panic::catch_unwind(panics).unwrap_err();
    blocked(|| false).unwrap();
    assert_eq!(clock.elapsed(), SECOND);
}

static STOPPED: RateLimit = RateLimit::per_second(1).burst(1);

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, deadline = 2500ms, rate_limit = STOPPED, backoff = none)]
async fn in_a_process_that_is_stopped() -> Result<(), Fault> {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn after_the_wait_the_clock_is_read_once_more() {
    in_a_process_that_is_stopped().await.unwrap();
    let call = tokio::spawn(in_a_process_that_is_stopped());
    tokio::task::yield_now().await;
    tokio::time::advance(3 * SECOND).await;
    assert_eq!(call.await.unwrap(), Err(Fault::Stopped(StopReason::Deadline, 0)));
}

#[test]
fn a_limit_of_any_time_displays_as_it_was_made_and_its_numbers_are_checked() {
    const HOUR: Duration = Duration::from_hours(1);
    let limits = [
        (RateLimit::per_second(50), "per_second(50)"),
        (RateLimit::per_second(50).refusing().burst(5), "per_second(50), burst(5), refusing"),
        (RateLimit::per_minute(600), "per_minute(600)"),
        (RateLimit::per(600, 60 * SECOND).burst(1), "per_minute(600), burst(1)"),
        (RateLimit::per(7, HOUR), "per(7, 1h)"),
        (RateLimit::try_per_minute(600, 6).unwrap(), "per_minute(600), burst(6)"),
        (RateLimit::try_per(3, SECOND * 3 / 2, 3).unwrap(), "per(3, 1.5s)"),
    ];
    for (limit, text) in limits {
        assert_eq!(limit.to_string(), text);
    }
    let refused = [
        (RateLimit::try_per_minute(0, 1), "a rate limit of zero allows no attempt"),
        (RateLimit::try_per_minute(1, 0), "a burst of zero allows no attempt"),
        (RateLimit::try_per(1, Duration::ZERO, 1), "the time of a rate limit must be above zero and at most a day"),
        (RateLimit::try_per(1, 25 * HOUR, 1), "the time of a rate limit must be above zero and at most a day"),
        (RateLimit::try_per(1, HOUR, 10_000), "a burst that takes more than a year to be full again"),
    ];
    for (limit, words) in refused {
        let message = limit.unwrap_err().to_string();
        assert!(message.starts_with(words), "{message}");
    }
}
