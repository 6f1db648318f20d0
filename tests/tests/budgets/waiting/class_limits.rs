//! A limit of time by class: a batch loses nothing while the database is away, and a storm stays one call's retries.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Budget, Classify, retry};
use tokio::time::Instant;

use super::{Batch, Service, batch, millis, on_virtual_time};

#[derive(Classify, Clone, Copy, Debug, PartialEq)]
enum Fault {
    Connect,
    Disconnected,
}

async fn ask(service: &Service, attempt: u32) -> Result<(), Fault> {
    service.ask(attempt).await.map_err(|_| Fault::Connect)
}

/// Waits for the database for a minute.
#[retry(retry_on = Connect up_to 60s, budget = budget, context = attempt)]
async fn patient(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    ask(&service, attempt.number()).await
}

/// Has a number of attempts for all failures.
#[retry(retry_on = Connect, max_attempts = 5, budget = budget, context = attempt)]
async fn counted(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    ask(&service, attempt.number()).await
}

/// Runs a batch of 2,000 items while the database is away for `seconds` at its start.
fn away(seconds: u64, at_once: usize, is_patient: bool) -> (Batch, u64) {
    on_virtual_time(11, async move {
        let service = Service::new(millis(20), move |request| request.at < Duration::from_secs(seconds));
        let budget = Rc::new(Budget::credit());
        let ended = if is_patient {
            batch(2000, at_once, |_| patient(service.clone(), budget.clone())).await
        } else {
            batch(2000, at_once, |_| counted(service.clone(), budget.clone())).await
        };
        (ended, service.attempts.get())
    })
}

#[test]
fn a_batch_loses_nothing_while_the_database_is_away_for_half_a_minute() {
    for at_once in [10, 50, 200] {
        let ((patient, attempts), (counted, _)) = (away(30, at_once, true), away(30, at_once, false));
        println!("{at_once} at once, away for 30 s: {patient:?} with {attempts} attempts, counted {counted:?}");
        assert_eq!(patient.lost, 0, "{at_once} at once");
        assert!(counted.lost > 100, "{at_once} at once: {counted:?}");
        assert!(patient.time < Duration::from_mins(1), "{at_once} at once: {patient:?}");
        assert!(attempts < 2000 + 30 * 20, "{at_once} at once: {attempts} attempts");
    }
}

/// A service that is dead for good gets no more of patient calls than of counted ones: their retries draw from the budget.
#[test]
fn a_storm_of_patient_calls_does_not_multiply() {
    let (calls, per_second) = (3000_u64, 50);
    let attempts = on_virtual_time(13, async move {
        let service = Service::new(millis(20), |_| true);
        let budget = Rc::new(Budget::credit());
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..calls {
            running.spawn_local(patient(service.clone(), budget.clone()));
            tokio::time::sleep(Duration::from_secs(1) / per_second).await;
        }
        let ends = running.join_all().await;
        assert!(ends.iter().all(|end| *end == Err(Fault::Connect)));
        service.attempts.get()
    });
    println!("{attempts} attempts of {calls} calls");
    assert!(attempts < calls + calls / 20, "{attempts} attempts of {calls} calls");
}

async fn break_off(service: &Service, attempt: u32) -> Result<(), Fault> {
    service.ask(attempt).await.map_err(|_| Fault::Disconnected)
}

#[retry(retry_on = Disconnected, budget = budget, context = attempt)]
async fn without_limits(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    break_off(&service, attempt.number()).await
}

#[retry(retry_on = Disconnected up_to 3, budget = budget, context = attempt)]
async fn limited(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    break_off(&service, attempt.number()).await
}

#[retry(retry_on = (Connect up_to 60s, Disconnected up_to 3), budget = budget, context = attempt)]
async fn beside_a_time(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    break_off(&service, attempt.number()).await
}

#[retry(retry_on = (Connect up_to 60s, Disconnected), budget = budget, context = attempt)]
async fn without_a_limit_of_its_own(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    break_off(&service, attempt.number()).await
}

#[retry(retry_on = Disconnected up_to 3, max_attempts = 40, budget = budget, context = attempt)]
async fn beside_many_attempts(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    break_off(&service, attempt.number()).await
}

/// Returns how long calls of a dead service are held at most, at 50 calls per second, and their attempts.
fn held<F: Future<Output = Result<(), Fault>> + 'static>(call: fn(Rc<Service>, Rc<Budget>) -> F) -> (Duration, u64) {
    let held = on_virtual_time(17, async move {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit()));
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..1000 {
            let (begin, call) = (Instant::now(), call(service.clone(), budget.clone()));
            running.spawn_local(async move {
                assert_eq!(call.await, Err(Fault::Disconnected));
                begin.elapsed()
            });
            tokio::time::sleep(millis(20)).await;
        }
        let longest = running.join_all().await.into_iter().max();
        (longest.unwrap_or_default(), service.attempts.get())
    });
    println!("held for {:?} at most, with {} attempts", held.0, held.1);
    held
}

/// The attempts that a class has left bound its wait, as `max_attempts` does for a call without limits by class.
#[test]
fn a_counted_class_waits_in_line_as_a_call_without_limits_does() {
    for (longest, attempts) in [
        held(without_limits),
        held(limited),
        held(beside_a_time),
        held(without_a_limit_of_its_own),
        held(beside_many_attempts),
    ] {
        assert!(longest < millis(700), "held for {longest:?}");
        assert!((1000..1060).contains(&attempts), "{attempts} attempts");
    }
}
