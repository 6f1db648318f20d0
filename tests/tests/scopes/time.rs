//! Delays that pass at once, and the time that moves by them.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use retry_runtime::testing::{self, Scope};
use retry_runtime::{Concurrency, RateLimit, StopReason, retry};

use crate::timeout;

const HOUR: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_mins(150);

#[retry(max_attempts = 4, retry_on = transient, backoff = fixed(1h), jitter = none, name = "time::sleeps")]
fn sleeps() -> io::Result<u32> {
    timeout()
}

#[retry(max_attempts = 4, retry_on = transient, backoff = fixed(1h), jitter = none, name = "time::waits")]
async fn waits() -> io::Result<u32> {
    timeout()
}

/// Runs a test's future on a runtime whose clock runs.
fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime starts").block_on(test)
}

#[test]
fn delays_pass_at_once_and_are_recorded() {
    let begin = Instant::now();
    let scope = testing::scope();
    assert!(sleeps().is_err());
    assert!(block_on(waits()).is_err());
    assert_eq!(scope.delays_of("time::sleeps"), [HOUR; 3]);
    assert_eq!(scope.delays_of("time::waits"), [HOUR; 3]);
    assert_eq!(scope.elapsed(), 6 * HOUR);
    scope.assert("time::waits").attempts(4).waited(3 * HOUR..=3 * HOUR).gave_up(StopReason::Attempts);
    assert!(begin.elapsed() < Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn delays_take_their_time_if_a_test_asks_for_it() {
    let begin = tokio::time::Instant::now();
    let scope = testing::scope();
    assert!(waits().await.is_err());
    assert_eq!(begin.elapsed(), Duration::ZERO);
    scope.real_delays();
    assert!(waits().await.is_err());
    assert_eq!(begin.elapsed(), 3 * HOUR);
    assert_eq!(scope.delays_of("time::waits"), [HOUR; 6], "they are recorded all the same");
}

#[test]
fn a_paused_clock_moves_with_the_scope() {
    let (clock, scope) = (testing::pause(), testing::scope());
    assert!(sleeps().is_err());
    assert_eq!((clock.elapsed(), scope.elapsed()), (3 * HOUR, 3 * HOUR));
}

#[retry(max_attempts = 9, retry_on = transient, backoff = fixed(1h), jitter = none, deadline = patience, budget = none, name = "time::ends")]
fn ends(patience: Duration) -> io::Result<u32> {
    timeout()
}

#[retry(max_attempts = 9, retry_on = transient, backoff = fixed(1h), jitter = none, deadline = patience, budget = none, name = "time::ends_async")]
async fn ends_async(patience: Duration) -> io::Result<u32> {
    timeout()
}

#[test]
fn a_deadline_ends_a_call_as_in_production() {
    let scope = testing::scope();
    for _ in 0..3 {
        assert!(ends(PATIENCE).is_err());
    }
    scope.assert("time::ends").calls(3).attempts(9).gave_up(StopReason::Deadline).waited(6 * HOUR..=6 * HOUR);
    block_on(async {
        assert!(ends_async(PATIENCE).await.is_err());
    });
    scope.assert("time::ends_async").attempts(3).gave_up(StopReason::Deadline);
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, deadline = 150m, nested = retry, name = "time::outer")]
async fn outer(inner: &mut u32) -> io::Result<u32> {
    *inner += 1;
    waits().await
}

/// The inner call has 150 minutes, of which the outer one knows.
#[test]
fn time_that_passes_inside_passes_outside() {
    let scope = testing::scope();
    let mut inner = 0;
    assert!(block_on(outer(&mut inner)).is_err());
    assert_eq!(scope.delays_of("time::waits"), [HOUR; 2]);
    scope.assert("time::waits").gave_up(StopReason::Deadline);
}

/// Each waits two hours of its two and a half, at the same time.
#[test]
fn calls_side_by_side_have_a_time_of_their_own() {
    let scope = testing::scope();
    block_on(async {
        let (one, other) = tokio::join!(ends_async(PATIENCE), ends_async(PATIENCE));
        assert!(one.is_err() && other.is_err());
        let spawned = [tokio::spawn(ends_async(PATIENCE)), tokio::spawn(ends_async(PATIENCE))];
        for task in spawned {
            assert!(task.await.expect("no panic").is_err());
        }
    });
    scope.assert("time::ends_async").calls(4).attempts(12).gave_up(StopReason::Deadline);
    assert_eq!(scope.elapsed(), 4 * HOUR, "two by two");
}

#[test]
fn threads_side_by_side_have_a_time_of_their_own() {
    let scope = Scope::new();
    let begin = std::sync::Barrier::new(8);
    thread::scope(|threads| {
        for _ in 0..8 {
            let (scope, begin) = (scope.clone(), &begin);
            threads.spawn(move || {
                scope.run(|| {
                    begin.wait();
                    assert!(ends(PATIENCE).is_err());
                });
            });
        }
    });
    scope.assert("time::ends").calls(8).gave_up(StopReason::Deadline).attempts(24);
}

static PACE: RateLimit = RateLimit::per_minute(1);

#[retry(retry_on = transient, rate_limit = PACE, name = "time::paced")]
fn paced() -> io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, rate_limit = PACE, name = "time::paced_async")]
async fn paced_async() -> io::Result<u32> {
    Ok(1)
}

