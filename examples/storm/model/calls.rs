//! The operation that an instance runs for a request: every decision is made by the code that runs in production.

use retry_core::internal::{Grant, Span};
use retry_runtime::breaker::AttemptOutcome;
use retry_runtime::{Breaker, Class, Failure, Moment, StopReason};

use super::budget::Step;
use super::event::{Answer, Event};
use super::request::Stage;
use super::slab::Id;
use super::{HOP, Instance, World};

/// The class of every failure here, except of an attempt that was cut.
pub(super) const CLASS: Class = Class::Unavailable;

/// Returns whether no retry after `delay` would be admitted.
fn is_open_longer_than(breaker: &Breaker, delay: Span, now: Moment) -> bool {
    breaker.is_open() && breaker.remaining_open_time(now).is_some_and(|left| Span::from_duration(left) > delay)
}

impl World<'_> {
    /// The next attempt begins, if the breaker admits it.
    pub(super) fn attempt(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let layer = &mut self.layers[request.layer];
        let instance = &mut layer.instances[request.instance];
        request.stage = Stage::Calling;
        request.admission =
            match instance.breaker.as_ref().map(|breaker| breaker.try_acquire(|| Moment::from_nanos(self.now))) {
                None => None,
                Some(Ok(receipt)) => Some(receipt),
                Some(Err(_)) => {
                    if let Some(budget) = &mut instance.budget {
                        budget.refund(&mut request.progress, Moment::from_nanos(self.now));
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
        let instance = &mut self.layers[request.layer].instances[request.instance];
        let Answer::Bad { gave_up } = answer else {
            if let (Some(breaker), Some(admission)) = (&instance.breaker, request.admission.take()) {
                breaker.record(
                    admission,
                    AttemptOutcome::Succeeded,
                    || Moment::from_nanos(self.now),
                    || self.random.bits(),
                );
            }
            if let Some(budget) = &mut instance.budget {
                budget.succeeded(&mut request.progress, Moment::from_nanos(self.now));
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
        let layer = &mut self.layers[request.layer];
        let policy = &layer.operation.policy;
        let Instance { budget, breaker, .. } = &mut layer.instances[request.instance];
        let now = Moment::from_nanos(self.now);
        if let (Some(breaker), Some(admission)) = (&breaker, request.admission.take()) {
            match failure.attempt_outcome() {
                Some(ending) => {
                    breaker.record(admission, ending, || now, || self.random.bits());
                }
                None => breaker.release(admission),
            }
        }
        if let Some(budget) = budget {
            budget.attempt_failed(&mut request.progress, now);
        }
        let mut granted = Grant::None;
        let grant = |delay| {
            if breaker.as_ref().is_some_and(|breaker| is_open_longer_than(breaker, delay, now)) {
                return Err(StopReason::Breaker);
            }
            if let Some(budget) = budget {
                granted = budget.withdraw(&failure)?;
            }
            Ok(())
        };
        let next = request.progress.next(policy, &failure, || now, || self.random.bits(), grant);
        if granted != Grant::None {
            request.progress.replace_grant(granted);
        }
        if let Some(delay) = next.delay() {
            request.stage = Stage::Waiting;
            return self.events.plan(self.now + delay.as_nanos(), Event::Waited(id, request.progress.attempt()));
        }
        let is_nested = failure.attempt_outcome() == Some(AttemptOutcome::NestedGiveUp);
        let gave_up = request.progress.stop_reason().is_giving_up() || is_nested;
        self.answer(id, Answer::Bad { gave_up: gave_up && self.plan.setup.marks });
    }

    /// The wait after an attempt is over: the retry starts, or joins the line of its budget.
    pub(super) fn waited(&mut self, id: Id, attempt: u32) {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_waiting(attempt)) else { return };
        let layer = &mut self.layers[request.layer];
        let budget = layer.instances[request.instance].budget.as_mut();
        let Some(budget) = budget.filter(|budget| !budget.start(&mut request.progress)) else {
            return self.attempt(id);
        };
        let waker = self.woken.waker(id, attempt);
        let now = Moment::from_nanos(self.now);
        request.waiting = Some(Box::new(budget.join(&request.progress, &layer.operation.policy, waker, now)));
        self.poll_line(id);
    }

    /// The timer of an operation in line is over, unless it has set another.
    pub(super) fn in_line(&mut self, id: Id, attempt: u32) {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_waiting(attempt)) else { return };
        if request.waiting.as_ref().is_some_and(|waiting| waiting.until == Moment::from_nanos(self.now)) {
            self.poll_line(id);
        }
    }

    /// An operation in line is woken, unless it has left.
    pub(super) fn woken(&mut self, id: Id, attempt: u32) {
        if self.requests.get_mut(id).is_some_and(|request| request.is_waiting(attempt)) {
            self.poll_line(id);
        }
    }

    /// The operation in line starts its retry, ends, or sets its timer.
    fn poll_line(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let budget = self.layers[request.layer].instances[request.instance].budget.as_mut();
        let (Some(budget), Some(waiting)) = (budget, &mut request.waiting) else { return };
        match budget.poll(&mut request.progress, waiting, Moment::from_nanos(self.now)) {
            Step::Wait(until) => {
                if until != waiting.until {
                    waiting.until = until;
                    self.events.plan(until.as_nanos(), Event::InLine(id, request.progress.attempt()));
                }
            }
            Step::Go => {
                request.waiting = None;
                self.attempt(id);
            }
            Step::Stop => {
                request.waiting = None;
                self.answer(id, Answer::Bad { gave_up: self.plan.setup.marks });
            }
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
        if let Some(budget) = &mut instance.budget {
            let now = Moment::from_nanos(self.now);
            if request.stage == Stage::Calling {
                budget.attempt_dropped(&mut request.progress, now);
            } else {
                if let Some(waiting) = request.waiting.take() {
                    budget.leave(&mut request.progress, &waiting);
                }
                budget.refund(&mut request.progress, now);
            }
        }
        if let Some(inner) = request.inner {
            self.events.plan(self.now + HOP, Event::Cancelled(inner));
        }
        self.leave(&request);
    }
}
