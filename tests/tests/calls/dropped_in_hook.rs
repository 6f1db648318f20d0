//! What a call has withdrawn comes back if it ends inside its hook.

use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use retry_runtime::{Attempt, Budget, Moment, Stopped, retry};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

#[derive(Debug)]
struct Failed;

impl From<Stopped> for Failed {
    fn from(_: Stopped) -> Self {
        Self
    }
}

impl retry_runtime::Classify for Failed {
    fn class(&self) -> retry_runtime::Class {
        retry_runtime::Class::Timeout
    }
}

async fn never(_: &Attempt, _: &Failed) {
    pending::<()>().await;
}

/// Each attempt hangs and is cut, so that its retry is withdrawn before the hook.
#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, attempt_timeout = 100ms, budget = budget, on_retry = never)]
async fn cut(budget: &Budget) -> Result<(), Failed> {
    pending().await
}

fn left(budget: &Budget) -> u64 {
    budget.left(3, || Moment::ORIGIN)
}

#[tokio::test(start_paused = true)]
async fn what_was_withdrawn_before_a_hook_is_refunded() {
    for (budget, full) in [
        (Budget::credit(), 42),
        (Budget::credit().without_wait(), 42),
        (Budget::aws(), 500),
        (Budget::ratio(0.0, Duration::from_secs(10)).reserve(1.0), 10),
        (Budget::in_flight(0.0, 3), 3),
    ] {
        for _ in 0..5 {
            timeout(Duration::from_secs(1), cut(&budget)).await.unwrap_err();
            sleep(Duration::from_secs(1)).await;
        }
        assert_eq!(left(&budget), full, "{budget}");
        if full == 42 {
            assert!(budget.is_at_rest(), "no retry is under way");
        }
    }
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = budget, on_retry = |_, _| fails_itself())]
fn panics(budget: &Budget) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

fn fails_itself() {
    panic!("in the hook");
}

#[test]
fn a_hook_that_panics_costs_no_retry() {
    let (waits, refuses) = (Budget::credit(), Budget::credit().without_wait());
    for budget in [&waits, &refuses] {
        catch_unwind(AssertUnwindSafe(|| panics(budget))).unwrap_err();
        assert_eq!(left(budget), 42);
    }
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = budget, context = attempt)]
fn panics_later(budget: &Budget) -> Result<(), Fault> {
    assert!(attempt.number() == 1, "in the second attempt");
    Err(Fault::Timeout)
}

#[test]
fn a_body_that_panics_is_no_longer_under_way() {
    let budget = Budget::credit();
    catch_unwind(AssertUnwindSafe(|| panics_later(&budget))).unwrap_err();
    assert_eq!(left(&budget), 42 - 14, "a retry that was made is not refunded");
    assert!(!budget.waiting_credit(3).unwrap().is_under_way());
}

#[retry(
    max_attempts = 3, retry_on = Timeout, backoff = fixed(1s), jitter = none, budget = budget,
    cancel = || { polls += 1; assert!(polls < panics_at, "in the source of cancellation"); false },
)]
fn cancel_panics(budget: &Budget, mut polls: u32, panics_at: u32) -> Result<(), Failed> {
    Err(Failed)
}

#[test]
fn a_source_of_cancellation_that_panics_leaves_the_line() {
    let _clock = retry_runtime::testing::pause();
    let budget = Budget::credit_of(14);
    let credit = budget.waiting_credit(3).unwrap();
    assert!(credit.start(), "a retry that never ends");
    // In the delay, and in line.
    for panics_at in [50, 110] {
        catch_unwind(AssertUnwindSafe(|| cancel_panics(&budget, 0, panics_at))).unwrap_err();
        assert!(!credit.has_line());
    }
    assert!(!credit.put_back(true, || Moment::ORIGIN));
    assert!(budget.is_at_rest());
}
