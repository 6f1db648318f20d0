//! Changes that may let a system recover.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::storm::assumptions::short;
use crate::storm::plan::{Capacity, PlannedBudget, System};
use crate::storm::verdict::Verdict;

/// Returns the service that keeps the system down.
///
/// It is the one whose load at the end is the largest multiple of its capacity.
pub(super) fn overloaded(system: &System, verdict: &Verdict) -> Option<usize> {
    let pressure = |at: &usize| {
        let load = &verdict.services[*at];
        load.at_end.max(load.peak) / load.headroom().unwrap_or(f64::INFINITY)
    };
    let with_capacity = (0..system.services.len()).filter(|at| system.services[*at].capacity.is_some());
    with_capacity.max_by(|one, other| pressure(one).total_cmp(&pressure(other)))
}

/// Returns what to change, the most effective first.
pub(super) fn advice(system: &System, service: usize) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(budgets(system, service));
    lines.extend(queue(system, service));
    if !system.deadlines_travel {
        lines.push(
            "deadlines do not travel, so services work for callers who have left: send the context in clients (`with_attempt`), add \
             `ServerLayer` to servers, and write `.deadlines_travel()`"
                .into(),
        );
    }
    lines.extend(layers(system, service));
    lines.extend(headroom(system, service));
    lines
}

/// Finds operations on the way to a service that retry without a budget.
fn budgets(system: &System, service: usize) -> Vec<String> {
    let on_the_way = system.operations().filter(|(_, step)| reaches(system, step.to, service));
    let unbounded =
        on_the_way.filter(|(_, step)| step.operation.retries() && matches!(step.operation.budget, PlannedBudget::None));
    unbounded
        .map(|(_, step)| {
            format!("`{}` retries without a budget: remove `budget = none`, or name a budget", step.operation.name)
        })
        .collect()
}

/// Compares the queue with the patience of its callers.
fn queue(system: &System, service: usize) -> Option<String> {
    let Capacity { per_second, queue, .. } = system.services[service].capacity?;
    #[allow(clippy::cast_precision_loss)] // 100,000 at most
    let per_process = per_second / system.services[service].processes as f64;
    let callers = system.operations().filter(|(_, step)| step.to == service);
    let timeouts = callers.filter_map(|(_, step)| Some((step.operation.timeout_of(1)?, step.operation.name)));
    let (timeout, operation) = timeouts.min()?;
    let harmless = per_process * timeout.as_secs_f64();
    #[allow(clippy::cast_precision_loss)] // an estimate
    let is_long = queue as f64 > harmless;
    if !is_long {
        return None;
    }
    let name = system.services[service].name;
    let holds = if queue == usize::MAX {
        format!("the queue of `{name}` has no bound")
    } else {
        #[allow(clippy::cast_precision_loss)] // an estimate
        let seconds = queue as f64 / per_process;
        format!("the queue of `{name}` holds {queue} requests in each process, which take {} s", short(seconds))
    };
    Some(format!(
        "{holds}, and attempts of `{operation}` wait {timeout:?}: the service then answers callers who have left; at most {} \
         requests are harmless",
        short(harmless.floor())
    ))
}

/// Finds layers of retries that multiply.
fn layers(system: &System, service: usize) -> Option<String> {
    if system.give_ups_travel {
        return None;
    }
    let on_the_way =
        system.operations().filter(|(_, step)| reaches(system, step.to, service) && step.operation.retries());
    let names: Vec<_> = on_the_way.map(|(_, step)| format!("`{}`", step.operation.name)).collect();
    (names.len() > 1).then(|| {
        format!(
            "the retries of {} multiply: add `ServerLayer` to servers and write `.give_ups_travel()`, or retry in one layer only",
            names.join(", ")
        )
    })
}

/// Compares the headroom with the presses of users.
fn headroom(system: &System, service: usize) -> Option<String> {
    let planned = &system.services[service];
    let headroom = planned.capacity?.per_second / planned.load;
    let presses = f64::from(system.presses + 1);
    let name = planned.name;
    Some(if presses > headroom {
        format!(
            "users press up to {presses} times for one call, more than the headroom {} of `{name}`: no budget bounds that; make the \
             button wait, or add capacity (`least_headroom(\"{name}\", ..)` returns how much)",
            short(headroom)
        )
    } else {
        format!(
            "`{name}` has the headroom {}; `least_headroom(\"{name}\", ..)` returns the least that recovers",
            short(headroom)
        )
    })
}

/// Returns whether requests of the service `from` lead to the service `to`.
fn reaches(system: &System, from: usize, to: usize) -> bool {
    from == to || system.services[from].steps.iter().any(|step| reaches(system, step.to, to))
}

/// Writes a time for people.
pub(super) fn time(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
