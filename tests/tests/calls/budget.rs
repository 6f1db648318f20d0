//! The budgets that the retries of annotated functions draw from.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_runtime::{
    Backoff, Budget, Class, Classes, KeyedBudget, Moment, Policy, StopReason, TaskBudget, Withdrawal, propagate, retry,
    testing,
};
use retry_tests::Fault;
use tokio::time::{sleep, timeout};

/// Calls it so often; how many attempts were made in all.
fn attempts_of(calls: u32, mut call: impl FnMut(&mut u32) -> Result<(), Fault>) -> u32 {
    let mut tried = 0;
    for _ in 0..calls {
        assert_eq!(call(&mut tried), Err(Fault::Timeout), "the caller's error is its own");
    }
    tried
}

fn fail(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, backoff = none)]
fn three(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(max_attempts = 10, retry_on = Timeout, backoff = none)]
fn ten(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = credit(70))]
fn five_retries(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = credit(aws))]
fn on_awss_terms(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = none)]
fn without_a_budget(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = ratio(0.1, 10s, reserve = 0))]
fn a_tenth(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = in_flight(0, 1))]
fn one_at_a_time(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn a_dead_service_gets_one_calls_worth_of_retries_and_then_a_probe_now_and_then() {
    let clock = testing::pause();
    assert_eq!(attempts_of(1000, three), 1000 + 3);
    assert_eq!(attempts_of(1000, ten), 1000 + 9);
    assert_eq!(attempts_of(1000, five_retries), 1000 + 5);
    assert_eq!(attempts_of(1000, on_awss_terms), 1000 + 35);
    assert_eq!(attempts_of(1000, without_a_budget), 1000 * 3);
    assert_eq!(attempts_of(1000, a_tenth), 1000 + 100);
    assert_eq!(attempts_of(1000, one_at_a_time), 1000 * 3);

    clock.advance(Duration::from_millis(100));
    assert_eq!(attempts_of(1000, three), 1000 + 1, "a probe");
    clock.advance(Duration::from_millis(100));
    assert_eq!(attempts_of(1000, three), 1000, "the next is not yet due");
    clock.advance(Duration::from_secs(10));
    assert_eq!(attempts_of(1000, three), 1000 + 1);
    assert_eq!(attempts_of(1000, on_awss_terms), 1000, "without a line there is no probe");
}

#[retry(max_attempts = unbounded, deadline = 1h, retry_on = Timeout, backoff = exp(1s, 10s), jitter = none)]
fn unbounded(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn an_operation_without_a_bound_has_no_budget_that_bounds_it() {
    let _clock = testing::pause();
    assert_eq!(attempts_of(1, unbounded), 5 + 359 - 1, "to the hour's end");
}

#[retry(retry_on = Timeout, backoff = none)]
fn flaky(failures: &mut u32) -> Result<(), Fault> {
    *failures = failures.saturating_sub(1);
    if *failures > 0 { Err(Fault::Timeout) } else { Ok(()) }
}

#[test]
fn what_retries_take_comes_back_as_calls_succeed() {
    let calls = |failures, calls| (0..calls).filter(|_| flaky(&mut { failures }).is_ok()).count();
    assert_eq!(calls(9, 10), 0, "it is down");
    assert_eq!(calls(2, 1), 0, "and has used up what there was");
    assert_eq!(calls(1, 14), 14, "one token for each first success");
    assert_eq!(calls(2, 1), 1, "is one retry, which succeeds and gives back one and a half");
    assert_eq!(calls(2, 5), 5);
}

static SHARED: Budget = Budget::credit();

#[retry(retry_on = Timeout, backoff = none, budget = SHARED)]
fn one(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[retry(retry_on = Timeout, backoff = none, budget = SHARED)]
fn another(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn functions_that_share_a_budget_have_three_retries_between_them() {
    assert_eq!(attempts_of(5, one), 5 + 3);
    assert_eq!(attempts_of(5, another), 5);
    assert_eq!(SHARED.left(3, || Moment::ORIGIN), 0);
}

/// Why the call ended, seen by `fallback`.
#[retry(
    retry_on = Timeout,
    backoff = none,
    budget = budget,
    fallback = |attempt, error| {
        *why = Some(attempt.stop_reason());
        Err(error)
    },
)]
fn seen(budget: &Budget, tried: &mut u32, why: &mut Option<StopReason>) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn an_empty_budget_is_never_mistaken_for_used_attempts() {
    let (budget, mut why) = (Budget::credit(), None);
    let mut ends = |tried: &mut u32| {
        assert_eq!(seen(&budget, tried, &mut why), Err(Fault::Timeout));
        why.take()
    };
    assert_eq!(ends(&mut 0), Some(StopReason::Attempts));
    assert_eq!(ends(&mut 0), Some(StopReason::Budget), "one retry was left");
    let mut tried = 0;
    assert_eq!((ends(&mut tried), tried), (Some(StopReason::Budget), 1));
}

struct Client {
    budget: Arc<Budget>,
    retry: Policy,
}

impl Client {
    #[retry(retry_on = Timeout, backoff = none, budget = self.budget)]
    fn ask(&self, tried: &mut u32) -> Result<(), Fault> {
        fail(tried)
    }

    #[retry(policy = self.retry)]
    fn configured(&self, tried: &mut u32) -> Result<(), Fault> {
        fail(tried)
    }
}

#[test]
fn a_budget_may_come_with_the_call() {
    let policy =
        |attempts| Policy::new().retry_on(Classes::new().timeout()).max_attempts(attempts).backoff(Backoff::none());
    let [one, other] = [8, 3].map(|attempts| Client { budget: Arc::default(), retry: policy(attempts) });
    assert_eq!(attempts_of(9, |tried| one.ask(tried)), 9 + 3);
    assert_eq!(attempts_of(9, |tried| other.ask(tried)), 9 + 3, "each client has its own");
    assert_eq!(attempts_of(9, |tried| one.configured(tried)), 9 + 7, "the rest is that of the call at hand");
    assert_eq!(attempts_of(9, |tried| other.configured(tried)), 9, "of which the other call has nothing left");
}

#[test]
fn each_place_that_calls_an_expression_has_a_budget() {
    const POLICY: Policy = Policy::new().retry_on(Classes::new().timeout()).backoff(Backoff::none());
    assert_eq!(attempts_of(9, |tried| retry_runtime::call_blocking(&POLICY, || fail(tried))), 9 + 3);
    assert_eq!(attempts_of(9, |tried| retry_runtime::call_blocking(&POLICY, || fail(tried))), 9 + 3);
}

#[retry(retry_on = Timeout, budget = budget, backoff = fixed(1s), jitter = none, on_retry = |_, _| repaired.clone())]
async fn waits(budget: &Budget, repaired: Result<(), Fault>) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, budget = budget, backoff = fixed(1s), jitter = none, cancel = sleep(after))]
async fn cancelled(budget: &Budget, after: Duration) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, budget = budget, backoff = fixed(1s), jitter = none)]
async fn dropped(budget: &Budget) -> Result<(), Fault> {
    Err(Fault::Timeout)
}

