//! A batch whose items all fail once.

use core::time::Duration;
use std::vec;
use std::vec::Vec;

use crate::storm::plan::{PlannedOperation, PlannedService, Scenario, Step, System};
use crate::storm::simulation::events::Event;
use crate::storm::simulation::measure::seconds;
use crate::storm::simulation::world::World;

/// Result of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BatchResult {
    /// Items that failed for good.
    pub(crate) lost: u32,
    /// Time of the batch, in seconds.
    pub(crate) seconds: f64,
}

/// Runs `items` calls of an operation in one process, `at_once` at a time.
///
/// Each fails at its first attempt; others are answered after `takes` on average.
pub(crate) fn run_batch(
    operation: &PlannedOperation,
    (items, at_once): (u32, u32),
    takes: Duration,
    seed: u64,
) -> BatchResult {
    let service = |name, takes, steps: Vec<Step>| PlannedService {
        name,
        processes: 1,
        capacity: None,
        takes,
        retry_limit: None,
        steps,
        load: 0.0,
    };
    let step = Step { operation: operation.clone(), to: 1, share: 1.0, is_optional: false };
    let system = System {
        services: vec![service("batch", Duration::ZERO, vec![step]), service("service", takes, Vec::new())],
        entry: 0,
        rate: 1.0,
        patience: Duration::from_secs(3600),
        presses: 0,
        deadlines_travel: false,
        give_ups_travel: false,
        latency: Duration::from_micros(500),
    };
    let scenario = Scenario::first_attempts(&system, 1);
    let mut world = World::new(&scenario, seed);
    let first = at_once.min(items);
    world.items = u64::from(items - first);
    (0..first).for_each(|_| world.events.plan(0, Event::Call));
    let mut ended = 0;
    while ended < items {
        let Some((at, event)) = world.events.next() else { break };
        world.happens(at, event);
        ended = world.measure.ended_calls();
    }
    BatchResult { lost: world.measure.lost(), seconds: seconds(world.now) }
}
