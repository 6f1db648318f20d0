//! Nested give-ups: marks that inner calls leave, across everything that runs them.

use std::cell::Cell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_runtime::{Breaker, StopReason, propagate, propagate_blocking, retry};
use retry_tests::Fault;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

/// Gives up after two attempts, a second apart; `tried` counts them.
#[retry(max_attempts = 2, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none)]
async fn dead(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    Err(Fault::Timeout)
}

/// Succeeds after so long.
#[retry(retry_on = Timeout, budget = none)]
async fn alive(after: Duration) -> Result<(), Fault> {
    sleep(after).await;
    Ok(())
}

/// Runs one attempt after the other around `body`, up to three; how many it ran, and why it stopped.
async fn around(body: impl AsyncFn() -> Result<(), Fault>) -> (u32, StopReason) {
    let why = Cell::new(StopReason::Succeeded);
    let ran = Cell::new(0);
    let _ = attempts(&body, &ran, &why).await;
    (ran.get(), why.get())
}

#[retry(
    max_attempts = 3,
    retry_on = Timeout,
    backoff = none,
    budget = none,
    fallback = |attempt, error| {
        why.set(attempt.stop_reason());
        Err(error)
    },
)]
async fn attempts(
    body: &impl AsyncFn() -> Result<(), Fault>,
    ran: &Cell<u32>,
    why: &Cell<StopReason>,
) -> Result<(), Fault> {
    ran.set(ran.get() + 1);
    body().await
}

const STOPPED: (u32, StopReason) = (1, StopReason::Nested);
const USED: (u32, StopReason) = (3, StopReason::Attempts);
/// In the second attempt `dead` repeats once, which uses up the third.
const USED_UP: (u32, StopReason) = (2, StopReason::Attempts);

#[tokio::test(start_paused = true)]
async fn what_has_given_up_inside_is_not_repeated_outside() {
    let tried = AtomicU32::new(0);
    assert_eq!(around(async || dead(&tried).await).await, STOPPED);
    assert_eq!(tried.into_inner(), 2);
    assert_eq!(around(async || Err(Fault::Timeout)).await, USED, "its own failure is");
    let permanent = async || {
        let _ = bad().await;
        Err(Fault::Timeout)
    };
    assert_eq!(around(permanent).await, USED, "a failure that is not retryable is no giving up");
}

#[retry(retry_on = Timeout)]
async fn bad() -> Result<(), Fault> {
    Err(Fault::Bad)
}

#[tokio::test(start_paused = true)]
async fn only_a_call_that_began_after_it_and_succeeded_clears_the_mark() {
    let tried = AtomicU32::new(0);
    let repaired = async || {
        let _ = dead(&tried).await;
        alive(Duration::ZERO).await?;
        Err(Fault::Timeout)
    };
    assert_eq!(around(repaired).await, USED_UP);
    let meanwhile = async || {
        let (failed, _) = tokio::join!(dead(&tried), alive(5 * SECOND));
        failed
    };
    assert_eq!(around(meanwhile).await, STOPPED, "it succeeded later, but had begun before");
    let failed_again = async || {
        let _ = dead(&tried).await;
        let (_, failed) = tokio::join!(alive(5 * SECOND), dead(&tried));
        failed
    };
    assert_eq!(around(failed_again).await, STOPPED, "another gave up since");
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, attempt_timeout = 1500ms)]
async fn cut(ran: &AtomicU32, tried: &AtomicU32) -> Result<(), Fault> {
    ran.fetch_add(1, Relaxed);
    slowly_dead(tried).await
}

