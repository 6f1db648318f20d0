//! Users: their calls, and what they do when they have waited long enough.

use retry_core::internal::Span;

use crate::Moment;
use crate::storm::plan::Fault;
use crate::storm::simulation::events::Event;
use crate::storm::simulation::request::Origin;
use crate::storm::simulation::slab::Id;
use crate::storm::simulation::world::World;

impl World<'_> {
    /// A user makes a call.
    pub(super) fn called(&mut self) {
        self.open += 1;
        self.press(true, self.scenario.system.presses);
    }

    fn press(&mut self, is_first: bool, presses_left: u32) {
        let system = self.scenario.system;
        let patience = Span::from_duration(system.patience).as_nanos();
        let deadline = if system.deadlines_travel { Moment::from_nanos(self.now + patience) } else { Moment::NEVER };
        let id = self.create(Origin::User { begun: self.now, is_first, presses_left }, system.entry, deadline);
        self.events.plan_after(self.now, patience, Event::Left(id));
        self.send(id);
    }

    /// A user without an answer leaves, and perhaps presses again.
    pub(super) fn left(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let Origin::User { begun, is_first, presses_left } = request.from else { return };
        request.from = Origin::Nobody;
        if is_first {
            self.open -= 1;
            self.measure.ended(begun, self.now, false);
        }
        if self.scenario.system.deadlines_travel {
            self.events.plan_after(self.now, self.latency, Event::Cancelled(id));
        }
        if presses_left > 0 {
            self.press(false, presses_left - 1);
        }
    }

    /// A request comes from outside of the model, and plans the next one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the factor is above 1
    pub(super) fn extra(&mut self) {
        let Fault::Load(service, factor) = self.scenario.fault else { return };
        let id = self.create(Origin::Nobody, service, Moment::NEVER);
        self.send(id);
        let apart = 1e9 / (self.service(service).load * (factor - 1.0));
        let next = self.now + (apart as u64).max(1);
        if self.scenario.is_on(next) {
            self.events.plan(next, Event::Extra);
        }
    }
}
