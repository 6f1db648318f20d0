//! The loop over events, and the early stop.

use std::vec::Vec;

use crate::storm::plan::{Fault, Scenario};
use crate::storm::simulation::events::Event;
use crate::storm::simulation::measure::{Measure, SECOND};
use crate::storm::simulation::world::World;

/// Share of calls below which a system is down.
const DOWN: f64 = 0.1;
/// Share of its former value below which a load or a queue falls.
const FALLS: f64 = 0.95;
/// Seconds in which it falls.
const WINDOW: usize = 5;

/// Runs a scenario until every call of users has ended, or the system stays down.
pub(crate) fn run(scenario: &Scenario<'_>, seed: u64) -> Measure {
    let mut world = World::new(scenario, seed);
    world.run();
    world.measure.events = world.events.planned();
    world.measure
}

/// Load and queue of a service at one second.
#[derive(Clone, Copy, Debug, Default)]
struct Pressure {
    reached: f64,
    waiting: f64,
}

impl World<'_> {
    fn run(&mut self) {
        self.events.plan(0, Event::Call);
        if let Fault::Load(service, _) = self.scenario.fault {
            if service != self.scenario.system.entry {
                self.events.plan(self.scenario.begins, Event::Extra);
            }
        }
        let mut history: Vec<Vec<Pressure>> = Vec::new();
        while let Some((at, event)) = self.events.next() {
            self.happens(at, event);
            if event == Event::Call {
                let next = at + self.apart();
                if next < self.scenario.end {
                    self.events.plan(next, Event::Call);
                } else if self.open == 0 {
                    return;
                }
                if next / SECOND > at / SECOND && at >= SECOND && self.stays_down(&mut history) {
                    self.measure.end = at;
                    self.measure.stopped_early = true;
                    return;
                }
            }
            if self.open == 0 && at >= self.scenario.end {
                return; // what else happens serves nobody
            }
        }
    }

    pub(super) fn happens(&mut self, at: u64, event: Event) {
        self.now = at;
        match event {
            Event::Call => self.called(),
            Event::Extra => self.extra(),
            Event::Left(id) => self.left(id),
            Event::Arrived(id) => self.arrived(id),
            Event::Erred(id) => self.erred(id),
            Event::Served(id) => self.served(id),
            Event::Worked(id) => self.next_call(id),
            Event::Answered(id, turn, answer) => self.answered(id, turn, answer),
            Event::TimedOut(id, turn) => self.timed_out(id, turn),
            Event::Waited(id, turn) => self.waited(id, turn),
            Event::InLine(id, turn) => self.in_line(id, turn),
            Event::Woken(id, turn) => self.woken(id, turn),
            Event::Cancelled(id) => self.cancelled(id),
        }
        for (id, turn) in self.woken.take() {
            self.events.plan(at, Event::Woken(id, turn));
        }
    }

    /// Returns whether the system is down after the trigger, and nothing changes that.
    ///
    /// The loop calls it once per second.
    fn stays_down(&mut self, history: &mut Vec<Vec<Pressure>>) -> bool {
        let Some(earliest) = self.scenario.may_stop_at else { return false };
        let pressure = |service| Pressure {
            reached: self.measure.reached_in_second_before(service, self.now).into(),
            #[allow(clippy::cast_precision_loss)] // some million
            waiting: self.waiting(service) as f64,
        };
        let services = 0..self.scenario.system.services.len();
        history.push(services.clone().map(pressure).collect());
        let succeeded = f64::from(self.measure.answered_in_second_before(self.now));
        if self.now < earliest || succeeded >= DOWN * self.scenario.system.rate || history.len() <= WINDOW {
            return false;
        }
        let (last, before) = (&history[history.len() - 1], &history[history.len() - 1 - WINDOW]);
        services.into_iter().any(|service| {
            let Some(capacity) = self.service(service).capacity else { return false };
            let (last, before) = (last[service], before[service]);
            let is_steady = last.reached >= FALLS * before.reached && last.waiting >= FALLS * before.waiting;
            last.reached > capacity.per_second && last.waiting > 0.0 && is_steady
        })
    }
}
