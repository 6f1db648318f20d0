//! Annotated functions behind a circuit breaker whose attempts their callers drop, on a paused clock.

use std::cell::Cell;
use std::future::pending;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use retry_runtime::breaker::{Breaker, State};
use retry_runtime::{Moment, StopReason, retry, testing};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const WORK: Duration = Duration::from_millis(40);

/// Opens at two failures of four calls.
const fn breaker() -> Breaker {
    Breaker::new().window_calls(4).minimum_calls(2)
}

fn failed(breaker: &Breaker) -> u32 {
    breaker.counts(Moment::ORIGIN).failed()
}

/// Defines a function with a breaker of its own, and that breaker.
macro_rules! operation {
    ($function:ident, $breaker:ident $(, $option:ident = $value:expr)*) => {
        static $breaker: Breaker = breaker();

        #[retry(retry_on = Timeout, backoff = none, budget = none, breaker = $breaker $(, $option = $value)*)]
        async fn $function(works: Duration) -> Result<(), Fault> {
            sleep(works).await;
            Ok(())
        }
    };
}

/// Calls `call` as often as the breaker needs to learn how long successes take.
async fn teach<F: Future<Output = Result<(), Fault>>>(call: impl Fn(Duration) -> F) {
    for _ in 0..100 {
        call(WORK).await.unwrap();
    }
}

operation!(hangs, HANGS);

#[tokio::test(start_paused = true)]
async fn a_hang_behind_an_outer_timeout_opens_it() {
    teach(hangs).await;
    assert!(HANGS.drop_limit().is_some_and(|limit| limit > WORK && limit < 4 * WORK));
    timeout(SECOND, hangs(60 * SECOND)).await.unwrap_err();
    assert_eq!((HANGS.state(), failed(&HANGS)), (State::Closed, 1));
    timeout(SECOND, hangs(60 * SECOND)).await.unwrap_err();
    assert_eq!(HANGS.state(), State::Open);
    assert_eq!(hangs(WORK).await, Err(Fault::Stopped(StopReason::Breaker, 0)));

    sleep(2 * SECOND).await;
    timeout(SECOND, async { tokio::join!(hangs(60 * SECOND), hangs(60 * SECOND), hangs(60 * SECOND)) })
        .await
        .unwrap_err();
    assert_eq!(HANGS.state(), State::Open, "the dropped probes opened it again");

    sleep(3 * SECOND).await;
    for _ in 0..3 {
        hangs(WORK).await.unwrap();
    }
    assert_eq!(HANGS.state(), State::Closed);
}

operation!(left_early, LEFT_EARLY);

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_early_tells_nothing() {
    for _ in 0..9 {
        timeout(SECOND, left_early(60 * SECOND)).await.unwrap_err();
    }
    teach(left_early).await;
    for _ in 0..9 {
        timeout(WORK, left_early(60 * SECOND)).await.unwrap_err();
        let never_polled = left_early(60 * SECOND);
        sleep(SECOND).await;
        drop(never_polled);
    }
    assert_eq!((LEFT_EARLY.state(), failed(&LEFT_EARLY)), (State::Closed, 0));
}

static CANCELLED: Breaker = breaker();

#[retry(retry_on = Timeout, budget = none, breaker = CANCELLED, cancel = sleep(stops))]
async fn cancelled(works: Duration, stops: Duration) -> Result<(), Fault> {
    sleep(works).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_attempt_tells_nothing() {
    teach(|works| cancelled(works, SECOND)).await;
    for _ in 0..9 {
        assert_eq!(cancelled(60 * SECOND, SECOND).await, Err(Fault::Stopped(StopReason::Cancelled, 1)));
    }
    assert_eq!((CANCELLED.state(), failed(&CANCELLED)), (State::Closed, 0));
}

operation!(cut, CUT, attempt_timeout = Duration::from_millis(500));

#[tokio::test(start_paused = true)]
async fn an_attempt_that_its_own_timeout_cuts_counts_once() {
    teach(cut).await;
    timeout(Duration::from_millis(520), cut(60 * SECOND)).await.unwrap_err();
    assert_eq!(failed(&CUT), 1, "the second attempt had run for 20 ms");
}

static STEPWISE: Breaker = breaker();

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = STEPWISE, on_retry = |_, _| {})]
async fn stepwise(works: Duration) -> Result<(), Fault> {
    sleep(works).await;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_attempt_of_a_function_with_hooks_counts_too() {
    teach(stepwise).await;
    for _ in 0..2 {
        timeout(SECOND, stepwise(60 * SECOND)).await.unwrap_err();
    }
    assert_eq!(STEPWISE.state(), State::Open);
}

static WAITS: Breaker = breaker();

#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(60s), jitter = none, budget = none, breaker = WAITS)]
async fn waits(works: Duration, fails: bool) -> Result<(), Fault> {
    sleep(works).await;
    if fails { Err(Fault::Timeout) } else { Ok(()) }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_while_it_waits_counts_its_failure_once() {
    teach(|works| waits(works, false)).await;
    timeout(SECOND, waits(WORK, true)).await.unwrap_err();
    assert_eq!(failed(&WAITS), 1);
}

static PANICS: Breaker = breaker();

#[retry(retry_on = Timeout, budget = none, breaker = PANICS)]
async fn panics(works: Duration, does: bool) -> Result<(), Fault> {
    sleep(works).await;
    assert!(!does, "the body's own fault");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_panic_tells_nothing() {
    teach(|works| panics(works, false)).await;
    for _ in 0..2 {
        tokio::spawn(AssertUnwindSafe(panics(SECOND, true))).await.unwrap_err();
    }
    assert_eq!((PANICS.state(), failed(&PANICS)), (State::Closed, 0));
}

static READS: Breaker = breaker();

#[retry(retry_on = Timeout, budget = none, breaker = READS)]
async fn reads(waits: bool, polled: &Cell<bool>) -> Result<(), Fault> {
    if waits && !polled.replace(true) {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_waits_reads_the_clock_twice_and_one_that_does_not_never() {
    let count = async |waits| {
        let before = testing::clock_reads();
        reads(waits, &Cell::new(false)).await.unwrap();
        testing::clock_reads() - before
    };
    // The report reads it when it first sees an operation.
    for _ in 0..100 {
        count(true).await;
    }
    assert_eq!((count(false).await, count(true).await), (0, 2));
    assert_eq!(READS.drop_limit(), Some(Duration::from_millis(50)));
}

#[tokio::test(start_paused = true)]
async fn drops_of_a_body_that_never_ends_count_without_a_timer() {
    static FOREVER: Breaker = breaker();

    #[retry(retry_on = Timeout, budget = none, breaker = FOREVER)]
    async fn forever(hangs: bool) -> Result<(), Fault> {
        if hangs {
            pending::<()>().await;
        }
        sleep(WORK).await;
        Ok(())
    }

    teach(|_| forever(false)).await;
    for _ in 0..2 {
        timeout(SECOND, forever(true)).await.unwrap_err();
    }
    assert_eq!(FOREVER.state(), State::Open);
}
