//! Retries under way of which nothing is heard: they hang, or wait for a call in the same line.

use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Budget, retry};
use retry_tests::Fault;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep, timeout};

use super::{Service, batch, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn token(service: Rc<Service>, budget: Rc<Budget>, fails: bool) -> Result<(), Fault> {
    service.ask(if fails { attempt.number() } else { 2 }).await
}

/// Its retry asks for a token whose first attempt fails, from the same budget.
#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn pay(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    token(service.clone(), budget.clone(), attempt.number() > 1).await?;
    service.ask(attempt.number()).await
}

#[test]
fn nested_operations_on_one_budget_do_not_wait_for_each_other() {
    on_virtual_time(1, async {
        let (service, budget) = (Service::new(millis(20), |request| request.attempt == 1), Rc::new(Budget::credit()));
        let once = batch(500, 50, |_| pay(service.clone(), budget.clone())).await;
        println!("500 nested calls on one budget: {once:?}");
        assert_eq!(once.lost, 0);
        assert!(once.time <= Duration::from_secs(10), "{once:?}");
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = budget, context = attempt)]
async fn hangs_later(budget: Rc<Budget>) -> Result<(), Fault> {
    if attempt.number() == 1 { Err(Fault::Timeout) } else { pending().await }
}

#[test]
fn retries_that_hang_do_not_stop_the_line_for_good() {
    on_virtual_time(2, async {
        let (service, budget) = (Service::new(millis(20), |request| request.attempt == 1), Rc::new(Budget::credit()));
        let _hung: Vec<_> = (0..3).map(|_| spawn_local(hangs_later(budget.clone()))).collect();
        sleep(millis(1)).await;
        let (mut calls, begin) = (JoinSet::new(), Instant::now());
        while begin.elapsed() < Duration::from_secs(30) {
            calls.spawn_local(token(service.clone(), budget.clone(), true));
            sleep(millis(20)).await;
        }
        let lost = calls.join_all().await.iter().filter(|outcome| outcome.is_err()).count();
        println!("lost of 1500 beside three that hang: {lost}");
        assert!(lost <= 60, "{lost} of 1500 lost");
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn hangs(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    if attempt.number() > 1 {
        service.attempts.set(service.attempts.get() + 1);
        pending::<()>().await;
    }
    Err(Fault::Timeout)
}

/// Callers whose own timeouts drop the calls of a service that hangs.
#[test]
fn probes_that_are_dropped_thin_out_too() {
    on_virtual_time(3, async {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit()));
        let (mut calls, begin) = (JoinSet::new(), Instant::now());
        while begin.elapsed() < Duration::from_secs(30) {
            calls.spawn_local(timeout(millis(500), hangs(service.clone(), budget.clone())));
            sleep(millis(20)).await;
        }
        calls.join_all().await;
        println!("retries of a service that hangs behind timeouts: {}", service.attempts.get());
        assert!(service.attempts.get() <= 3 + 15, "{}", service.attempts.get());
    });
}

#[test]
fn a_time_of_another_clock_keeps_nobody_waiting() {
    let budget = Rc::new(Budget::credit());
    let down = |_| true;
    let first = budget.clone();
    on_virtual_time(4, async move {
        tokio::time::advance(Duration::from_hours(1)).await;
        let service = Service::new(millis(20), down);
        batch(20, 20, |_| token(service.clone(), first.clone(), true)).await;
    });
    let later = on_virtual_time(5, async move {
        let service = Service::new(millis(20), |request| request.attempt == 1);
        batch(10, 10, |_| token(service.clone(), budget.clone(), true)).await
    });
    println!("on the clock of another test: {later:?}");
    assert_eq!(later.lost, 0);
}
