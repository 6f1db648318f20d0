//! The operation that an instance runs for a request: every decision is made by the code that runs in production.

use retry_runtime::breaker::AttemptOutcome;
use retry_runtime::{Class, Decision, Failure, Moment};

use super::event::{Answer, Event};
use super::request::Stage;
use super::slab::Id;
use super::{HOP, World};
use crate::time::nanos;

/// The class of every failure here, except of an attempt that was cut.
pub(super) const CLASS: Class = Class::Unavailable;

impl World<'_> {
    /// The operation begins.
    pub(super) fn begin(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        if let Some(budget) = &self.layers[request.layer].instances[request.instance].budget {
            request.receipt = budget.begin(|| Moment::from_nanos(self.now));
        }
        self.attempt(id);
    }

    /// The next attempt begins, if the breaker admits it.
    fn attempt(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let layer = &self.layers[request.layer];
        let instance = &layer.instances[request.instance];
        request.stage = Stage::Calling;
        request.admission =
            match instance.breaker.as_ref().map(|breaker| breaker.try_acquire(|| Moment::from_nanos(self.now))) {
                None => None,
                Some(Ok(receipt)) => Some(receipt),
                Some(Err(_)) => {
                    if let Some(budget) = &instance.budget {
                        budget.refund(&mut request.receipt, layer.operation.max_attempts, || {
                            Moment::from_nanos(self.now)
                        });
                        budget.end(&mut request.receipt);
                    }
                    return self.answer(id, Answer::Bad { gave_up: self.plan.setup.marks });
                }
            };
        request.progress.begin_attempt();
        let (number, deadline) = (request.progress.attempt(), request.progress.deadline().as_nanos());
        let inward = request.layer + 1;
        let cut = deadline.min(self.now + layer.operation.timeout).max(self.now);
        if number > 1 {
            self.measure.retried(self.now);
        }
        self.events.plan(cut, Event::Cut(id, number));
        let inner = self.send(id, number, inward, deadline);
        if let Some(request) = self.requests.get_mut(id) {
            request.inner = inner;
        }
    }

    /// An answer reaches the operation; one that comes after its attempt was cut is dropped.
    pub(super) fn answered(&mut self, id: Id, attempt: u32, answer: Answer) {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_calling(attempt)) else { return };
        let layer = &self.layers[request.layer];
        let instance = &layer.instances[request.instance];
        let Answer::Bad { gave_up } = answer else {
            if let (Some(breaker), Some(admission)) = (&instance.breaker, request.admission.take()) {
                breaker.record(
                    admission,
                    AttemptOutcome::Succeeded,
                    || Moment::from_nanos(self.now),
                    || self.random.bits(),
                );
            }
            if let Some(budget) = &instance.budget {
                budget.record_success(&mut request.receipt, layer.operation.max_attempts);
                budget.end(&mut request.receipt);
            }
            return self.answer(id, Answer::Good);
        };
        let failure = Failure::new(CLASS);
        self.failed(id, if gave_up { failure.nested_give_up() } else { failure });
    }

    /// The attempt's timeout is over, unless it ended before.
    pub(super) fn cut(&mut self, id: Id, attempt: u32) {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_calling(attempt)) else { return };
        if let Some(inner) = request.inner.take().filter(|_| self.plan.setup.carries) {
            self.events.plan(self.now + HOP, Event::Cancelled(inner));
        }
        self.failed(id, Failure::timed_out());
    }

    fn failed(&mut self, id: Id, failure: Failure) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let layer = &self.layers[request.layer];
        let instance = &layer.instances[request.instance];
        let (now, attempts) = (self.now, layer.operation.max_attempts);
        if let (Some(breaker), Some(admission)) = (&instance.breaker, request.admission.take()) {
            match failure.attempt_outcome() {
                Some(ending) => {
                    breaker.record(admission, ending, || Moment::from_nanos(now), || self.random.bits());
                }
                None => breaker.release(admission),
            }
        }
        let receipt = &mut request.receipt;
        let draw = |class| {
            instance
                .budget
                .as_ref()
                .is_none_or(|budget| budget.withdraw(receipt, class, attempts, || Moment::from_nanos(now)))
        };
        let random = || self.random.bits();
        match request.progress.decide_within(&layer.operation.policy, failure, || Moment::from_nanos(now), random, draw)
        {
            Decision::Retry(wait) => {
                request.stage = Stage::Waiting;
                self.events.plan(now + nanos(wait), Event::Waited(id, request.progress.attempt()));
            }
            Decision::Stop(reason) => {
                if let Some(budget) = &instance.budget {
                    budget.end(&mut request.receipt);
                }
                let gave_up = reason.is_giving_up() || failure.attempt_outcome() == Some(AttemptOutcome::NestedGiveUp);
                self.answer(id, Answer::Bad { gave_up: gave_up && self.plan.setup.marks });
            }
        }
    }

    /// The wait after an attempt is over.
    pub(super) fn waited(&mut self, id: Id, attempt: u32) {
        let Some(request) = self.requests.get_mut(id) else { return };
        if request.stage == Stage::Waiting && request.progress.attempt() == attempt {
            self.attempt(id);
        }
    }

    /// Nobody waits for the answer: what is in the queue, waits or calls is dropped, and with it what it calls; what
    /// the CPU has begun it ends.
    pub(super) fn cancelled(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        if matches!(request.stage, Stage::Served | Stage::ServedForNobody) {
            request.stage = Stage::ServedForNobody;
            return;
        }
        let Some(mut request) = self.requests.remove(id) else { return };
        let layer = &mut self.layers[request.layer];
        let instance = &mut layer.instances[request.instance];
        if request.stage == Stage::Queued {
            return instance.desk.left_queue();
        }
        if let (Some(breaker), Some(admission)) = (&instance.breaker, request.admission.take()) {
            breaker.release(admission);
        }
        if let Some(budget) = &instance.budget {
            if request.stage == Stage::Waiting {
                budget.refund(&mut request.receipt, layer.operation.max_attempts, || Moment::from_nanos(self.now));
            }
            budget.end(&mut request.receipt);
        }
        if let Some(inner) = request.inner {
            self.events.plan(self.now + HOP, Event::Cancelled(inner));
        }
        self.leave(&request);
    }
}
