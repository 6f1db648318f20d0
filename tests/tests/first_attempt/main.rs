//! The first attempt that succeeds: no allocation, no clock, no randomness.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use retry_runtime::{Backoff, Breaker, Budget, Classify, Delays, Jitter, Stopped, random, retry, testing};

#[derive(Classify, Debug, PartialEq)]
enum Fault {
    Timeout,
}

#[derive(Classify, Debug)]
enum Limited {
    Timeout,
    Stopped,
}

impl From<Fault> for Limited {
    fn from(_: Fault) -> Self {
        Self::Timeout
    }
}

impl From<Stopped> for Limited {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// Fails so many times.
fn read(failures: &Cell<u32>) -> Result<u64, Fault> {
    match failures.get().checked_sub(1) {
        None => Ok(7),
        Some(left) => {
            failures.set(left);
            Err(Fault::Timeout)
        }
    }
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
fn blocking(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

#[retry(max_attempts = 3, backoff = none, retry_on = Timeout)]
fn blocking_at_once(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
async fn future(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

#[retry(max_attempts = 3, backoff = none, retry_on = Timeout)]
async fn future_at_once(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout, runtime = smol)]
async fn future_on_smol(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout, runtime = futures_timer)]
async fn future_on_futures_timer(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

/// Returns the output of a future that never waits, without a runtime.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn nothing_is_allocated_where_the_first_attempt_succeeds() {
    let failures = Cell::new(0);
    let allocated = measure(|| {
        assert_eq!(blocking(&failures), Ok(7));
        assert_eq!(now(future(&failures)), Ok(7));
        assert_eq!(now(future_on_smol(&failures)), Ok(7));
        assert_eq!(now(future_on_futures_timer(&failures)), Ok(7));
    });
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn nothing_is_kept_where_retries_wait_for_nothing() {
    let failures = Cell::new(2);
    // An operation that fails for the first time gets room for what the report counts of failures.
    assert_eq!(blocking_at_once(&failures), Ok(7));
    failures.set(2);
    assert_eq!(now(future_at_once(&failures)), Ok(7));
    failures.set(2);
    let allocated = measure(|| {
        assert_eq!(blocking_at_once(&failures), Ok(7));
        failures.set(2);
        assert_eq!(now(future_at_once(&failures)), Ok(7));
        failures.set(3);
        assert_eq!(blocking_at_once(&failures), Err(Fault::Timeout));
    });
    // The labels of `metrics` alone, while an event is told.
    assert_eq!((allocated.count_current, allocated.bytes_current), (0, 0));
}

#[test]
fn the_count_sees_what_is_allocated() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(7)))).count_total, 1);
}

#[retry(deadline = 1s, retry_on = Timeout)]
fn with_a_deadline(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

static BUDGET: Budget = Budget::credit();
static BREAKER: Breaker = Breaker::new();

#[retry(retry_on = Timeout, backoff = none, budget = BUDGET, breaker = BREAKER)]
fn shared(failures: &Cell<u32>) -> Result<u64, Limited> {
    Ok(read(failures)?)
}

/// Number of clock reads.
fn reads<T>(run: impl FnOnce() -> T) -> u64 {
    let before = testing::clock_reads();
    run();
    testing::clock_reads() - before
}

#[test]
fn no_clock_is_read_before_the_first_failure() {
    let failures = Cell::new(0);
    // As many as it takes until a number is published.
    let calls = || {
        for _ in 0..64 {
            assert_eq!(blocking(&failures), Ok(7));
            assert_eq!(now(future(&failures)), Ok(7));
            assert_eq!(now(future_on_smol(&failures)), Ok(7));
            assert_eq!(now(future_on_futures_timer(&failures)), Ok(7));
            assert_eq!(shared(&failures).unwrap(), 7);
        }
    };
    // The report notes when it first sees an operation.
    calls();
    // The first calls make the replicas, and publish them.
    calls();
    calls();
    assert_eq!(reads(calls), 0);
}

#[retry(retry_on = Timeout, backoff = none, budget = BUDGET, breaker = BREAKER)]
fn shared_in_scope(failures: &Cell<u32>) -> Result<u64, Limited> {
    Ok(read(failures)?)
}

#[test]
fn a_first_success_in_the_scope_of_a_test_reads_no_clock() {
    let failures = Cell::new(0);
    let calls = || {
        for _ in 0..64 {
            assert_eq!(blocking(&failures), Ok(7));
            assert_eq!(now(future(&failures)), Ok(7));
            assert_eq!(shared_in_scope(&failures).unwrap(), 7);
        }
    };
    let _scope = testing::scope();
    // The report notes when it first sees an operation.
    calls();
    assert_eq!((reads(calls), reads(calls), reads(calls)), (0, 0, 0));
}

#[test]
fn the_count_sees_a_clock_that_is_read() {
    let failures = Cell::new(0);
    with_a_deadline(&failures).unwrap();
    assert_eq!(reads(|| with_a_deadline(&failures)), 1);
    let _paused = testing::pause();
    assert_eq!(reads(|| with_a_deadline(&failures)), 1);
}

/// Its own, since another test that runs just then would share its budget.
#[retry(max_attempts = 3, backoff = none, retry_on = Timeout)]
async fn undrawn(failures: &Cell<u32>) -> Result<u64, Fault> {
    read(failures)
}

/// The only test here that may draw: the generator is the process's.
#[test]
fn no_chance_is_drawn_before_a_wait_has_a_spread() {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    random::install(|| DRAWN.fetch_add(1, Ordering::Relaxed)).unwrap();

    let failures = Cell::new(0);
    assert_eq!(blocking(&failures), Ok(7));
    assert_eq!(now(future(&failures)), Ok(7));
    failures.set(2);
    assert_eq!(now(undrawn(&failures)), Ok(7));
    assert_eq!(DRAWN.load(Ordering::Relaxed), 0);

    let millisecond = std::time::Duration::from_millis(1);
    assert!(Delays::new(Backoff::fixed(millisecond), Jitter::full()).next().is_some());
    assert_eq!(DRAWN.load(Ordering::Relaxed), 1);
}
