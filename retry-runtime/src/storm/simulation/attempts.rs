//! Operations of requests, decided by the code that runs in production.

use retry_core::internal::{Grant, Span};

use crate::breaker::AttemptOutcome;
use crate::storm::plan::Step as Call;
use crate::storm::simulation::budget::{ProcessBudget, Step};
use crate::storm::simulation::events::{Answer, Event};
use crate::storm::simulation::random::Random;
use crate::storm::simulation::request::{Origin, Request, Stage};
use crate::storm::simulation::slab::Id;
use crate::storm::simulation::world::World;
use crate::{Breaker, Failure, Moment, Progress, StopReason, Withdrawal};

/// Returns whether no retry after `delay` would be admitted.
fn is_open_longer_than(breaker: &Breaker, delay: Span, now: Moment) -> bool {
    breaker.is_open() && breaker.remaining_open_time(now).is_some_and(|left| Span::from_duration(left) > delay)
}

/// Parts of the world that an operation uses.
struct Parts<'w, 'a> {
    call: &'a Call,
    request: &'w mut Request,
    budget: Option<&'w mut ProcessBudget>,
    breaker: Option<&'w Breaker>,
    random: &'w mut Random,
}

impl<'a> World<'a> {
    /// Borrows the operation that a request runs.
    fn parts(&mut self, id: Id) -> Option<Parts<'_, 'a>> {
        let request = self.requests.get_mut(id)?;
        let call = self.scenario.system.services[request.service].steps.get(request.step)?;
        let service = &mut self.services[request.service];
        let (budget, breaker) = service.shared.of_steps[request.step];
        let process = &mut service.processes[request.process];
        Some(Parts {
            call,
            request,
            budget: budget.map(|budget| &mut process.budgets[budget]),
            breaker: breaker.map(|breaker| &process.breakers[breaker]),
            random: &mut self.random,
        })
    }

    /// The next operation of a request begins, or the request is answered.
    pub(super) fn next_call(&mut self, id: Id) {
        loop {
            let Some(request) = self.requests.get_mut(id) else { return };
            let (service, step) = (request.service, request.step);
            let Some(call) = self.step(service, step) else { return self.answer(id, Answer::Good) };
            if call.share >= 1.0 || self.random.fraction() < call.share {
                return self.begin(id);
            }
            if let Some(request) = self.requests.get_mut(id) {
                request.step += 1;
            }
        }
    }

    fn begin(&mut self, id: Id) {
        let now = self.moment();
        let Some(Parts { call, request, budget, .. }) = self.parts(id) else { return };
        let deadline = call.operation.deadline.map_or(Moment::NEVER, |deadline| now.after(deadline));
        request.progress = Progress::new().with_deadline(deadline.min(request.deadline));
        request.withdrawal = budget.map_or(Withdrawal::new(), |budget| budget.begin(now));
        self.attempt(id);
    }

    /// The next attempt begins, if the breaker admits it.
    fn attempt(&mut self, id: Id) {
        let (now, latency) = (self.moment(), self.latency);
        let Some(Parts { call, request, budget, breaker, .. }) = self.parts(id) else { return };
        request.stage = Stage::Calling;
        if let Some(breaker) = breaker {
            let Ok(mut permit) = breaker.try_acquire(|| now) else {
                if let Some(budget) = budget {
                    budget.refund(&call.operation.policy, &mut request.progress, &mut request.withdrawal, now);
                }
                return self.gave_up(id, true);
            };
            breaker.start_timing(&mut permit, || now);
            request.permit = Some(permit);
        }
        request.progress.begin_attempt();
        request.turn += 1;
        let (turn, is_retry, deadline) = (request.turn, request.progress.attempt() > 1, request.progress.deadline());
        let timeout = call.operation.timeout_of(request.progress.attempt());
        if is_retry {
            self.measure.retried(self.now);
        }
        if let Some(timeout) = timeout {
            if now.after(timeout) <= deadline {
                self.events.plan_after(self.now, Span::from_duration(timeout).as_nanos(), Event::TimedOut(id, turn));
            } else {
                self.events.plan(deadline.as_nanos().max(self.now), Event::TimedOut(id, turn));
            }
        }
        let travels = self.scenario.system.deadlines_travel;
        let inner = self.create(Origin::Attempt(id, turn), call.to, if travels { deadline } else { Moment::NEVER });
        self.events.plan_after(self.now, latency, Event::Arrived(inner));
        if let Some(request) = self.requests.get_mut(inner) {
            request.is_retry = is_retry;
        }
        if let Some(request) = self.requests.get_mut(id) {
            request.inner = Some(inner);
        }
    }

