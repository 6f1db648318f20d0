//! Single calls through the simulation, and that nothing is left over.

use core::time::Duration;
use std::vec::Vec;

use crate::storm::call_to::CallTo;
use crate::storm::plan::{Scenario, System};
use crate::storm::service::Service;
use crate::storm::simulation::desk::Desk;
use crate::storm::simulation::events::Event;
use crate::storm::simulation::measure::SECOND;
use crate::storm::simulation::world::World;
use crate::storm::topology::Storm;
use crate::storm::trigger::Trigger;
use crate::{Backoff, Breaker, Classes, Jitter, TimedPolicy};

const ERRS: Trigger = Trigger::Errors("db");
const HANGS: Trigger = Trigger::Hangs("db");
const LATENCY: u64 = 500_000;
/// Positions of the last two services.
const LEAF: usize = 3;
const DB: usize = 4;

fn naive() -> TimedPolicy {
    jitter().max_attempts(4).backoff(Backoff::none()).jitter(Jitter::none())
}

fn jitter() -> TimedPolicy {
    TimedPolicy::new().retry_on(Classes::new().transient()).attempt_timeout(Duration::from_secs(1))
}

fn unbounded(call: CallTo) -> CallTo {
    call.without_budget()
}

/// A chain with one process of each service, whose calls are changed by `change`.
fn chain(timeouts: [u64; 4], policy: &TimedPolicy, change: impl Fn(CallTo) -> CallTo) -> Storm {
    let service = |name, to, timeout| {
        let call = CallTo::with_policy(name, policy.clone(), to).attempt_timeout(Duration::from_millis(timeout));
        Service::new(name, 1).calls(change(call))
    };
    Storm::new("front", 50.0)
        .users(Duration::from_secs(5), 0)
        .service(service("front", "b", timeouts[0]))
        .service(service("b", "c", timeouts[1]))
        .service(service("c", "leaf", timeouts[2]))
        .service(service("leaf", "db", timeouts[3]).capacity(75.0).queue(1000).slots(200))
        .service(Service::new("db", 1).takes(Duration::from_millis(5)))
}

const EQUAL: [u64; 4] = [1000; 4];