/// A retry that was drawn for and never made gives back what it took, whatever ended it.
#[tokio::test(start_paused = true)]
async fn a_retry_that_is_not_made_costs_nothing() {
    let half = Duration::from_millis(500);
    let budget = Budget::credit();
    let left = || budget.left(3, || Moment::ORIGIN);
    timeout(half, dropped(&budget)).await.unwrap_err();
    assert_eq!(left(), 42, "dropped while it waited");
    timeout(3 * half, dropped(&budget)).await.unwrap_err();
    assert_eq!(left(), 42 - 14, "the retry that was made is paid for");
    assert_eq!(cancelled(&budget, half).await, Err(Fault::Timeout));
    assert_eq!(left(), 42 - 14, "cancelled while it waited");
    assert_eq!(waits(&budget, Err(Fault::Bad)).await, Err(Fault::Bad));
    assert_eq!(left(), 42 - 14, "refused by its hook");
    timeout(half, waits(&budget, Ok(()))).await.unwrap_err();
    assert_eq!(left(), 42 - 14, "dropped after its hook");
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none)]
async fn dropped_with_its_own(tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[tokio::test(start_paused = true)]
async fn nor_does_it_where_the_operation_has_a_budget_of_its_own() {
    let mut tried = 0;
    for _ in 0..5 {
        timeout(Duration::from_millis(500), dropped_with_its_own(&mut tried)).await.unwrap_err();
    }
    assert_eq!(tried, 5, "each was dropped while it waited");
    assert_eq!(dropped_with_its_own(&mut tried).await, Err(Fault::Timeout));
    assert_eq!(tried, 5 + 3, "its retries are there");
}

#[retry(retry_on = Timeout, budget = budget, backoff = fixed(1s), jitter = none)]
async fn counted(budget: &Budget, works: Duration) -> Result<(), Fault> {
    sleep(works).await;
    Err(Fault::Timeout)
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_counted_until_it_ends_or_is_dropped() {
    let second = Duration::from_secs(1);
    let budget = Budget::in_flight(0.5, 0);
    let draws = || {
        let mut receipt = Withdrawal::new();
        let drawn = budget.withdraw(&mut receipt, Class::Timeout, 3, || Moment::ORIGIN);
        budget.end(&mut receipt);
        drawn
    };
    {
        let mut calls: Vec<_> = (0..4).map(|_| Box::pin(counted(&budget, 60 * second))).collect();
        for call in &mut calls {
            timeout(second, call).await.unwrap_err();
        }
        assert!(draws(), "two retries beside four calls");
    }
    assert!(!draws(), "dropped calls are not under way");
    let (one, other) = tokio::join!(counted(&budget, second), counted(&budget, second));
    assert_eq!((one, other), (Err(Fault::Timeout), Err(Fault::Timeout)));
    assert!(!draws());
}

static PER_USER: KeyedBudget<String> = KeyedBudget::new(Budget::credit());

#[retry(retry_on = Timeout, backoff = none, budget = PER_USER.get(user))]
fn of_user(user: &str, tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn each_key_has_a_budget_of_its_own() {
    assert_eq!(attempts_of(9, |tried| of_user("a", tried)), 9 + 3);
    assert_eq!(attempts_of(9, |tried| of_user("b", tried)), 9 + 3);
    assert_eq!(attempts_of(9, |tried| of_user("a", tried)), 9);
    assert_eq!(PER_USER.len(), 2);
}

#[test]
fn a_full_table_of_keys_drops_idle_ones_and_never_more_than_fits() {
    let per_key: KeyedBudget<u32> = KeyedBudget::new(Budget::credit()).keys(64);
    let draw = |key: u32| per_key.get(&key).withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::ORIGIN);
    for _ in 0..3 {
        assert!(draw(0));
    }
    for key in 1..100_000 {
        draw(key);
        assert!(per_key.len() <= 64);
        // In use all the time, so it is never dropped and never begins anew.
        assert!(!draw(0), "after {key} keys");
    }
    assert!(per_key.len() > 32, "{} keys", per_key.len());
    let held: Vec<_> = (0..1000).map(|key| per_key.get(&key)).collect();
    assert!(per_key.len() <= 64);
    let drawn = held
        .iter()
        .filter(|budget| budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::ORIGIN))
        .count();
    assert!(drawn <= 64 + 3, "{drawn}: keys beyond the bound share one");
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = none, budget = none)]
async fn part(tried: &AtomicU32) -> Result<(), Fault> {
    tried.fetch_add(1, Relaxed);
    tokio::task::yield_now().await;
    Err(Fault::Timeout)
}

