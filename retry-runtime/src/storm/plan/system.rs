//! The resolved system: services by position, operations with their policies.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::names::proposal;
use crate::storm::error::StormError;
use crate::storm::plan::operation::PlannedOperation;

/// Resolved system, in which nothing is missing.
#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) services: Vec<PlannedService>,
    pub(crate) entry: usize,
    /// Calls per second of users.
    pub(crate) rate: f64,
    pub(crate) patience: Duration,
    pub(crate) presses: u32,
    pub(crate) deadlines_travel: bool,
    pub(crate) give_ups_travel: bool,
    pub(crate) latency: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct PlannedService {
    pub(crate) name: &'static str,
    pub(crate) processes: usize,
    pub(crate) capacity: Option<Capacity>,
    pub(crate) takes: Duration,
    pub(crate) retry_limit: Option<f64>,
    pub(crate) steps: Vec<Step>,
    /// Requests per second while nothing fails.
    pub(crate) load: f64,
}

/// Bounds of a service that can be overloaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capacity {
    /// Requests per second of all processes.
    pub(crate) per_second: f64,
    /// Requests that wait in each process at most.
    pub(crate) queue: usize,
    pub(crate) slots: usize,
    pub(crate) cold: Option<(f64, Duration)>,
}

/// Call that each request of a service makes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) operation: PlannedOperation,
    pub(crate) to: usize,
    pub(crate) share: f64,
    pub(crate) is_optional: bool,
}

impl System {
    /// Returns the position of a service.
    ///
    /// # Errors
    ///
    /// If there is none of this name.
    pub(crate) fn position(&self, name: &str, used_by: &str) -> Result<usize, StormError> {
        let names: Vec<_> = self.services.iter().map(|service| service.name).collect();
        position(&names, name, used_by).map_err(|fault| StormError { faults: std::vec![fault] })
    }

    /// Returns all operations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (&PlannedService, &Step)> {
        self.services.iter().flat_map(|service| service.steps.iter().map(move |step| (service, step)))
    }
}

/// Returns the position of the service `name`, which `used_by` names.
pub(super) fn position(names: &[&'static str], name: &str, used_by: &str) -> Result<usize, String> {
    names.iter().position(|known| *known == name).ok_or_else(|| {
        let instead = match names {
            [] => "add it with `.service(Service::new(..))`".into(),
            _ => proposal(name, names.iter().copied()).replace("the program has", "there are"),
        };
        format!("{used_by} `{name}`, which is not a service; {instead}")
    })
}
