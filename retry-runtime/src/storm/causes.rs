//! Causes of a system that is not healthy although nothing fails.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::storm::assumptions::short;
use crate::storm::plan::{Capacity, PlannedService, Step, System};

/// Headroom below which random arrivals fill a queue.
const SMALL: f64 = 1.2;

/// Returns what may make the calls fail, and what to change.
pub(super) fn causes(system: &System) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(system.operations().flat_map(|(_, step)| operation(system, step)));
    lines.extend(users(system));
    lines.extend(system.services.iter().filter_map(|service| slots(system, service)));
    lines.extend(system.services.iter().filter_map(headroom));
    if lines.is_empty() {
        lines.push(
            "a retry limit, a short queue or a policy may refuse them: compare the loads above with the assumptions"
                .into(),
        );
    }
    lines
}

/// Compares the times of an operation with that of the service.
fn operation(system: &System, step: &Step) -> Vec<String> {
    let (name, service) = (step.operation.name, &system.services[step.to]);
    let needed = needed_by(system, step);
    let mut lines = Vec::new();
    for (what, time, option) in
        [("attempts", step.operation.timeout_of(1), "attempt_timeout"), ("calls", step.operation.deadline, "deadline")]
    {
        lines.extend(time.filter(|time| is_short(*time, needed)).map(|time| {
            format!(
                "{what} of `{name}` end after {time:?}, and `{}` answers in {} on average without a queue, one in a hundred in \
                 4.6 times that: write a longer `{option}`, or correct `takes` and the capacity",
                service.name,
                millis(needed)
            )
        }));
    }
    lines
}

fn users(system: &System) -> Option<String> {
    let entry = &system.services[system.entry];
    let needed = answer_time(system, entry) + 2.0 * system.latency.as_secs_f64();
    is_short(system.patience, needed).then(|| {
        format!(
            "users wait {:?}, and `{}` answers in {} on average without a queue, one in a hundred in 4.6 \
             times that: write the patience that they have, or correct `takes` and the capacity",
            system.patience,
            entry.name,
            millis(needed)
        )
    })
}

/// Compares the slots of a service with the time for which a request holds one.
fn slots(system: &System, service: &PlannedService) -> Option<String> {
    let Capacity { slots, .. } = service.capacity.filter(|capacity| capacity.slots != usize::MAX)?;
    #[allow(clippy::cast_precision_loss)] // 100,000 at most
    let (slots, processes) = (slots as f64, service.processes as f64);
    let held = answer_time(system, service);
    let most = slots * processes / held;
    (most < service.load * SMALL).then(|| {
        format!(
            "`{}` has {slots} slots in each process, and a request holds one for {}: that serves {} of {} requests per second; \
             write more slots or processes",
            service.name,
            millis(held),
            short(most),
            short(service.load)
        )
    })
}

fn headroom(service: &PlannedService) -> Option<String> {
    let headroom = service.capacity?.per_second / service.load;
    (headroom < SMALL).then(|| {
        format!(
            "`{}` has the headroom {}: requests come at random, so that its queue fills; write a greater capacity",
            service.name,
            short(headroom)
        )
    })
}

/// Returns whether `time` is too short for most answers.
///
/// They take `needed` seconds on average. Service times are exponential: one in a hundred takes 4.6 times the average.
fn is_short(time: Duration, needed: f64) -> bool {
    time.as_secs_f64() < 4.6 * needed
}

fn needed_by(system: &System, step: &Step) -> f64 {
    answer_time(system, &system.services[step.to]) + 2.0 * system.latency.as_secs_f64()
}

/// Returns the average time of an answer without a queue, in seconds.
fn answer_time(system: &System, service: &PlannedService) -> f64 {
    #[allow(clippy::cast_precision_loss)] // 100,000 at most
    let cpu = service.capacity.map_or(0.0, |capacity| service.processes as f64 / capacity.per_second);
    let below: f64 = service.steps.iter().map(|step| step.share * needed_by(system, step)).sum();
    service.takes.as_secs_f64() + cpu + below
}

fn millis(seconds: f64) -> String {
    format!("{} ms", short(seconds * 1000.0))
}
