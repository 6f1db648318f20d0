//! Interactive calls of a service that is down, or half: nobody is held for long, and the service gets a trickle.

use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Budget, retry};
use retry_tests::Fault;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{Held, Request, Service, chance, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn call(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// Figures of a scene.
#[derive(Debug)]
pub(super) struct Scene {
    /// Median and 99th percentile of the time that a lost call was held after its first attempt.
    pub(super) held: (Duration, Duration),
    pub(super) attempts_per_call: f64,
    most_open: usize,
    saved: f64,
}

/// Calls a service `rate` times per second for `seconds`, at random moments, with the default budget.
fn interactive(rate: f64, seconds: u64, round_trip: Duration, fails: fn(Request) -> bool) -> Scene {
    scene(Budget::credit(), rate, seconds, round_trip, fails)
}

/// Calls a service like [`interactive`], with `budget`.
#[allow(clippy::cast_precision_loss)]
pub(super) fn scene(
    budget: Budget,
    rate: f64,
    seconds: u64,
    round_trip: Duration,
    fails: fn(Request) -> bool,
) -> Scene {
    let scene = on_virtual_time(11, async move {
        let (service, budget) = (Service::new(round_trip, fails), Rc::new(budget));
        let (held, begin) = (Rc::new(Held::default()), Instant::now());
        let (mut calls, mut most_open, mut saved, mut made) = (JoinSet::new(), 0, 0_u32, 0_u32);
        while begin.elapsed() < Duration::from_secs(seconds) {
            sleep(Duration::from_secs_f64(-(1.0 - chance()).ln() / rate)).await;
            let (service, budget, held) = (service.clone(), budget.clone(), held.clone());
            made += 1;
            calls.spawn_local(async move {
                let (begin, round_trip) = (Instant::now(), service.round_trip);
                let outcome = call(service, budget).await;
                if outcome.is_err() {
                    held.0.borrow_mut().push(begin.elapsed().saturating_sub(round_trip));
                }
                outcome.is_ok()
            });
            while let Some(is_saved) = calls.try_join_next() {
                saved += u32::from(is_saved.unwrap());
            }
            most_open = most_open.max(calls.len());
        }
        saved += u32::try_from(calls.join_all().await.into_iter().filter(|is_saved| *is_saved).count()).unwrap();
        let attempts_per_call = service.attempts.get() as f64 / f64::from(made);
        let held =
            if held.0.borrow().is_empty() { Default::default() } else { (held.percentile(50), held.percentile(99)) };
        Scene { held, attempts_per_call, most_open, saved: f64::from(saved) / f64::from(made) }
    });
    println!("{rate}/s: {scene:?}");
    scene
}

pub(super) const fn is_down(_: Request) -> bool {
    true
}

#[test]
fn a_service_that_is_down_holds_its_callers_for_half_a_second() {
    for (rate, open) in [(50.0, 25 + 10), (500.0, 250)] {
        let scene = interactive(rate, 60, millis(20), is_down);
        assert!(scene.held.0 <= millis(400) && scene.held.1 <= millis(600), "{rate}/s: {scene:?}");
        assert!(scene.most_open <= open, "{rate}/s: {scene:?}");
        assert!(scene.attempts_per_call <= 1.03, "{rate}/s: {scene:?}");
    }
}

#[test]
fn so_it_does_with_callers_that_are_few() {
    let scene = interactive(0.5, 600, millis(20), is_down);
    assert!(scene.held.1 <= millis(700), "{scene:?}");
    let scene = interactive(0.05, 6000, millis(20), is_down);
    assert!(scene.held.1 <= millis(700), "{scene:?}");
}

#[test]
fn a_service_that_fails_half_its_calls_gets_a_third_more_at_most() {
    let scene = interactive(50.0, 120, millis(20), |request| request.chance < 0.5);
    assert!(scene.attempts_per_call <= 1.35, "{scene:?}");
    let scene = interactive(50.0, 120, millis(20), |request| request.chance < 0.2);
    // Without a limit 99.2 % succeed, those that do not fail three times.
    assert!(scene.saved >= 0.988, "{scene:?}");
}

#[test]
fn so_it_does_with_a_budget_that_lends_more_at_rest() {
    let scene = scene(Budget::credit_of(500), 0.5, 1200, millis(20), is_down);
    assert!(scene.held.1 <= millis(700), "{scene:?}");
}
