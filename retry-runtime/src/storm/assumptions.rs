//! Assumptions of a verdict, in words.

use core::fmt::Write;
use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::storm::plan::{Capacity, PlannedBudget, PlannedService, Step, System};

/// Returns all assumptions about a system, one sentence each.
pub(super) fn assumptions(system: &System, seeds: (u64, u32)) -> Vec<String> {
    let mut lines = std::vec![users(system)];
    lines.extend(system.services.iter().map(service));
    lines.extend(system.operations().map(|(service, step)| operation(system, service, step)));
    lines.push(travel(system).into());
    lines.push(format!(
        "each process has one CPU and one queue, first come, first served; service times are exponential; a message takes {:?}; a \
         random process gets each request; to refuse one costs nothing",
        system.latency
    ));
    let (first, number) = seeds;
    lines.push(format!("seeds {first} to {}; the worst counts", first.saturating_add(number.into()) - 1));
    lines.push(
        "not in the model: autoscaling, connection pools, load balancers that eject processes, garbage collection, thread pools \
         per endpoint, retries of SDKs and proxies without a `CallTo::with_policy`, keys that many callers share, settings files, \
         pace, rate and concurrency limits"
            .into(),
    );
    let left_out = system.operations().filter(|(_, step)| !step.operation.left_out.is_empty());
    lines.extend(left_out.map(|(_, step)| {
        format!("not in the model: {} of `{}`", step.operation.left_out.join(", "), step.operation.name)
    }));
    lines
}

fn users(system: &System) -> String {
    let again = match system.presses {
        0 => "do not press again".to_string(),
        1 => "press again once if there is none".into(),
        times => format!("press again up to {times} times if there is none"),
    };
    let entry = system.services[system.entry].name;
    format!(
        "users: {} calls per second to `{entry}`; they wait {:?} for an answer, and {again}",
        system.rate, system.patience
    )
}

fn service(service: &PlannedService) -> String {
    let PlannedService { name, processes, load, takes, .. } = service;
    let mut text = format!("`{name}`: {}, {} requests per second", processes_of(*processes), short(*load));
    match service.capacity {
        None => text += ", never overloaded, because no capacity is given",
        Some(Capacity { per_second, queue, slots, cold }) => {
            let bound =
                |number: usize| if number == usize::MAX { "any number".to_string() } else { number.to_string() };
            let _ = write!(
                text,
                " of {} (headroom {}); {} of them wait in each process, and {} are in work",
                short(per_second),
                short(per_second / load),
                bound(queue),
                bound(slots)
            );
            if let Some((share, lasts)) = cold {
                let _ = write!(text, "; {} % of the capacity for {lasts:?} after the trigger", short(share * 100.0));
            }
        }
    }
    if *takes > Duration::ZERO {
        let _ = write!(text, "; takes {takes:?} without the CPU");
    }
    if let Some(share) = service.retry_limit {
        let _ = write!(text, "; serves at most {share} retries per first attempt");
    }
    text
}

fn operation(system: &System, service: &PlannedService, step: &Step) -> String {
    let operation = &step.operation;
    let mut text = format!("`{}`: `{}` calls `{}`", operation.name, service.name, system.services[step.to].name);
    if step.share < 1.0 {
        let _ = write!(text, " for {} % of its requests", short(step.share * 100.0));
    }
    if step.is_optional {
        text += ", and goes on without it";
    }
    let timeout = match operation.attempt_timeout {
        None => "no attempt timeout; ".to_string(),
        // The policy shows it.
        time if time == operation.policy.get_attempt_timeout() => String::new(),
        Some(time) => format!("attempts of {time:?}; "),
    };
    let deadline = match operation.deadline {
        // The policy shows it.
        time if time == operation.policy.get_deadline() => String::new(),
        None => "no deadline; ".to_string(),
        Some(time) => format!("a deadline of {time:?}; "),
    };
    let budget = match &operation.budget {
        PlannedBudget::None => "no budget".to_string(),
        PlannedBudget::Own => "the default budget per process".into(),
        shared => shared.settings().map(|budget| format!("{budget} per process")).unwrap_or_default(),
    };
    let breaker = operation.breaker.as_ref();
    let breaker =
        breaker.map_or("no breaker".to_string(), |breaker| format!("a breaker per process: {}", breaker.settings()));
    format!(
        "{text}: {}; {timeout}{deadline}{budget}; {breaker}; an error of the service is `{}`",
        operation.policy, operation.class
    )
}

const fn travel(system: &System) -> &'static str {
    match (system.deadlines_travel, system.give_ups_travel) {
        (true, true) => {
            "deadlines and give-ups travel: the work for callers who left is dropped, and what gave up below is not retried"
        }
        (true, false) => "deadlines travel, give-ups do not: callers retry what an operation below has given up",
        (false, true) => "give-ups travel, deadlines do not: services go on for callers who left",
        (false, false) => {
            "neither deadlines nor give-ups travel: services go on for callers who left, and callers retry what an operation \
             below has given up"
        }
    }
}

fn processes_of(number: usize) -> String {
    if number == 1 { "1 process".into() } else { format!("{number} processes") }
}

/// Rounds to two digits behind the point, without zeros at the end.
pub(super) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').into()
}
