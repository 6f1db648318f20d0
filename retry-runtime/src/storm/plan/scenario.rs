//! One run of a system: its fault, and its times.

use core::time::Duration;
use std::format;
use std::vec;

use retry_core::internal::Span;

use crate::storm::error::StormError;
use crate::storm::plan::system::System;
use crate::storm::topology::Storm;
use crate::storm::trigger::Trigger;

const SECOND: u64 = 1_000_000_000;
/// Time before the trigger.
///
/// Budgets, breakers and queues reach their normal state in it.
const BEGINS: u64 = 5 * SECOND;
/// Time after the trigger at which a run that stays down may stop.
const EARLIEST_STOP: u64 = 10 * SECOND;
const HOUR: u64 = 3600 * SECOND;
/// Longest time of the trigger, and after it.
const LONGEST: Duration = Duration::from_nanos(HOUR);

/// Fault of the service at a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Errors(usize),
    Hangs(usize),
    Slow(usize, f64),
    Load(usize, f64),
    /// Nothing fails.
    None,
    /// The service answers each first attempt with an error, at any time.
    FirstAttempts(usize),
}

/// A system, its fault, and the times of a run in nanoseconds.
#[derive(Clone, Debug)]
pub(crate) struct Scenario<'a> {
    pub(crate) system: &'a System,
    pub(crate) fault: Fault,
    /// When the trigger begins.
    pub(crate) begins: u64,
    /// When the trigger has ended.
    pub(crate) ends: u64,
    /// When the last call comes from outside.
    pub(crate) end: u64,
    /// When a run that stays down may stop.
    pub(crate) may_stop_at: Option<u64>,
}

impl<'a> Scenario<'a> {
    /// Creates the scenario of a trigger.
    ///
    /// # Errors
    ///
    /// If there is no such service, or a number is out of range.
    pub(crate) fn new(
        system: &'a System,
        storm: &Storm,
        trigger: Trigger,
        lasts: Duration,
        watch: Duration,
    ) -> Result<Self, StormError> {
        let at = system.position(trigger.service(), "the trigger names")?;
        let fault = |message| Err(StormError { faults: vec![message] });
        for (time, name) in [(lasts, "the trigger lasts"), (watch, "the system is watched for")] {
            if time < Duration::from_secs(1) || time > LONGEST {
                return fault(format!("{name} {time:?}; write 1 s to 1 h"));
            }
        }
        let service = &system.services[at];
        let takes_no_time = service.capacity.is_none() && service.takes.is_zero();
        let is_greater = |factor: f64| factor > 1.0 && factor <= 1000.0;
        let resolved = match trigger {
            Trigger::Slow(name, _) if takes_no_time => {
                return fault(format!(
                    "`{name}` takes no time, so it cannot be slow; write `.capacity(per_second).queue(n)`, or `.takes(time)`"
                ));
            }
            Trigger::Errors(_) => Fault::Errors(at),
            Trigger::Hangs(_) => Fault::Hangs(at),
            Trigger::Slow(_, factor) if is_greater(factor) => Fault::Slow(at, factor),
            Trigger::Load(_, factor) if is_greater(factor) => Fault::Load(at, factor),
            Trigger::Slow(name, factor) => {
                return fault(format!("`Slow(\"{name}\", {factor})`: the factor is above 1, and at most 1000"));
            }
            Trigger::Load(name, factor) => {
                return fault(format!("`Load(\"{name}\", {factor})`: the factor is above 1, and at most 1000"));
            }
        };
        let ends = BEGINS + Span::from_duration(lasts).as_nanos();
        let capacities = system.services.iter().filter_map(|service| service.capacity);
        let cold = capacities.filter_map(|capacity| capacity.cold).map(|(_, lasts)| lasts).max().unwrap_or_default();
        let stop = ends + EARLIEST_STOP.max(Span::from_duration(cold).as_nanos());
        Ok(Self {
            system,
            fault: resolved,
            begins: BEGINS,
            ends,
            end: ends + Span::from_duration(watch).as_nanos(),
            may_stop_at: storm.stops_early.then_some(stop),
        })
    }

    /// Creates the scenario in which nothing fails.
    ///
    /// It is long enough to see whether the system is healthy.
    pub(crate) fn without_trigger(&self) -> Self {
        let patience = Span::from_duration(self.system.patience).as_nanos();
        let end = self.end.min(BEGINS + EARLIEST_STOP + patience);
        Self { fault: Fault::None, begins: end, ends: end, end, may_stop_at: None, ..self.clone() }
    }

    /// Creates the scenario in which each first attempt to a service fails.
    pub(crate) const fn first_attempts(system: &'a System, service: usize) -> Self {
        let end = HOUR;
        Self { system, fault: Fault::FirstAttempts(service), begins: 0, ends: end, end, may_stop_at: None }
    }

    /// Returns whether the trigger is on.
    pub(crate) fn is_on(&self, now: u64) -> bool {
        self.begins <= now && now < self.ends
    }
}
