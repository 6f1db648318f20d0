//! Each part of the model has the effect that it states.

use std::time::Duration;

use retry_runtime::storm::{CallTo, Service, Storm, Trigger, Verdict, op};
use retry_runtime::{Breaker, Budget, Classes, TimedPolicy};
use retry_storm_tests::client;

use crate::chain::seconds;

const ONCE: fn() -> TimedPolicy =
    || TimedPolicy::builder().max_attempts(1).attempt_timeout(seconds(1)).build().expect("one attempt is legal here");

fn retrying() -> TimedPolicy {
    TimedPolicy::new().retry_on(Classes::new().transient()).attempt_timeout(seconds(1))
}

fn web(call: CallTo) -> Storm {
    Storm::new("web", 100.0).users(seconds(3), 0).service(Service::new("web", 2).calls(call))
}

fn run(storm: &Storm, trigger: Trigger) -> Verdict {
    storm.trigger(trigger, seconds(5)).run().expect("the system is complete").all()[0].clone()
}

fn once() -> CallTo {
    CallTo::with_policy("once", ONCE(), "stock")
}

fn stock() -> Service {
    Service::new("stock", 2).capacity(200.0).queue(10)
}

#[test]
fn a_queue_that_is_full_refuses_and_an_unbounded_one_does_not() {
    let average = |service| run(&web(once()).service(service), Trigger::Slow("stock", 20.0)).seconds_lost();
    // Of 100 calls per second it serves 10.
    assert!(average(stock()) > 4.0);
    let long = run(&web(once()).service(stock().unbounded_queue()), Trigger::Slow("stock", 20.0));
    assert!(long.seconds_lost() > 5.0, "what waits longer than the timeout is lost too: {long}");
    assert!(long.back_after() > Some(seconds(1)), "the queue must be served first: {long}");
}

#[test]
fn slots_are_held_until_the_answer() {
    let db = || Service::new("db", 1).takes(Duration::from_millis(5));
    let with = |service: Service| {
        let call = CallTo::with_policy("stock::load", ONCE(), "db");
        run(&web(once()).service(service.calls(call)).service(db()), Trigger::Hangs("db"))
    };
    let (few, many) = (with(stock().slots(5)), with(stock()));
    // 100 per second that hang for a second need 100 slots; with 10 the others never reach the database.
    let reached = |verdict: &Verdict| verdict.service("db").expect("it is there").average();
    assert!(reached(&few) < 0.2 && reached(&many) > 0.95, "{} {}", reached(&few), reached(&many));
}

#[test]
fn a_cold_service_has_less_capacity_after_the_trigger() {
    let back = |service| run(&web(once()).service(service), Trigger::Errors("stock")).back_after();
    assert_eq!(back(stock()), Some(Duration::ZERO));
    assert!(back(stock().cold(0.3, seconds(4))) >= Some(seconds(4)));
}

#[test]
fn no_headroom_is_enough_for_caches_that_stay_cold_longer_than_the_limit() {
    // At eight times its load it has 0.4 times of it while it is cold.
    let storm = web(once()).service(stock().cold(0.05, seconds(10))).seeds(1);
    let trials = storm.trigger(Trigger::Errors("stock"), seconds(5));
    assert_eq!(trials.least_headroom("stock", seconds(5)), Ok(None));
}

#[test]
fn the_least_headroom_may_be_hardly_any() {
    let storm = web(once()).service(stock().queue(2)).seeds(1);
    let trials = storm.trigger(Trigger::Errors("web"), seconds(5));
    let headroom = trials.least_headroom("stock", seconds(60)).expect("it is complete");
    assert!(headroom.is_some_and(|headroom| headroom > 1.02), "a queue of two refuses bursts: {headroom:?}");
    let storm = web(once()).service(stock().queue(1000)).seeds(1);
    let trials = storm.trigger(Trigger::Errors("web"), seconds(5));
    assert_eq!(trials.least_headroom("stock", seconds(5)), Ok(Some(1.02)));
}

#[test]
fn load_comes_from_users_or_from_outside_of_the_model() {
    let storm = web(once()).service(stock());
    let users = run(&storm, Trigger::Load("web", 3.0));
    assert!((users.service("web").expect("there").average() - 3.0).abs() < 0.1);
    assert!((users.service("stock").expect("there").average() - 3.0).abs() < 0.1);
    let others = run(&storm, Trigger::Load("stock", 3.0));
    assert!((others.service("web").expect("there").average() - 1.0).abs() < 0.05);
    assert!((others.service("stock").expect("there").average() - 3.0).abs() < 0.1);
}

