//! Requests at their processes: queue, CPU, the time without it, and the answer.

use core::time::Duration;

use retry_core::internal::UNBOUNDED;

use crate::storm::plan::Fault;
use crate::storm::simulation::events::{Answer, Event};
use crate::storm::simulation::request::{Origin, Request, Stage};
use crate::storm::simulation::slab::Id;
use crate::storm::simulation::world::{ProcessId, World};
use crate::{Class, Withdrawal};

/// Time until a service that errs answers, in nanoseconds.
const ERROR: u64 = 1_000_000;

impl World<'_> {
    /// A request reaches its process.
    ///
    /// It waits for the CPU if the service can be overloaded.
    pub(super) fn arrived(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let (process, is_retry) = ((request.service, request.process), request.is_retry);
        let service = process.0;
        self.measure.reached(service, self.now);
        if !self.is_allowed(process, is_retry) {
            self.measure.refused(service, self.now);
            return self.answer(id, Answer::Bad { gave_up: true });
        }
        let is_on = self.scenario.is_on(self.now);
        let (errs, hangs) = match self.scenario.fault {
            Fault::Errors(at) => (is_on && at == service, false),
            Fault::Hangs(at) => (false, is_on && at == service),
            Fault::FirstAttempts(at) => (!is_retry && at == service, false),
            Fault::None | Fault::Slow(..) | Fault::Load(..) => (false, false),
        };
        if errs {
            self.events.plan_after(self.now, ERROR, Event::Erred(id));
        }
        if errs || hangs {
            if let Some(request) = self.requests.get_mut(id) {
                request.stage = Stage::Failing;
            }
            return;
        }
        let Some(capacity) = self.service(service).capacity else { return self.work(id) };
        if !self.process(process).desk.enqueue(id, capacity.queue) {
            return self.answer(id, Answer::Bad { gave_up: false });
        }
        self.start_next(process);
    }

    /// A request is answered with an error, unless its caller has left.
    pub(super) fn erred(&mut self, id: Id) {
        self.answer(id, Answer::Bad { gave_up: false });
    }

    /// Returns whether a process that limits retries takes this request.
    fn is_allowed(&mut self, process: ProcessId, is_retry: bool) -> bool {
        let now = self.moment();
        let Some(limit) = &self.process(process).retry_limit else { return true };
        if is_retry {
            return limit.withdraw(&mut Withdrawal::new(), Class::Unclassified, UNBOUNDED, || now);
        }
        let mut withdrawal = limit.begin(|| now);
        limit.end(&mut withdrawal);
        true
    }

    pub(super) fn start_next(&mut self, process: ProcessId) {
        let service = self.service(process.0);
        let Some(capacity) = service.capacity else { return };
        let requests = &self.requests;
        let desk = &mut self.services[process.0].processes[process.1].desk;
        let Some(id) = desk.start(capacity.slots, |id| requests.contains(id)) else { return };
        if let Some(request) = self.requests.get_mut(id) {
            request.stage = Stage::Served;
        }
        #[allow(clippy::cast_precision_loss)] // 100,000 at most
        let mean = 1e9 * service.processes as f64 / capacity.per_second * self.slowness(process.0);
        let takes = self.random.exponential(mean);
        self.events.plan(self.now + takes, Event::Served(id));
    }

    /// The CPU has served a request, which goes on if somebody still waits for it.
    pub(super) fn served(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let (process, stage) = ((request.service, request.process), request.stage);
        self.process(process).desk.served();
        if stage == Stage::Served {
            self.work(id);
        } else {
            self.requests.remove(id);
            self.process(process).desk.free_slot();
        }
        self.start_next(process);
    }

    /// A request takes time without the CPU, and then makes its calls.
    fn work(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        request.stage = Stage::Working;
        let at = request.service;
        let service = self.service(at);
        if service.takes.is_zero() {
            return self.next_call(id);
        }
        // A service with a CPU is slow on it.
        let slowness = if service.capacity.is_none() { self.slowness(at) } else { 1.0 };
        let takes = self.random.exponential(nanos(service.takes) * slowness);
        self.events.plan(self.now + takes, Event::Worked(id));
    }

    /// A request is answered, and gone.
    pub(super) fn answer(&mut self, id: Id, answer: Answer) {
        let Some(request) = self.requests.remove(id) else { return };
        self.free(&request);
        match request.from {
            Origin::Nobody => {}
            Origin::User { begun, is_first, .. } => {
                if is_first {
                    self.open -= 1;
                    self.measure.ended(begun, self.now, answer == Answer::Good);
                }
                if self.items > 0 {
                    self.items -= 1;
                    self.events.plan(self.now, Event::Call);
                }
            }
            Origin::Attempt(caller, turn) => {
                self.events.plan_after(self.now, self.latency, Event::Answered(caller, turn, answer));
            }
        }
    }

    /// Frees the slot of a request that is gone.
    pub(super) fn free(&mut self, request: &Request) {
        let process = (request.service, request.process);
        if self.service(process.0).capacity.is_some() && request.holds_slot() {
            self.process(process).desk.free_slot();
            self.start_next(process);
        }
    }
}

fn nanos(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}
