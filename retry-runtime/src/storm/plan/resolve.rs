//! Resolution of what was written, and all its faults.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::storm::error::StormError;
use crate::storm::plan::loads::{Edge, loads};
use crate::storm::plan::operation::PlannedOperation;
use crate::storm::plan::system::{Capacity, PlannedService, Step, System, position};
use crate::storm::plan::validate;
use crate::storm::service::Service;
use crate::storm::topology::Storm;

impl System {
    /// Resolves a system.
    ///
    /// # Errors
    ///
    /// All faults that can be found together.
    pub(crate) fn new(storm: &Storm) -> Result<Self, StormError> {
        let mut faults = validate::numbers(storm);
        let names: Vec<_> = storm.services.iter().map(Service::name).collect();
        let entry = position(&names, storm.entry, "users call").unwrap_or_else(|fault| {
            faults.push(fault);
            0
        });
        let mut services = Vec::new();
        for service in &storm.services {
            match resolve(service, &names) {
                Ok(service) => services.push(service),
                Err(mut found) => faults.append(&mut found),
            }
        }
        if !faults.is_empty() {
            return Err(StormError { faults });
        }
        let edges: Vec<Vec<Edge>> =
            services.iter().map(|service| service.steps.iter().map(|step| (step.to, step.share)).collect()).collect();
        let loads =
            loads(entry, storm.rate, &edges, &names).map_err(|fault| StormError { faults: std::vec![fault] })?;
        for (service, load) in services.iter_mut().zip(loads) {
            service.load = load;
        }
        let (patience, presses) = storm.users.map_or((Duration::ZERO, 0), |users| (users.patience, users.presses));
        let system = Self {
            services,
            entry,
            rate: storm.rate,
            patience,
            presses,
            deadlines_travel: storm.deadlines_travel,
            give_ups_travel: storm.give_ups_travel,
            latency: storm.latency,
        };
        let faults = validate::system(&system);
        if faults.is_empty() { Ok(system) } else { Err(StormError { faults }) }
    }
}

fn resolve(service: &Service, names: &[&'static str]) -> Result<PlannedService, Vec<String>> {
    let mut faults = validate::service(service);
    let mut steps = Vec::new();
    for call in &service.calls {
        let to = position(names, call.to, &format!("`{}` calls", service.name)).map_err(|fault| std::vec![fault]);
        match (to, PlannedOperation::new(call)) {
            (Ok(to), Ok(operation)) => {
                steps.push(Step { operation, to, share: call.share, is_optional: call.is_optional });
            }
            (to, operation) => {
                faults.extend(to.err().into_iter().chain(operation.err()).flatten());
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let capacity = service.capacity.zip(service.queue).map(|(per_second, queue)| Capacity {
        per_second,
        queue,
        slots: service.slots.unwrap_or(usize::MAX),
        cold: service.cold,
    });
    Ok(PlannedService {
        name: service.name,
        processes: service.processes,
        capacity,
        takes: service.takes,
        retry_limit: service.retry_limit,
        steps,
        load: 0.0,
    })
}
