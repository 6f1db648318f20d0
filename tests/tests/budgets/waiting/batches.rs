//! Batches: as many items are saved as without a limit.

use std::rc::Rc;
use std::time::Duration;

use retry_runtime::{Budget, retry};
use retry_tests::Fault;

use super::{Batch, Request, Service, batch, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, budget = budget, context = attempt)]
async fn three(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 3, retry_on = Timeout, budget = none, context = attempt)]
async fn three_unlimited(service: Rc<Service>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 5, retry_on = Timeout, budget = budget, context = attempt)]
async fn five(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

#[retry(max_attempts = 5, retry_on = Timeout, budget = none, context = attempt)]
async fn five_unlimited(service: Rc<Service>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// Size of a batch: items, and how many of them run at once.
type Size = (usize, usize);

/// Runs a batch with the default budget, and the same without a limit.
fn with_and_without(
    (items, at_once): Size,
    round_trip: Duration,
    attempts: u32,
    fails: fn(Request) -> bool,
) -> (Batch, Batch) {
    let run = |is_limited: bool| {
        on_virtual_time(7, async move {
            let (service, budget) = (Service::new(round_trip, fails), Rc::new(Budget::credit()));
            match (attempts, is_limited) {
                (3, true) => batch(items, at_once, |_| three(service.clone(), budget.clone())).await,
                (3, false) => batch(items, at_once, |_| three_unlimited(service.clone())).await,
                (_, true) => batch(items, at_once, |_| five(service.clone(), budget.clone())).await,
                (_, false) => batch(items, at_once, |_| five_unlimited(service.clone())).await,
            }
        })
    };
    let ends = (run(true), run(false));
    println!("{items}/{at_once}, {round_trip:?}, x{attempts}: with the budget {:?}, without {:?}", ends.0, ends.1);
    ends
}

#[test]
fn a_batch_whose_items_all_fail_once_loses_none() {
    for (size, round_trip, slower) in [
        ((100, 10), millis(5), 1.5),
        ((100, 50), millis(5), 1.5),
        ((1000, 50), millis(5), 1.5),
        ((1000, 200), millis(5), 1.5),
        ((10_000, 1000), millis(5), 1.5),
        ((100, 10), millis(100), 2.0),
        ((1000, 50), millis(100), 2.0),
        ((1000, 200), millis(100), 2.0),
        ((10_000, 1000), millis(100), 2.0),
    ] {
        let (with, without) = with_and_without(size, round_trip, 3, |request| request.attempt == 1);
        assert_eq!((with.lost, without.lost), (0, 0), "{size:?}");
        let most = without.time.mul_f64(slower);
        assert!(with.time <= most, "{size:?} at {round_trip:?} took {:?}, at most {most:?}", with.time);
    }
}

#[test]
fn a_batch_of_which_a_third_fails_once_loses_none() {
    for size in [(100, 10), (1000, 200), (10_000, 1000)] {
        let third = |request: Request| request.attempt == 1 && request.chance < 0.34;
        let (with, _) = with_and_without(size, millis(5), 3, third);
        assert_eq!(with.lost, 0, "{size:?}");
    }
}

#[test]
fn a_blip_costs_no_more_than_without_a_limit() {
    for blip in [300, 1000] {
        for at_once in [10, 50] {
            for round_trip in [5, 100] {
                let fails: fn(Request) -> bool =
                    if blip == 300 { |request| request.at < millis(300) } else { |request| request.at < millis(1000) };
                let (with, without) = with_and_without((1000, at_once), millis(round_trip), 5, fails);
                let more = with.lost.saturating_sub(without.lost);
                assert!(more <= 5, "a blip of {blip} ms, {at_once} at once, {round_trip} ms: {more} more of 1000");
            }
        }
    }
}

#[test]
fn an_outage_costs_no_more_than_without_a_limit() {
    type Outage = (u64, fn(Request) -> bool);
    let outages: [Outage; 2] = [(5, |request| request.at < millis(5000)), (20, |request| request.at < millis(20_000))];
    for (seconds, fails) in outages {
        for (at_once, round_trip, attempts) in [(10, 5, 3), (10, 5, 5), (50, 100, 5), (200, 100, 5)] {
            let (with, without) = with_and_without((2000, at_once), millis(round_trip), attempts, fails);
            assert!(with.lost <= without.lost + 30, "{seconds} s, {at_once} at once, {round_trip} ms, x{attempts}");
        }
    }
}

/// While a service stays down, calls first wait for it to answer again; then each takes as long as its own delays.
#[test]
fn a_batch_on_a_service_that_stays_down_ends_soon() {
    let (with, without) = with_and_without((1000, 10), millis(5), 3, |_| true);
    assert_eq!((with.lost, without.lost), (1000, 1000));
    assert!(with.time <= without.time * 2 + Duration::from_secs(15), "{with:?}, {without:?}");
}

#[test]
fn a_budget_that_lends_more_at_rest_loses_no_more() {
    for (rest, at_once) in [(140, 8), (140, 20), (500, 20), (500, 50)] {
        for blip in [300, 1000, 2000] {
            let run = on_virtual_time(9, async move {
                let service = Service::new(millis(20), move |request| request.at < millis(blip));
                let budget = Rc::new(Budget::credit_of(rest));
                batch(1000, at_once, |_| three(service.clone(), budget.clone())).await
            });
            let unlimited = on_virtual_time(9, async move {
                let service = Service::new(millis(20), move |request| request.at < millis(blip));
                batch(1000, at_once, |_| three_unlimited(service.clone())).await
            });
            println!("credit({rest}), {at_once} at once, a blip of {blip} ms: {run:?}, without a limit {unlimited:?}");
            assert!(run.lost <= unlimited.lost + 5, "credit({rest}), {at_once} at once, a blip of {blip} ms");
        }
    }
}
