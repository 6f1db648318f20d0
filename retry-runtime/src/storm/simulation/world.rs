//! State of a run, and the access to its parts.

use std::vec::Vec;

use retry_core::internal::Span;

use crate::Moment;
use crate::storm::plan::{Fault, PlannedService, Scenario, Step};
use crate::storm::simulation::budget::WokenRequests;
use crate::storm::simulation::events::{Event, Events};
use crate::storm::simulation::measure::{Measure, SECOND, seconds};
use crate::storm::simulation::process::{Process, Shared};
use crate::storm::simulation::random::Random;
use crate::storm::simulation::request::{Origin, Request};
use crate::storm::simulation::slab::{Id, Slab};

/// Simulated services at one moment.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) scenario: &'a Scenario<'a>,
    pub(super) now: u64,
    pub(super) events: Events,
    pub(super) requests: Slab<Request>,
    pub(super) services: Vec<State>,
    pub(super) random: Random,
    pub(super) measure: Measure,
    pub(super) woken: WokenRequests,
    /// Number of calls of users that have not ended.
    pub(super) open: u64,
    /// Items of a batch that have not begun; each begins when another one ends.
    pub(super) items: u64,
    /// Latency of a message, in nanoseconds.
    pub(super) latency: u64,
}

/// State of a service.
#[derive(Debug)]
pub(super) struct State {
    pub(super) processes: Vec<Process>,
    pub(super) shared: Shared,
}

/// Process, by the positions of its service and of itself.
pub(super) type ProcessId = (usize, usize);

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario<'a>, seed: u64) -> Self {
        let state = |service: &PlannedService| {
            let shared = Shared::new(service);
            let processes = (0..service.processes).map(|_| shared.process(service.retry_limit)).collect();
            State { processes, shared }
        };
        Self {
            scenario,
            now: 0,
            events: Events::default(),
            requests: Slab::new(),
            services: scenario.system.services.iter().map(state).collect(),
            random: Random::new(seed),
            measure: Measure::new(scenario),
            woken: WokenRequests::default(),
            open: 0,
            items: 0,
            latency: Span::from_duration(scenario.system.latency).as_nanos(),
        }
    }

    pub(super) const fn moment(&self) -> Moment {
        Moment::from_nanos(self.now)
    }

    pub(super) fn service(&self, service: usize) -> &'a PlannedService {
        &self.scenario.system.services[service]
    }

    pub(super) fn process(&mut self, (service, process): ProcessId) -> &mut Process {
        &mut self.services[service].processes[process]
    }

    /// Returns the call that a request makes, unless it has made all.
    pub(super) fn step(&self, service: usize, step: usize) -> Option<&'a Step> {
        self.scenario.system.services[service].steps.get(step)
    }

    /// Creates a request to a random process of a service.
    pub(super) fn create(&mut self, from: Origin, service: usize, deadline: Moment) -> Id {
        let process = self.random.below(self.services[service].processes.len());
        self.requests.insert(Request::new(from, service, process, deadline))
    }

    /// Plans that a request that was created now reaches its process.
    pub(super) fn send(&mut self, id: Id) {
        self.events.plan_after(self.now, self.latency, Event::Arrived(id));
    }

    /// Returns the multiple of its normal time that a service needs now.
    pub(super) fn slowness(&self, service: usize) -> f64 {
        let is_on = self.scenario.is_on(self.now);
        let slow = match self.scenario.fault {
            Fault::Slow(at, factor) if at == service && is_on => factor,
            _ => 1.0,
        };
        let cold = self.service(service).capacity.and_then(|capacity| capacity.cold);
        let ends = self.scenario.ends;
        let is_cold = |lasts| self.now >= ends && self.now < ends + Span::from_duration(lasts).as_nanos();
        slow / cold.filter(|(_, lasts)| is_cold(*lasts)).map_or(1.0, |(share, _)| share)
    }

    /// Returns the requests that wait in all processes of a service.
    pub(super) fn waiting(&self, service: usize) -> usize {
        self.services[service].processes.iter().map(|process| process.desk.waiting()).sum()
    }

    /// Returns the time between two calls of users, in nanoseconds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the rate is above 0
    pub(super) fn apart(&self) -> u64 {
        let more = match self.scenario.fault {
            Fault::Load(at, factor) if at == self.scenario.system.entry && self.scenario.is_on(self.now) => factor,
            _ => 1.0,
        };
        ((seconds(SECOND) / (self.scenario.system.rate * more) * 1e9) as u64).max(1)
    }
}
