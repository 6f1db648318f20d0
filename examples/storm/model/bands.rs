//! Bands of the load that callers with the default budget bring to a service that fails, at several rates.

use super::{batch_lost, run};
use crate::plan::{Plan, Shape, Trigger};
use crate::setup::{BUDGET, NAIVE, RETRY, Setup};
use crate::time::seconds;

/// Load and recovery of one run.
struct Seen {
    leaf: f64,
    dependency: f64,
    /// Seconds; infinite if the services stay down.
    back: f64,
}

fn seen(plan: &Plan) -> Seen {
    let measure = run(plan, 1, || ());
    let back = measure.recovery().map_or(f64::INFINITY, seconds);
    let seen = Seen { leaf: measure.peak_leaf(), dependency: measure.peak_dependency(), back };
    let (setup, trigger) = (plan.setup.name, plan.trigger.name());
    println!("{setup}, {trigger}: leaf {:.2}, dependency {:.2}, back after {back:.1} s", seen.leaf, seen.dependency);
    seen
}

/// Chain whose processes each get 5, 50, 250 or 500 calls per second.
fn chain(setup: &Setup, trigger: Trigger, rate: u32) -> Seen {
    let (rate, callers, instances) = match rate {
        // At 5/s a CPU with the headroom of the others would be too slow for the timeout when all is well.
        5 => (50, 10, 4),
        50 => (50, 1, 4),
        rate => (rate, 1, 1),
    };
    seen(&Plan { rate, callers, ..Plan::new(Shape::Chain, trigger, setup.clone(), instances) })
}

/// Asserts that the leaf gets at most these multiples of normal when the dependency errs, and when it hangs.
fn assert_chain_is_calm(rate: u32, errs: f64, hangs: f64) {
    for (trigger, most) in [(Trigger::Errs, errs), (Trigger::Hangs, hangs)] {
        let Seen { leaf, dependency, back } = chain(&RETRY, trigger, rate);
        assert!(leaf <= most, "{trigger:?}: {leaf}");
        // At 5/s the first retries of 40 processes in a hang are three fifths of normal.
        assert!(dependency <= most.max(1.2), "{trigger:?}: {dependency}");
        assert!(back <= 1.0, "{trigger:?}: {back}");
    }
}

#[test]
fn a_chain_stays_calm_at_5_calls_a_second() {
    assert_chain_is_calm(5, 1.2, 1.7);
}

#[test]
fn a_chain_stays_calm_at_50_calls_a_second() {
    assert_chain_is_calm(50, 1.2, 1.2);
}

#[test]
fn a_chain_stays_calm_at_250_calls_a_second() {
    assert_chain_is_calm(250, 1.2, 1.2);
}

#[test]
fn a_chain_stays_calm_at_500_calls_a_second() {
    assert_chain_is_calm(500, 1.2, 1.2);
}

/// Waiting after a cut keeps calls open in every layer: deadlines and marks would hide that.
#[test]
fn a_budget_alone_keeps_a_chain_calm() {
    for trigger in [Trigger::Errs, Trigger::Hangs] {
        for rate in [50, 250] {
            let Seen { leaf, dependency, back } = chain(&BUDGET, trigger, rate);
            assert!(leaf <= 1.25 && dependency <= 1.25, "{rate}/s, {trigger:?}: {leaf}, {dependency}");
            assert!(back <= 2.0, "{rate}/s, {trigger:?}: {back}");
        }
        let rare = chain(&BUDGET, trigger, 5);
        assert!(rare.back <= 2.0, "5/s, {trigger:?}: {}", rare.back);
    }
}

#[test]
fn a_fleet_that_seldom_calls_is_bounded_by_budget_and_cancellation() {
    for trigger in [Trigger::Errs, Trigger::Hangs] {
        let Seen { leaf, back, .. } = seen(&Plan::new(Shape::Fleet, trigger, BUDGET.carrying(), 2));
        assert!(leaf <= 2.7, "{trigger:?}: {leaf}");
        assert!(back <= 2.0, "{trigger:?}: {back}");
    }
}

#[test]
fn the_same_budget_loses_no_batch() {
    for setup in [NAIVE, BUDGET, RETRY] {
        assert_eq!(batch_lost(&setup, 1), 0, "{}", setup.name);
    }
}