    /// An answer reaches the operation, unless its attempt has timed out.
    pub(super) fn answered(&mut self, id: Id, turn: u32, answer: Answer) {
        if !self.requests.get_mut(id).is_some_and(|request| request.is_calling(turn)) {
            return;
        }
        let now = self.moment();
        let Some(Parts { call, request, budget, breaker, random }) = self.parts(id) else { return };
        request.inner = None;
        if let Answer::Bad { gave_up } = answer {
            let failure = Failure::new(call.operation.class);
            return self.failed(id, if gave_up { failure.nested_give_up() } else { failure });
        }
        if let (Some(breaker), Some(permit)) = (breaker, request.permit.take()) {
            breaker.record(permit, AttemptOutcome::Succeeded, || now, || random.bits());
        }
        if let Some(budget) = budget {
            budget.succeeded(&call.operation.policy, &mut request.progress, &mut request.withdrawal, now);
            budget.end(&mut request.withdrawal);
        }
        request.step += 1;
        request.stage = Stage::Working;
        self.next_call(id);
    }

    /// The timeout of an attempt is over, unless it ended before.
    pub(super) fn timed_out(&mut self, id: Id, turn: u32) {
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_calling(turn)) else { return };
        let inner = request.inner.take();
        if let Some(inner) = inner.filter(|_| self.scenario.system.deadlines_travel) {
            self.events.plan_after(self.now, self.latency, Event::Cancelled(inner));
        }
        self.failed(id, Failure::timed_out());
    }

    fn failed(&mut self, id: Id, failure: Failure) {
        let now = self.moment();
        let Some(Parts { call, request, mut budget, breaker, random }) = self.parts(id) else { return };
        let policy = &call.operation.policy;
        if let (Some(breaker), Some(permit)) = (breaker, request.permit.take()) {
            match failure.attempt_outcome() {
                Some(outcome) => {
                    breaker.record(permit, outcome, || now, || random.bits());
                }
                None => breaker.release(permit),
            }
        }
        let Request { progress, withdrawal, .. } = &mut *request;
        if let Some(budget) = &mut budget {
            budget.attempt_failed(policy, progress, now);
        }
        let mut granted = Grant::None;
        let grant = |delay| {
            if breaker.is_some_and(|breaker| is_open_longer_than(breaker, delay, now)) {
                return Err(StopReason::Breaker);
            }
            if let Some(budget) = budget {
                granted = budget.withdraw(policy, &failure, withdrawal, now)?;
            }
            Ok(())
        };
        let next = progress.next(policy, &failure, || now, || random.bits(), grant);
        if granted != Grant::None {
            progress.replace_grant(granted);
        }
        if let Some(delay) = next.delay() {
            request.stage = Stage::Waiting;
            let turn = request.turn;
            return self.events.plan(self.now + delay.as_nanos(), Event::Waited(id, turn));
        }
        let is_nested = failure.attempt_outcome() == Some(AttemptOutcome::NestedGiveUp);
        let gave_up = request.progress.stop_reason().is_giving_up() || is_nested;
        self.gave_up(id, gave_up);
    }

    /// The operation of a request has failed, and so has the request.
    ///
    /// An optional call does not fail it.
    fn gave_up(&mut self, id: Id, is_give_up: bool) {
        let travels = self.scenario.system.give_ups_travel;
        let Some(Parts { call, request, budget, .. }) = self.parts(id) else { return };
        if let Some(budget) = budget {
            budget.end(&mut request.withdrawal);
        }
        if call.is_optional {
            request.step += 1;
            request.stage = Stage::Working;
            return self.next_call(id);
        }
        self.answer(id, Answer::Bad { gave_up: is_give_up && travels });
    }

    /// The delay is over: the retry starts, or joins the line of its budget.
    pub(super) fn waited(&mut self, id: Id, turn: u32) {
        if !self.requests.get_mut(id).is_some_and(|request| request.is_waiting(turn)) {
            return;
        }
        let (now, waker) = (self.moment(), self.woken.waker(id, turn));
        let Some(Parts { call, request, budget, .. }) = self.parts(id) else { return };
        let policy = &call.operation.policy;
        let Some(budget) = budget.filter(|budget| !budget.start(policy, &mut request.progress)) else {
            return self.attempt(id);
        };
        let step = request.step;
        request.waiting = budget.join(policy, step, &request.progress, waker, now).map(Into::into);
        self.poll_line(id);
    }

    /// The timer of an operation in line is over, unless it has set another.
    pub(super) fn in_line(&mut self, id: Id, turn: u32) {
        let now = self.moment();
        let Some(request) = self.requests.get_mut(id).filter(|request| request.is_waiting(turn)) else { return };
        if request.waiting.as_ref().is_some_and(|waiting| waiting.until == now) {
            self.poll_line(id);
        }
    }

    /// An operation in line is woken, unless it has left.
    pub(super) fn woken(&mut self, id: Id, turn: u32) {
        if self.requests.get_mut(id).is_some_and(|request| request.is_waiting(turn)) {
            self.poll_line(id);
        }
    }

    /// The operation in line starts its retry, ends, or sets its timer.
    fn poll_line(&mut self, id: Id) {
        let now = self.moment();
        let Some(Parts { call, request, budget, .. }) = self.parts(id) else { return };
        let (Some(budget), Some(waiting)) = (budget, &mut request.waiting) else { return };
        match budget.poll(&call.operation.policy, &mut request.progress, waiting, now) {
            Step::Wait(until) => {
                if until != waiting.until {
                    waiting.until = until;
                    let turn = request.turn;
                    self.events.plan(until.as_nanos(), Event::InLine(id, turn));
                }
            }
            Step::Go => {
                request.waiting = None;
                self.attempt(id);
            }
            Step::Stop => {
                request.waiting = None;
                self.gave_up(id, true);
            }
        }
    }

    /// Nobody waits for the answer: the request is dropped, and with it what it calls.
    ///
    /// The CPU ends what it has begun.
    pub(super) fn cancelled(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        if matches!(request.stage, Stage::Served | Stage::ServedForNobody) {
            request.stage = Stage::ServedForNobody;
            return;
        }
        if matches!(request.stage, Stage::Calling | Stage::Waiting) {
            self.drop_operation(id);
        }
        let Some(request) = self.requests.remove(id) else { return };
        if request.stage == Stage::Queued {
            // One that has not arrived is not in the queue, but a caller leaves long after the latency.
            if self.service(request.service).capacity.is_some() {
                self.process((request.service, request.process)).desk.left_queue();
            }
            return;
        }
        if let Some(inner) = request.inner {
            self.events.plan_after(self.now, self.latency, Event::Cancelled(inner));
        }
        self.free(&request);
    }

    /// Drops the operation of a request while it calls or waits.
    fn drop_operation(&mut self, id: Id) {
        let now = self.moment();
        let Some(Parts { call, request, budget, breaker, random }) = self.parts(id) else { return };
        let policy = &call.operation.policy;
        if let (Some(breaker), Some(permit)) = (breaker, request.permit.take()) {
            breaker.record_dropped(permit, || now, || random.bits());
        }
        if let Some(budget) = budget {
            if request.stage == Stage::Calling {
                budget.attempt_dropped(policy, &mut request.progress, now);
            } else {
                if let Some(waiting) = request.waiting.take() {
                    budget.leave(policy, &mut request.progress, &waiting);
                }
                budget.refund(policy, &mut request.progress, &mut request.withdrawal, now);
            }
            budget.end(&mut request.withdrawal);
        }
    }
}