#[retry(max_attempts = 9, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none)]
async fn slowly_dead(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    Err(Fault::Timeout)
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, attempt_timeout = 1500ms)]
async fn cut_in_its_first(ran: &AtomicU32) -> Result<(), Fault> {
    ran.fetch_add(1, Relaxed);
    alive(60 * SECOND).await
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_cut_while_the_call_inside_retries_is_not_repeated() {
    let (ran, tried) = (AtomicU32::new(0), AtomicU32::new(0));
    assert_eq!(cut(&ran, &tried).await, Err(Fault::Stopped(StopReason::Nested, 1)));
    assert_eq!((ran.into_inner(), tried.into_inner()), (1, 2));
    let ran = AtomicU32::new(0);
    assert_eq!(cut_in_its_first(&ran).await, Err(Fault::Stopped(StopReason::Attempts, 2)));
    assert_eq!(ran.into_inner(), 2, "inside nothing was repeated yet");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_loses_a_race_after_its_first_wait_began_has_given_up() {
    let tried = AtomicU32::new(0);
    let raced = async || {
        tokio::select! {
            failed = slowly_dead(&tried) => failed,
            () = sleep(SECOND / 2) => Err(Fault::Timeout),
        }
    };
    assert_eq!(around(raced).await, STOPPED);
    let raced_at_once = async || {
        tokio::select! {
            won = alive(9 * SECOND) => won,
            () = sleep(SECOND / 2) => Err(Fault::Timeout),
        }
    };
    assert_eq!(around(raced_at_once).await, USED, "one attempt is no giving up");
}

/// Fails at once, and then works for ever.
#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn hangs_in_its_second(tried: &AtomicU32) -> Result<(), Fault> {
    match tried.fetch_add(1, Relaxed) {
        0 => Err(Fault::Timeout),
        _ => std::future::pending().await,
    }
}

#[tokio::test(start_paused = true)]
async fn so_has_one_that_loses_it_in_its_second_attempt() {
    let raced = async || {
        let tried = AtomicU32::new(0);
        tokio::select! {
            failed = hangs_in_its_second(&tried) => failed,
            () = sleep(SECOND) => Err(Fault::Timeout),
        }
    };
    assert_eq!(around(raced).await, STOPPED);
}

static OPEN: Breaker = Breaker::new();

#[retry(retry_on = Timeout, budget = none, breaker = OPEN)]
async fn behind_an_open_breaker() -> Result<(), Fault> {
    Ok(())
}

#[retry(max_attempts = unbounded, retry_on = Timeout, backoff = exp(1s, 2s), cancel = sleep(5 * SECOND))]
async fn cancelled() -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn so_has_one_that_was_refused_or_cancelled() {
    OPEN.force_open();
    let told = async |ended: Result<(), Fault>| {
        assert!(ended.is_err());
        Err(Fault::Timeout)
    };
    assert_eq!(around(async || told(behind_an_open_breaker().await).await).await, STOPPED);
    assert_eq!(around(async || told(cancelled().await).await).await, STOPPED);
}

#[retry(max_attempts = 99, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = none)]
async fn without_an_end(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    Err(Fault::Timeout)
}

#[retry(retry_on = Connect, budget = none, deadline = 3500ms)]
async fn until(inside: &impl AsyncFn() -> Result<(), Fault>) -> Result<(), Fault> {
    inside().await
}

#[tokio::test(start_paused = true)]
async fn a_deadline_is_carried_along() {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let carried = async || tokio::spawn(propagate(without_an_end(&TRIED))).await.expect("it does not panic");
    assert_eq!(until(&carried).await, Err(Fault::Timeout));
    assert_eq!(TRIED.swap(0, Relaxed), 4);
    let spawned = async || tokio::spawn(without_an_end(&TRIED)).await.expect("it does not panic");
    assert_eq!(until(&spawned).await, Err(Fault::Timeout));
    assert_eq!(TRIED.swap(0, Relaxed), 99, "a task that stands alone has none");
}

#[tokio::test(start_paused = true)]
async fn a_task_stands_alone_unless_it_is_carried() {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let spawned = async || tokio::spawn(dead(&TRIED)).await.expect("it does not panic");
    assert_eq!(around(spawned).await, USED);
    let carried = async || tokio::spawn(propagate(dead(&TRIED))).await.expect("it does not panic");
    assert_eq!(around(carried).await, STOPPED);
    let repaired = async || {
        let _ = tokio::spawn(propagate(dead(&TRIED))).await.expect("it does not panic");
        alive(Duration::ZERO).await?;
        Err(Fault::Timeout)
    };
    assert_eq!(around(repaired).await, USED_UP, "a later success here clears the mark from there");
    let repaired_there = async || {
        let _ = dead(&TRIED).await;
        let _ = tokio::spawn(propagate(alive(Duration::ZERO))).await.expect("it does not panic");
        Err(Fault::Timeout)
    };
    assert_eq!(around(repaired_there).await, USED_UP, "and the other way round");
}

#[retry(max_attempts = 9, retry_on = Timeout, backoff = none, budget = none)]
async fn always(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    Err(Fault::Timeout)
}

/// Fails by its own fault first, so that its second attempt counts what is retried inside.
#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn in_its_second(ran: &AtomicU32, inside: &impl AsyncFn() -> Result<(), Fault>) -> Result<(), Fault> {
    match ran.fetch_add(1, Relaxed) {
        0 => Err(Fault::Timeout),
        _ => inside().await,
    }
}

