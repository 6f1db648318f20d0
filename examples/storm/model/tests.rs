use super::instance::Desk;
use super::*;
use crate::plan::{Shape, TRIGGER};
use crate::setup::{BACKOFF, BREAKER, BUDGET, JITTER, NAIVE, RETRY, Setup};

fn plan(setup: Setup, trigger: Trigger) -> Plan {
    Plan::new(Shape::Chain, trigger, setup, 1)
}

/// Lets one call come at `begun`, and all happen that follows.
fn one_call(plan: &Plan, begun: u64) -> World<'_> {
    let mut world = World::new(plan, 1);
    world.events.plan(begun, Event::Call);
    drain(&mut world);
    world
}

fn drain(world: &mut World<'_>) {
    while let Some((at, event)) = world.events.next() {
        world.happens(at, event);
    }
}

/// Number of requests that reached the leaf and the dependency.
fn reached(world: &World<'_>) -> (u32, u32) {
    world.measure.reached()
}

#[test]
fn a_request_through_an_idle_chain_takes_the_sum_of_its_hops() {
    let plan = plan(RETRY, Trigger::Errs);
    let world = one_call(&plan, TRIGGER.1);
    let mut same = World::new(&plan, 1);
    for _ in 0..5 {
        same.any_instance(0); // users, front, b, c, leaf
    }
    let service = world.layers[4].service.expect("the leaf has a CPU");
    let sum = 10 * HOP + same.exponential(service) + same.exponential(DEPENDENCY);
    assert_eq!(world.measure.slowest_hundredth(), sum);
    assert_eq!(reached(&world), (1, 1));
}

#[test]
fn loops_multiply_and_marks_do_not() {
    let of_one_call = |setup, trigger| reached(&one_call(&plan(setup, trigger), TRIGGER.0));
    assert_eq!(of_one_call(NAIVE, Trigger::Errs), (64, 256));
    assert_eq!(of_one_call(JITTER, Trigger::Errs), (27, 81));
    assert_eq!(of_one_call(BUDGET, Trigger::Errs), (13, 21), "each process adds three, and its line probes");
    assert_eq!(of_one_call(RETRY, Trigger::Errs), (1, 3));
    assert_eq!(of_one_call(RETRY.shorter_inward(), Trigger::Hangs), (1, 3));
    assert_eq!(of_one_call(RETRY, Trigger::Hangs), (3, 3), "with equal timeouts only the outermost sees its own");
}

#[test]
fn what_nobody_waits_for_is_dropped_where_requests_are_cancelled() {
    let plan = plan(RETRY, Trigger::Hangs);
    let mut world = World::new(&plan, 1);
    for _ in 0..300 {
        world.events.plan(TRIGGER.0, Event::Call);
    }
    drain(&mut world);
    let (leaf, dependency) = reached(&world);
    assert!(dependency < leaf / 2, "{dependency} of {leaf} were served: the CPU does about 75 in the second");
}

#[test]
fn nothing_is_left_over() {
    for setup in [NAIVE, BACKOFF, JITTER, BUDGET, BREAKER, RETRY, RETRY.with_breaker(retry_runtime::Breaker::new)] {
        for trigger in [Trigger::Errs, Trigger::Hangs] {
            let plan = plan(setup.clone(), trigger);
            let mut world = World::new(&plan, 1);
            // Faster than the leaf's CPU, and on after the trigger.
            for number in 0..500 {
                world.events.plan(TRIGGER.1 - SECOND + number * plan.apart() / 4, Event::Call);
            }
            drain(&mut world);
            let desks = world.layers.iter().flat_map(|layer| &layer.instances).map(|instance| &instance.desk);
            assert!(world.requests.is_empty(), "{}, {trigger:?}", plan.setup.name);
            assert!(desks.into_iter().all(Desk::is_idle), "{}, {trigger:?}", plan.setup.name);
            let mut budgets = world.layers.iter().flat_map(|layer| &layer.instances).filter_map(|i| i.budget.as_ref());
            assert!(budgets.all(RetryBudget::is_idle), "{}, {trigger:?}", plan.setup.name);
            assert_eq!(world.open, 0);
        }
    }
}