#[test]
fn a_rate_limit_is_waited_for_at_once() {
    let scope = testing::scope();
    let begin = Instant::now();
    assert!(paced().is_ok() && paced().is_ok());
    assert!(block_on(paced_async()).is_ok());
    let elapsed = scope.elapsed();
    assert!((Duration::from_secs(119)..=Duration::from_mins(2)).contains(&elapsed), "{elapsed:?}");
    assert!(begin.elapsed() < Duration::from_secs(30));
}

#[retry(max_attempts = 9, retry_on = transient, name = "time::capped")]
fn capped() -> io::Result<u32> {
    timeout()
}

#[test]
fn a_cap_limits_every_call() {
    let scope = testing::scope();
    scope.at_most(2);
    assert!(capped().is_err());
    scope.assert("time::capped").attempts(2).gave_up(StopReason::Attempts);
    scope.reset();
    scope.at_most(1);
    assert!(capped().is_err());
    scope.assert("time::capped").attempts(1).gave_up(StopReason::Attempts);
    let policy = retry_runtime::Policy::new().retry_on(retry_runtime::Classes::new().transient()).max_attempts(9);
    assert!(retry_runtime::call_blocking(&policy, timeout::<u32>).is_err());
    assert!(scope.timeline().contains("gave up after 1 attempt: no attempts left"), "{}", scope.timeline());
}

#[retry(max_attempts = 2, retry_on = transient, context = attempt, backoff = none)]
fn asks_what_is_left() -> io::Result<u32> {
    Ok(attempt.left().expect("it has a limit"))
}

#[test]
fn an_attempt_knows_the_cap() {
    assert_eq!(asks_what_is_left().expect("it succeeds"), 1);
    let scope = testing::scope();
    scope.at_most(1);
    assert_eq!(asks_what_is_left().expect("it succeeds"), 0);
}

#[test]
fn jitter_is_the_same_in_each_run() {
    let delays = |seed: Option<u64>| {
        let scope = testing::scope();
        if let Some(seed) = seed {
            scope.seed(seed);
        }
        assert!(capped().is_err());
        let first = scope.delays_of("time::capped");
        scope.reset();
        assert!(capped().is_err());
        assert_eq!(scope.delays_of("time::capped"), first, "a reset begins again");
        first
    };
    assert_eq!(delays(None), delays(None));
    assert_eq!(delays(Some(7)), delays(Some(7)));
    assert_ne!(delays(Some(7)), delays(Some(8)));
    assert!(delays(None).iter().any(|delay| !delay.is_zero()));
}

/// The call that waits has a time of its own; the thread outside of the scope has not.
#[test]
fn time_that_a_scope_skips_stays_inside() {
    let waits_one = {
        let scope = testing::scope();
        let waits_one = Box::pin(waits());
        scope.advance(HOUR);
        assert!(sleeps().is_err());
        assert_eq!(scope.elapsed(), 4 * HOUR);
        waits_one
    };
    let outside = Scope::new();
    assert_eq!(outside.elapsed(), Duration::ZERO);
    let timeout = block_on(async { tokio::time::timeout(Duration::from_millis(1), waits_one).await });
    assert!(timeout.is_err(), "it begins outside, where delays take their time");
    outside.run(|| assert!(sleeps().is_err()));
    assert_eq!(outside.elapsed(), 3 * HOUR);
}

static PLACE: Concurrency = Concurrency::new(1);

#[retry(retry_on = transient, concurrency = PLACE, deadline = 10s, name = "time::one_at_a_time")]
async fn one_at_a_time() -> io::Result<u32> {
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(1)
}

/// A place becomes free when the other call ends, and its body takes its time.
#[tokio::test(start_paused = true)]
async fn a_place_of_another_call_is_waited_for() {
    let scope = testing::scope();
    let begin = tokio::time::Instant::now();
    let (one, other) = tokio::join!(one_at_a_time(), one_at_a_time());
    assert!(one.is_ok() && other.is_ok(), "{}", scope.timeline());
    assert_eq!((begin.elapsed(), scope.elapsed()), (Duration::from_secs(6), Duration::ZERO));
}