#[retry(max_attempts = 2, retry_on = Connect, budget = none)]
async fn through_a_layer(tried: &AtomicU32) -> Result<(), Fault> {
    part(tried).await
}

#[tokio::test]
async fn a_task_has_so_many_retries_in_all() {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let budget = TaskBudget::new(5);
    let inside = async {
        let (one, other) = tokio::join!(part(&TRIED), through_a_layer(&TRIED));
        assert_eq!((one, other), (Err(Fault::Timeout), Err(Fault::Timeout)));
    };
    budget.scope(inside).await;
    assert_eq!((TRIED.swap(0, Relaxed), budget.left()), (2 + 5, 0));
    assert_eq!(part(&TRIED).await, Err(Fault::Timeout));
    assert_eq!(TRIED.swap(0, Relaxed), 4, "outside it nothing is counted");

    let budget = TaskBudget::new(2);
    let spawned = async {
        let carried = tokio::spawn(propagate(part(&TRIED)));
        let scoped = tokio::spawn(budget.clone().scope(part(&TRIED)));
        let _ = (carried.await.expect("no panic"), scoped.await.expect("no panic"));
        assert_eq!(TRIED.swap(0, Relaxed), 2 + 2);
        let alone = tokio::spawn(part(&TRIED));
        let _ = alone.await.expect("no panic");
        assert_eq!(TRIED.swap(0, Relaxed), 4, "spawned without its budget");
    };
    budget.scope(spawned).await;

    let budget = TaskBudget::new(2);
    let _ = budget.scope(budget.scope(part(&TRIED))).await;
    assert_eq!(
        (TRIED.swap(0, Relaxed), budget.left()),
        (1 + 2, 0),
        "a scope in a scope of the same budget counts once"
    );

    let (outer, inner) = (TaskBudget::new(1), TaskBudget::new(9));
    let _ = outer.scope(inner.scope(part(&TRIED))).await;
    assert_eq!((TRIED.swap(0, Relaxed), outer.left(), inner.left()), (2, 0, 8), "the outer one ends it, whole");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_dropped_gives_back_the_retry_that_it_waits_for() {
    let (budget, own) = (TaskBudget::new(2), Budget::credit());
    let mut task = Box::pin(budget.scope(dropped(&own)));
    timeout(Duration::from_millis(500), &mut task).await.unwrap_err();
    assert_eq!(
        (budget.left(), own.left(3, || Moment::ORIGIN)),
        (1, 42),
        "the own budget is asked when the retry starts"
    );
    drop(task); // outside of the scope
    assert_eq!((budget.left(), own.left(3, || Moment::ORIGIN)), (2, 42));
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = none, budget = budget)]
fn of_both(budget: &Budget, tried: &mut u32) -> Result<(), Fault> {
    fail(tried)
}

#[test]
fn a_retry_is_drawn_from_all_budgets_or_from_none() {
    let (own, task) = (Budget::credit_of(14), TaskBudget::new(5));
    let mut tried = 0;
    task.run(|| of_both(&own, &mut tried)).unwrap_err();
    assert_eq!((tried, own.left(3, || Moment::ORIGIN), task.left()), (2, 0, 4));
    let (own, task) = (Budget::credit(), TaskBudget::new(1));
    task.run(|| of_both(&own, &mut tried)).unwrap_err();
    assert_eq!((own.left(3, || Moment::ORIGIN), task.left()), (42 - 14, 0));
}
