//! Rules of a system.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::storm::plan::operation::OperationKind;
use crate::storm::plan::system::System;
use crate::storm::service::Service;
use crate::storm::topology::Storm;

/// Largest number of processes of a service.
const MAX_PROCESSES: usize = 100_000;
/// Largest number of seeds.
const MAX_SEEDS: u32 = 100;
const HOUR: Duration = Duration::from_secs(3600);

/// Returns the faults of users, rate and names.
pub(super) fn numbers(storm: &Storm) -> Vec<String> {
    let mut faults = Vec::new();
    if !(storm.rate > 0.0 && storm.rate <= 1e6) {
        faults.push(format!("users make {} calls per second; write a rate above 0, and at most 1000000", storm.rate));
    }
    match storm.users {
        None => faults.push(
            "the users are missing; write `.users(patience, presses_again)`: how long they wait, and how often they press the \
             button again"
                .into(),
        ),
        Some(users) if users.patience.is_zero() || users.patience > HOUR => {
            faults.push(format!("users wait {:?}; write a patience above 0, and at most 1 h", users.patience));
        }
        Some(users) if users.presses > 100 => {
            faults.push(format!("users press {} times again; write at most 100", users.presses));
        }
        Some(_) => {}
    }
    if !(1..=MAX_SEEDS).contains(&storm.seeds) {
        faults.push(format!("`seeds({})` is out of range; write 1 to {MAX_SEEDS}", storm.seeds));
    }
    if storm.latency > Duration::from_secs(60) {
        faults.push(format!("`latency({:?})` is out of range; write at most 60 s", storm.latency));
    }
    for (at, service) in storm.services.iter().enumerate() {
        if storm.services[..at].iter().any(|other| other.name == service.name) {
            faults.push(format!("two services are named `{}`; rename one", service.name));
        }
    }
    faults
}

/// Returns the faults of a service by itself.
pub(super) fn service(service: &Service) -> Vec<String> {
    let mut faults = Vec::new();
    let name = service.name;
    if !(1..=MAX_PROCESSES).contains(&service.processes) {
        faults.push(format!("`{name}` has {} processes; write 1 to {MAX_PROCESSES}", service.processes));
    }
    match (service.capacity, service.queue) {
        (Some(capacity), _) if !(capacity > 0.0 && capacity <= 1e9) => {
            faults.push(format!("`{name}` serves {capacity} requests per second; write a capacity above 0"));
        }
        (Some(_), None) => faults.push(format!(
            "`{name}` has a capacity and no queue; write `.queue(n)`, the requests that wait in each process at most: the \
             `acceptCount` of Tomcat is 100, with 200 threads, which are `.slots(200)`; axum and hyper have no bound, which is \
             `.unbounded_queue()`"
        )),
        (None, Some(_)) => faults.push(format!(
            "`{name}` has a queue and no capacity; write `.capacity(per_second)`, the requests that all its processes serve \
             together, as measured in a load test"
        )),
        _ => {}
    }
    if service.capacity.is_none() && (service.slots.is_some() || service.cold.is_some()) {
        faults.push(format!("`{name}` has slots or a cold time and no capacity; write `.capacity(per_second)`"));
    }
    if service.slots == Some(0) {
        faults.push(format!("`{name}` has 0 slots; write at least 1"));
    }
    if let Some((share, _)) = service.cold.filter(|(share, lasts)| !is_share(*share) || *lasts > HOUR) {
        faults.push(format!(
            "`{name}` has the share {share} of its capacity while it is cold; write above 0 to 1, for at most 1 h"
        ));
    }
    if let Some(share) = service.retry_limit.filter(|share| !(0.0..=1.0).contains(share)) {
        faults.push(format!("`{name}` has the retry limit {share}; write 0 to 1"));
    }
    if service.takes > HOUR {
        faults.push(format!("`{name}` takes {:?}; write at most 1 h", service.takes));
    }
    for call in service.calls.iter().filter(|call| !is_share(call.share)) {
        faults.push(format!("`{name}` calls `{}` with the share {}; write above 0 to 1", call.to, call.share));
    }
    faults
}

/// Returns the faults that show in the whole system only.
pub(super) fn system(system: &System) -> Vec<String> {
    let mut faults = Vec::new();
    if system.services.iter().all(|service| service.capacity.is_none()) {
        let names: Vec<_> = system.services.iter().map(|service| format!("`{}`", service.name)).collect();
        faults.push(format!(
            "none of {} has a capacity, so nothing can be overloaded; write `.capacity(per_second).queue(n)` for the service \
             that fails first under load",
            names.join(", ")
        ));
    }
    for service in &system.services {
        let (name, load) = (service.name, service.load);
        if load == 0.0 {
            faults.push(format!(
                "nothing calls `{name}`; add `.calls(op!(.. => \"{name}\"))` to a service, or remove it"
            ));
        }
        if let Some(capacity) = service.capacity.filter(|capacity| capacity.per_second <= load) {
            faults.push(format!(
                "`{name}` gets {load} requests per second while nothing fails, and serves {}; its capacity must be greater",
                capacity.per_second
            ));
        }
    }
    for (service, step) in system.operations() {
        let to = &system.services[step.to];
        if to.capacity.is_some() && step.operation.attempt_timeout.is_none() {
            let (operation, service) = (step.operation.name, service.name);
            faults.push(format!(
                "`{operation}` calls `{}`, which can be overloaded, without an attempt timeout; {}",
                to.name,
                timeout_advice(step.operation.kind, service)
            ));
        }
    }
    faults
}

/// Returns where an operation of `service` gets its attempt timeout.
fn timeout_advice(kind: OperationKind, service: &str) -> String {
    match kind {
        OperationKind::Async => format!(
            "write `attempt_timeout = ..` in the attribute, or `.attempt_timeout(..)` after the `op!` of `{service}` if its \
             client has one (reqwest has none unless `timeout` is called)"
        ),
        OperationKind::Blocking => format!(
            "nothing can cut a blocking attempt but its client, so set the client's timeout (reqwest::blocking has 30 s, ureq \
             none), and write the same time as `.attempt_timeout(..)` after the `op!` of `{service}`"
        ),
        OperationKind::WithoutAttribute => format!(
            "write `.attempt_timeout(..)` in its `TimedPolicy`, or after the `CallTo::with_policy(..)` of `{service}`, with the \
             timeout of the client"
        ),
    }
}

fn is_share(share: f64) -> bool {
    share > 0.0 && share <= 1.0
}