type Boxed = Pin<Box<dyn Future<Output = Result<(), Fault>>>>;

static TRIED: AtomicU32 = AtomicU32::new(0);

#[retry(max_attempts = 5, retry_on = Connect, backoff = none, budget = none)]
async fn between() -> Result<(), Fault> {
    always(&TRIED).await
}

#[tokio::test]
async fn retries_inside_a_retry_use_up_its_attempts_wherever_they_run() {
    let counted = async |inside: &dyn Fn() -> Boxed| {
        TRIED.store(0, Relaxed);
        let _ = in_its_second(&AtomicU32::new(0), &async || inside().await).await;
        TRIED.load(Relaxed)
    };
    assert_eq!(counted(&|| Box::pin(always(&TRIED))).await, 2, "one attempt was left after the second of three");
    let carried =
        || Box::pin(async { tokio::spawn(propagate(always(&TRIED))).await.expect("it does not panic") }) as Boxed;
    assert_eq!(counted(&carried).await, 2);
    let spawned = || Box::pin(async { tokio::spawn(always(&TRIED)).await.expect("it does not panic") }) as Boxed;
    assert_eq!(counted(&spawned).await, 2 * 9, "a task that is not carried has nothing to do with it");
    let both = || {
        Box::pin(async {
            let (one, other) = tokio::join!(always(&TRIED), tokio::spawn(propagate(always(&TRIED))));
            one.and(other.expect("it does not panic"))
        }) as Boxed
    };
    assert_eq!(counted(&both).await, 3, "both draw from the one that is left");
    let deeper = || Box::pin(between()) as Boxed;
    assert_eq!(counted(&deeper).await, 2, "through the first attempt of a call between");
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn pages(ran: &AtomicU32) -> Result<u32, Fault> {
    let mut read = 0;
    for _ in 0..100 {
        read += page(&AtomicU32::new(0)).await?;
    }
    ran.fetch_add(1, Relaxed);
    Ok(read)
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
async fn page(tried: &AtomicU32) -> Result<u32, Fault> {
    if tried.fetch_add(1, Relaxed) < 2 { Err(Fault::Timeout) } else { Ok(1) }
}

#[tokio::test]
async fn a_loop_inside_a_first_attempt_keeps_its_retries() {
    assert_eq!(pages(&AtomicU32::new(0)).await, Ok(100));
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
fn dead_blocking(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    Err(Fault::Timeout)
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none)]
fn around_blocking(ran: &mut u32, body: impl Fn() -> Result<(), Fault>) -> Result<(), Fault> {
    *ran += 1;
    body()
}

#[tokio::test]
async fn blocking_calls_tell_it_too_inside_async_ones_and_in_threads() {
    let tried = AtomicU32::new(0);
    assert_eq!(around(async || dead_blocking(&tried)).await, STOPPED);
    let runs = |body: &dyn Fn() -> Result<(), Fault>| {
        let mut ran = 0;
        let _ = around_blocking(&mut ran, body);
        ran
    };
    assert_eq!(runs(&|| dead_blocking(&tried)), 1);
    assert_eq!(runs(&|| Err(Fault::Timeout)), 3);
    let joined = |carried: bool| {
        std::thread::scope(|threads| {
            let thread = if carried {
                threads.spawn(propagate_blocking(|| dead_blocking(&tried)))
            } else {
                threads.spawn(|| dead_blocking(&tried))
            };
            thread.join().expect("it does not panic")
        })
    };
    assert_eq!(runs(&|| joined(true)), 1);
    assert_eq!(runs(&|| joined(false)), 3);
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none)]
fn panics_in_its_second(tried: &AtomicU32) -> Result<(), Fault> {
    assert_eq!(tried.fetch_add(1, Relaxed), 0, "the second attempt panics");
    Err(Fault::Timeout)
}

#[test]
fn a_call_that_a_panic_ends_in_a_retry_has_given_up() {
    let mut ran = 0;
    let ended = around_blocking(&mut ran, || {
        let tried = AtomicU32::new(0);
        catch_unwind(AssertUnwindSafe(|| panics_in_its_second(&tried))).unwrap_err();
        Err(Fault::Timeout)
    });
    assert_eq!((ended, ran), (Err(Fault::Timeout), 1));
}