#[test]
fn users_press_again_when_there_is_no_answer_in_time() {
    let pressed = |presses| {
        let storm = web(once()).service(stock()).users(Duration::from_millis(500), presses);
        run(&storm, Trigger::Hangs("web")).service("web").expect("there").average()
    };
    assert!((pressed(0) - 1.0).abs() < 0.05);
    // The last presses come after the trigger.
    assert!((2.5..3.0).contains(&pressed(2)), "{}", pressed(2));
}

#[test]
fn a_share_of_requests_makes_a_call_and_an_optional_one_may_fail() {
    let with = |call: CallTo| run(&web(call).service(stock()), Trigger::Errors("stock"));
    assert!((with(once()).seconds_lost() - 5.0).abs() < 0.2);
    let half = with(once().share(0.5));
    assert!((half.seconds_lost() - 2.5).abs() < 0.4, "{}", half.seconds_lost());
    assert!(with(once().optional()).seconds_lost() < 0.1);
}

#[test]
fn a_retry_limit_refuses_retries_and_takes_first_attempts() {
    let call = || CallTo::with_policy("loop", retrying().max_attempts(5), "stock").without_budget();
    let with = |service| run(&web(call()).service(service), Trigger::Errors("stock"));
    let (open, limited) = (with(stock()), with(stock().refuse_retries_above(0.1)));
    let load = |verdict: &Verdict| {
        let stock = verdict.service("stock").expect("it is there");
        (stock.peak(), stock.peak_with_refused())
    };
    assert!(load(&open).0 > 4.5 && load(&open).1 - load(&open).0 < 1e-9);
    // A refusal is a give-up, after which the caller does not retry: two attempts per call, of which it serves one.
    assert!(load(&limited).0 < 1.3 && (1.8..2.4).contains(&load(&limited).1), "{:?}", load(&limited));
}

#[test]
fn operations_that_name_one_budget_share_it_in_each_process() {
    // The same two calls, with one budget or one each; the rest of a credit is three retries.
    let retries = |calls: [CallTo; 2], processes| {
        let [one, other] = calls.map(CallTo::optional);
        let storm = Storm::new("web", 100.0)
            .users(seconds(30), 0)
            .service(Service::new("web", processes).calls(one).calls(other))
            .service(stock().capacity(1000.0));
        run(&storm, Trigger::Errors("stock")).retries_per_call() * 500.0
    };
    let strict = || Budget::credit().without_wait();
    let shared = || [op!(client::list => "stock"), op!(client::write => "stock")];
    let own = || shared().map(|call| call.budget(strict()));
    let rounded = |retries: f64| format!("{retries:.0}");
    assert_eq!(rounded(retries(own(), 1)), "6", "two budgets");
    assert_eq!(rounded(retries(own(), 10)), "60", "two budgets in each of ten processes");
    assert_eq!(rounded(retries(shared(), 1)), "3", "one budget");
}

#[test]
fn an_open_breaker_stops_calls_and_costs_its_open_time() {
    let call = |breaker: Option<Breaker>| {
        let call = op!(client::write => "stock").without_budget();
        breaker.map_or(call.clone(), |breaker| call.breaker(breaker))
    };
    let with = |breaker| run(&web(call(breaker)).service(stock().capacity(1000.0)), Trigger::Errors("stock"));
    let (open, none) = (with(Some(Breaker::new())), with(None));
    let load = |verdict: &Verdict| verdict.service("stock").expect("there").average();
    assert!(load(&open) < 0.5 && load(&none) > 2.5, "{} {}", load(&open), load(&none));
    assert_eq!(none.back_after(), Some(Duration::ZERO));
    assert!(open.back_after() > Some(Duration::ZERO), "{open}");
}

#[test]
fn a_deadline_ends_the_retries_of_a_call() {
    let policy = || retrying().max_attempts(10).backoff(retry_runtime::Backoff::fixed(Duration::from_millis(300)));
    let call = || CallTo::with_policy("loop", policy().jitter(retry_runtime::Jitter::none()), "stock").without_budget();
    let load = |call| {
        let verdict = run(&web(call).service(stock()), Trigger::Errors("stock"));
        verdict.service("stock").expect("there").average()
    };
    // Attempts at 0, 0.3 and 0.6 s.
    let short = load(call().deadline(Duration::from_millis(700)));
    assert!((2.7..3.05).contains(&short), "{short}");
    assert!(load(call()) > 6.0);
}