/// Lets users call at these times, and calls `check` at the end.
fn after<T>(storm: &Storm, trigger: Trigger, calls: &[u64], check: impl FnOnce(&mut World<'_>) -> T) -> T {
    let system = System::new(storm).unwrap();
    let (lasts, watch) = (Duration::from_secs(8), Duration::from_secs(30));
    let scenario = Scenario::new(&system, storm, trigger, lasts, watch).unwrap();
    let mut world = World::new(&scenario, 1);
    for at in calls {
        world.events.plan(*at, Event::Call);
    }
    while let Some((at, event)) = world.events.next() {
        world.happens(at, event);
    }
    check(&mut world)
}

/// Returns the requests that one call brings to the leaf and the database.
///
/// The trigger is on.
fn reached(storm: &Storm, trigger: Trigger) -> (u32, u32) {
    after(storm, trigger, &[5 * SECOND], |world| (world.measure.total(LEAF), world.measure.total(DB)))
}

#[test]
fn a_request_through_an_idle_chain_takes_the_sum_of_its_messages() {
    let storm = chain(EQUAL, &jitter(), |call| call);
    let took = after(&storm, ERRS, &[20 * SECOND], |world| {
        assert_eq!((world.measure.total(LEAF), world.measure.total(DB)), (1, 1));
        assert_eq!(world.measure.lost(), 0);
        world.measure.slowest_hundredth()
    });
    // Nine messages: the user gets the answer of `front` at once. Then the CPU of the leaf and the database.
    assert!(took > 9 * LATENCY, "{took}");
    let slower = chain(EQUAL, &jitter(), |call| call).latency(Duration::from_millis(1));
    let difference = after(&slower, ERRS, &[20 * SECOND], |world| world.measure.slowest_hundredth()) - took;
    assert_eq!(difference, 9 * LATENCY);
}

#[test]
fn loops_multiply_and_marked_give_ups_do_not() {
    assert_eq!(reached(&chain(EQUAL, &naive(), unbounded), ERRS), (64, 256));
    assert_eq!(reached(&chain(EQUAL, &jitter(), unbounded), ERRS), (27, 81));
    let credit = chain(EQUAL, &jitter(), |call| call);
    assert_eq!(reached(&credit, ERRS), (13, 21), "each process adds three, and its line probes");
    let travelling = credit.clone().deadlines_travel().give_ups_travel();
    assert_eq!(reached(&travelling, ERRS), (1, 3));
    assert_eq!(reached(&travelling, HANGS), (3, 3), "with equal timeouts only the outermost sees its own");
    let inward = chain([4000, 2500, 1200, 250], &jitter(), |call| call).deadlines_travel().give_ups_travel();
    assert_eq!(reached(&inward, HANGS), (1, 3));
}

#[test]
fn attempts_have_the_timeouts_of_their_numbers() {
    let begun = |policy: TimedPolicy| {
        let policy = policy.deadline(Duration::from_millis(2500));
        let storm = Storm::new("front", 50.0)
            .users(Duration::from_secs(5), 0)
            .service(Service::new("front", 1).calls(CallTo::with_policy("front", policy, "db")))
            .service(Service::new("db", 1).capacity(75.0).queue(1000).slots(200));
        after(&storm, HANGS, &[5 * SECOND], |world| world.measure.total(1))
    };
    let growing = Backoff::exponential(Duration::from_secs(1), Duration::from_secs(2));
    assert_eq!(begun(naive()), 3);
    assert_eq!(begun(naive().attempt_timeouts(growing)), 2, "the second ends with the call");
}

#[test]
fn the_work_for_callers_who_left_is_dropped_if_deadlines_travel() {
    let calls: Vec<_> = (0..300).map(|_| 5 * SECOND).collect();
    let reached =
        |storm: &Storm| after(storm, HANGS, &calls, |world| (world.measure.total(LEAF), world.measure.total(DB)));
    let storm = chain(EQUAL, &jitter(), |call| call);
    let (leaf, db) = reached(&storm.clone().deadlines_travel().give_ups_travel());
    assert!(db < leaf / 2, "{db} of {leaf} were served: the CPU does about 75 in the second");
    let (leaf, db) = reached(&storm);
    assert!(db > leaf / 2, "{db} of {leaf}: without deadlines the queue is served to its end");
}

#[test]
fn an_attempt_of_one_call_does_not_end_one_of_the_next() {
    // The second call of `web` runs when the timeout of the first one is over.
    let call = |to| CallTo::with_policy(to, jitter(), to).without_budget();
    let storm = Storm::new("web", 1.0)
        .users(Duration::from_secs(5), 0)
        .service(Service::new("web", 1).calls(call("first")).calls(call("second")))
        .service(Service::new("first", 1).takes(Duration::from_millis(600)))
        .service(Service::new("second", 1).takes(Duration::from_millis(600)).capacity(1e9).queue(9));
    let calls: Vec<_> = (0..200).map(|number| (20 + number) * SECOND).collect();
    after(&storm, Trigger::Errors("first"), &calls, |world| {
        // `exp(-1 / 0.6)`: 19 % of the attempts of either call time out, and as many of the retries.
        let retries = world.measure.total(2) - 200;
        assert!((25..70).contains(&retries), "{retries}");
    });
}

#[test]
fn nothing_is_left_over() {
    let with_breaker = |call: CallTo| call.breaker(Breaker::new());
    let credit = chain(EQUAL, &jitter(), |call| call);
    let storms = [
        chain(EQUAL, &naive(), unbounded),
        credit.clone(),
        credit.deadlines_travel().give_ups_travel(),
        chain(EQUAL, &jitter(), with_breaker),
        chain(EQUAL, &jitter(), with_breaker).deadlines_travel(),
    ];
    // Faster than the CPU of the leaf, and on after the trigger.
    let calls: Vec<_> = (0..500).map(|number| 12 * SECOND + number * SECOND / 200).collect();
    for (at, storm) in storms.iter().enumerate() {
        for trigger in [ERRS, HANGS, Trigger::Slow("leaf", 5.0)] {
            after(storm, trigger, &calls, |world| {
                if trigger != HANGS || storm.deadlines_travel {
                    assert!(world.requests.is_empty(), "storm {at}, {trigger:?}");
                }
                assert_eq!(world.open, 0);
                let policy = &world.scenario.system.services[0].steps[0].operation.policy;
                let processes = world.services.iter().flat_map(|service| &service.processes);
                for process in processes {
                    assert!(Desk::is_idle(&process.desk), "storm {at}, {trigger:?}");
                    assert!(process.budgets.iter().all(|budget| budget.is_idle(policy)), "storm {at}, {trigger:?}");
                }
            });
        }
    }
}
