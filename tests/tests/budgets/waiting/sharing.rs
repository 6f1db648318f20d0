//! Lines that several operations, keys, layers or threads share.

use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use retry_runtime::{Breaker, Budget, KeyedBudget, Moment, retry};
use retry_tests::Fault;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep};

use super::{Service, batch, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn report(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn checkout(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// Returns the longest time of an interactive call beside a batch of a thousand that shares its budget.
///
/// As the `same` operation it stands behind the batch; as one of its own it takes turns with it.
fn beside_a_batch(same: bool) -> Duration {
    on_virtual_time(3, async move {
        let (service, budget) = (Service::new(millis(100), |request| request.attempt == 1), Rc::new(Budget::credit()));
        let (of_batch, of_call) = ((service.clone(), budget.clone()), (service.clone(), budget.clone()));
        let running =
            spawn_local(async move { batch(1000, 1000, |_| report(of_batch.0.clone(), of_batch.1.clone())).await });
        let mut longest = Duration::ZERO;
        sleep(millis(250)).await;
        while !running.is_finished() {
            let begin = Instant::now();
            let (service, budget) = of_call.clone();
            let outcome = if same { report(service, budget).await } else { checkout(service, budget).await };
            assert_eq!(outcome, Ok(()));
            longest = longest.max(begin.elapsed());
        }
        let batch = running.await.unwrap();
        println!("a call beside a batch of 1000, same operation {same}: {longest:?}; the batch {batch:?}");
        assert_eq!(batch.lost, 0);
        longest
    })
}

#[test]
fn operations_that_share_a_budget_take_turns() {
    let (in_turn, in_order) = (beside_a_batch(false), beside_a_batch(true));
    assert!(in_turn <= millis(550), "{in_turn:?}");
    assert!(in_order >= in_turn * 2, "first come, first served would have it wait for the batch: {in_order:?}");
}

static PER_USER: KeyedBudget<usize> = KeyedBudget::new(Budget::credit());

#[retry(max_attempts = 3, retry_on = Timeout, budget = PER_USER.get(&user), context = attempt)]
async fn of_user(user: usize, service: Rc<Service>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[test]
fn each_key_has_a_line_of_its_own() {
    let lost = on_virtual_time(4, async {
        let service = Service::new(millis(20), |request| request.attempt == 1);
        // The first two hundred are of one user, who does not hold up the others.
        let users = batch(1000, 1000, |item| of_user(if item < 200 { 0 } else { item / 10 }, service.clone())).await;
        println!("a hundred keys: {users:?}");
        users
    });
    assert_eq!(lost.lost, 0);
    assert!(lost.time <= Duration::from_secs(2), "{lost:?}");
}

static GUARD: Breaker = Breaker::new();

#[retry(max_attempts = 4, retry_on = Timeout, budget = budget, breaker = GUARD, context = attempt)]
async fn guarded(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[test]
fn an_open_breaker_ends_the_wait_of_those_in_line() {
    on_virtual_time(5, async {
        let (service, budget) =
            (Service::new(millis(20), |request| request.at < millis(5000)), Rc::new(Budget::credit()));
        let down = batch(1000, 1000, |_| guarded(service.clone(), budget.clone())).await;
        println!("a breaker and a line: {down:?}");
        assert!(down.time <= millis(2000), "nobody waits for a breaker that is open: {down:?}");
        sleep(Duration::from_mins(1)).await;
        for _ in 0..20 {
            guarded(service.clone(), budget.clone()).await.expect("the breaker closes");
        }
        let well = batch(100, 10, |_| guarded(service.clone(), budget.clone())).await;
        assert_eq!(well.lost, 0, "and nothing is stuck");
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, context = attempt)]
async fn inner(service: Rc<Service>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 3, retry_on = Timeout)]
async fn outer(service: Rc<Service>) -> Result<(), Fault> {
    inner(service.clone()).await
}

#[test]
fn layers_add_and_wait_in_the_inner_line_alone() {
    on_virtual_time(6, async {
        let service = Service::new(millis(20), |request| request.attempt == 1);
        let once = batch(300, 100, |_| outer(service.clone())).await;
        assert_eq!((once.lost, service.attempts.get()), (0, 600), "{once:?}");

        let service = Service::new(millis(20), |_| true);
        let mut calls = JoinSet::new();
        for _ in 0..300 {
            calls.spawn_local(outer(service.clone()));
            sleep(millis(20)).await;
            while calls.try_join_next().is_some_and(|ended| ended.unwrap().is_err()) {}
        }
        assert!(calls.len() < 30, "{} are open", calls.len());
        // A full bucket lends 35 retries; then there are probes.
        assert!(service.attempts.get() <= 300 + 35 + 10, "{} attempts of 300 calls", service.attempts.get());
    });
}

static POOL: Budget = Budget::credit();

#[retry(max_attempts = 3, retry_on = Timeout, backoff = exp(1ms, 10ms), budget = POOL, context = attempt)]
fn blocking(attempts: &AtomicU32) -> Result<(), Fault> {
    attempts.fetch_add(1, Relaxed);
    std::thread::yield_now();
    if attempt.number() == 1 { Err(Fault::Timeout) } else { Ok(()) }
}

/// Sixteen threads, all of whose calls fail once: while all stand in line, the head's own timer lets one go.
#[test]
fn a_pool_of_threads_that_all_stand_in_line_loses_nothing() {
    let attempts = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| (0..50).for_each(|_| blocking(&attempts).expect("it is saved")));
        }
    });
    assert_eq!(attempts.load(Relaxed), 2 * 16 * 50);
    assert!(POOL.left(3, || Moment::ORIGIN) >= 14);
}
