//! Limits of one call, and its reservations with them.

use core::task::Waker;

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::{PaceAdmission, PaceTicket, Span, TimeSlot};
use retry_core::{Class, Failure, Moment, Pace, StopReason};

use crate::calls::admission::concurrency::{Concurrency, InQueue};
use crate::calls::admission::ends::{self, Ends};
use crate::calls::admission::hold_request::HoldScope;
use crate::calls::admission::rate_limit::RateLimit;
use crate::calls::env::random;

/// Limits of one call, and its reservations with them.
///
/// Whatever it holds is given back when it is dropped.
///
/// ```text
/// Begin -> Waiting -> Queued -> Admitted -> the attempt ends -> Begin
///          (times)    (place)
/// ```
#[derive(Debug)]
pub(crate) struct Limits<'p> {
    pace: Option<&'p Pace>,
    rate_limit: Option<&'p RateLimit>,
    concurrency: Option<&'p Concurrency>,
    now: fn() -> Moment,
    stage: Stage,
    /// Place in the order of the pace, also while the attempt runs.
    ticket: Option<PaceTicket>,
    /// Begin of the attempt, on the clock of the pace.
    begun: Moment,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Nothing is reserved.
    Begin,
    /// The times of the pace and the rate limit are reserved.
    ///
    /// The later of them has not come.
    Waiting { at: Moment, slot: Option<TimeSlot> },
    /// The attempt waits in the queue for a place.
    ///
    /// At `end` it leaves, or lets younger ones go first.
    Queued { number: u64, end: Moment },
    /// The attempt may begin; with a concurrency limit it has a place.
    Admitted,
}

/// Next step of the admission of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The attempt may begin.
    Admit,
    /// The attempt waits until this time, or until it is woken.
    WaitUntil(Moment),
    /// The call ends.
    Reject(StopReason),
}

impl<'p> Limits<'p> {
    pub(crate) const fn new(now: fn() -> Moment) -> Self {
        Self {
            pace: None,
            rate_limit: None,
            concurrency: None,
            now,
            stage: Stage::Begin,
            ticket: None,
            begun: Moment::ORIGIN,
        }
    }

    pub(crate) const fn set_pace(&mut self, pace: &'p Pace) {
        self.pace = Some(pace);
    }

    pub(crate) const fn set_rate_limit(&mut self, limit: &'p RateLimit) {
        self.rate_limit = Some(limit);
    }

    pub(crate) const fn set_concurrency(&mut self, limit: &'p Concurrency) {
        self.concurrency = Some(limit);
    }

    /// Enters an attempt that may hold the pace, if there is one.
    #[inline]
    pub(crate) fn enter_hold(&self) -> Option<HoldScope> {
        self.pace.is_some().then(|| HoldScope::enter(self.now))
    }

    /// Creates the same limits for a hedge of the call, with nothing reserved.
    pub(crate) const fn for_hedge(&self) -> Self {
        let mut limits = Self::new(self.now);
        (limits.pace, limits.rate_limit, limits.concurrency) = (self.pace, self.rate_limit, self.concurrency);
        limits
    }

    /// Admits an attempt that need not wait.
    ///
    /// While the pace is not at rest it admits none.
    ///
    /// # Errors
    ///
    /// The option of the limit for which the attempt would wait. Nothing is reserved then.
    pub(crate) fn admit_at_once(&mut self) -> Result<(), &'static str> {
        let now = (self.now)();
        if let Some(pace) = self.pace {
            let PaceAdmission::Now(ticket) = pace.reserve(now, |_| now) else { return Err("pace") };
            self.ticket = Some(ticket);
        }
        let mut slot = None;
        if let Some(limit) = self.rate_limit {
            slot = limit.reserve(now, now.plus(Span::from_nanos(1)));
            if slot.is_none() {
                self.give_back_ticket(now);
                return Err("rate_limit");
            }
        }
        if self.concurrency.is_some_and(|limit| !limit.try_take()) {
            self.give_back_times(slot, now);
            return Err("concurrency");
        }
        (self.begun, self.stage) = (now, Stage::Admitted);
        Ok(())
    }

    /// Returns the next step of the admission.
    ///
    /// It is called again when the time has come, or `waker` was woken.
    pub(crate) fn step(&mut self, ends: Ends, waker: &Waker) -> Step {
        let step = match self.stage {
            Stage::Begin => self.begin_admission(ends, waker),
            Stage::Waiting { at, slot } => self.wait(at, slot, ends, waker),
            Stage::Queued { number, end } => self.poll_queue(number, end, ends, waker),
            Stage::Admitted => Step::Admit,
        };
        if let Step::Reject(_) = step {
            self.stage = Stage::Begin;
        }
        step
    }

    /// Reads the clock if there is a limit that needs it.
    #[inline]
    fn begin_admission(&mut self, ends: Ends, waker: &Waker) -> Step {
        if self.pace.is_none() && self.rate_limit.is_none() {
            return self.take_place(ends, waker);
        }
        let now = (self.now)();
        match self.reserve_times(now, ends) {
            Err(reason) => Step::Reject(reason),
            Ok((at, slot)) if at > now => {
                self.stage = Stage::Waiting { at, slot };
                Step::WaitUntil(at)
            }
            Ok(_) => {
                self.begun = now;
                self.take_place(ends, waker)
            }
        }
    }

    /// Reserves with the pace and the rate limit, or with neither.
    ///
    /// Returns the later time.
    fn reserve_times(&mut self, now: Moment, ends: Ends) -> Result<(Moment, Option<TimeSlot>), StopReason> {
        if now >= ends.deadline {
            return Err(StopReason::Deadline);
        }
        let (mut at, mut from) = (now, now);
        if let Some(pace) = self.pace {
            let end = |hold: Moment| {
                from = now.max(hold);
                ends.after_hold(now, hold)
            };
            let (time, ticket) = match pace.reserve(now, end) {
                PaceAdmission::Now(ticket) => (now, ticket),
                PaceAdmission::At(at, ticket) => (at, ticket),
                PaceAdmission::TooLate => return Err(StopReason::Pace),
            };
            (at, self.ticket) = (time, Some(ticket));
        }
        let Some(limit) = self.rate_limit else { return Ok((at, None)) };
        match limit.reserve(now, ends::half(from, ends.deadline)) {
            Some(slot) => Ok((at.max(slot.at()), Some(slot))),
            None => {
                self.give_back_ticket(now);
                Err(StopReason::RateLimit)
            }
        }
    }

    /// Continues when the reserved time has come, unless the pace has moved it.
    fn wait(&mut self, at: Moment, slot: Option<TimeSlot>, ends: Ends, waker: &Waker) -> Step {
        let now = (self.now)();
        if now < at {
            return Step::WaitUntil(at);
        }
        // The process may have been stopped meanwhile.
        if now >= ends.deadline {
            return Step::Reject(StopReason::Deadline);
        }
        let moved = self.pace.zip(self.ticket).and_then(|(pace, ticket)| pace.later(ticket, now));
        if let Some((later, hold)) = moved {
            if later >= ends.after_hold(now, hold) {
                self.give_back_times(slot, now);
                return Step::Reject(StopReason::Pace);
            }
            self.stage = Stage::Waiting { at: later, slot };
            return Step::WaitUntil(later);
        }
        self.begun = now;
        self.take_place(ends, waker)
    }

    #[inline]
    fn take_place(&mut self, ends: Ends, waker: &Waker) -> Step {
        match self.concurrency {
            Some(limit) if !limit.try_take() => self.join_queue(limit, ends, waker),
            _ => self.admitted(),
        }
    }

    #[cold]
    fn join_queue(&mut self, limit: &Concurrency, ends: Ends, waker: &Waker) -> Step {
        let now = (self.now)();
        let end = ends.of_place(now, limit.longest_wait()).unwrap_or_else(|| ends::in_order(now));
        if now >= end {
            return Step::Reject(ends.reason(now, StopReason::Concurrency));
        }
        match limit.join(waker) {
            None => self.admitted(),
            Some(number) => self.queued(number, end),
        }
    }

    fn poll_queue(&mut self, number: u64, end: Moment, ends: Ends, waker: &Waker) -> Step {
        let Some(limit) = self.concurrency else { return self.admitted() };
        let now = (self.now)();
        let state = match ends.of_place(now, limit.longest_wait()) {
            _ if now < end => limit.poll(number, waker),
            None => limit.outwait(number, waker),
            Some(_) => limit.leave(number),
        };
        match state {
            InQueue::HasPlace => {
                self.begun = now;
                self.admitted()
            }
            InQueue::Waits => self.queued(number, if now < end { end } else { ends::stuck(now) }),
            InQueue::HasLeft => Step::Reject(ends.reason(now, StopReason::Concurrency)),
        }
    }

    fn queued(&mut self, number: u64, end: Moment) -> Step {
        self.stage = Stage::Queued { number, end };
        Step::WaitUntil(end)
    }

    #[inline]
    fn admitted(&mut self) -> Step {
        self.stage = Stage::Admitted;
        Step::Admit
    }

    /// Returns whether the attempt waits for others to end, and not for a time.
    #[inline]
    pub(crate) const fn waits_for_others(&self) -> bool {
        matches!(self.stage, Stage::Queued { .. })
    }

    /// Returns the option of the limit for which the attempt waits.
    pub(crate) fn waits_for(&self) -> &'static str {
        match self.stage {
            Stage::Queued { .. } => "concurrency",
            Stage::Waiting { at, slot } if slot.is_some_and(|slot| slot.at() == at) => "rate_limit",
            _ => "pace",
        }
    }

    /// Counts an attempt that begins.
    #[inline]
    pub(crate) fn begin_attempt(&self) {
        if let Some(pace) = self.pace {
            pace.begin(self.begun);
        }
    }

    /// Releases the place of an attempt that has ended, or was not made.
    #[inline]
    pub(crate) fn release_place(&mut self) {
        if let (Stage::Admitted, Some(limit)) = (self.stage, self.concurrency) {
            limit.release();
        }
        self.stage = Stage::Begin;
    }

    /// Ends an attempt with `outcome`, `None` if that says nothing about the service.
    #[inline]
    pub(crate) fn end_attempt(&mut self, outcome: Option<AttemptOutcome>) {
        self.release_place();
        if let (Some(pace), Some(ticket)) = (self.pace, self.ticket) {
            if outcome.is_some_and(is_accepted) {
                pace.accepted(ticket);
            }
        }
    }

    /// Holds all callers of the pace if the service rejects load.
    ///
    /// The attempt has requested a hold until `requested`. Returns whether the pace delays a retry.
    #[cold]
    pub(crate) fn hold(&mut self, failure: &Failure, max_retry_after: Span, requested: Moment) -> bool {
        let (Some(pace), Some(ticket), Some(hint)) = (self.pace, self.ticket, failure.load_rejection()) else {
            self.hold_until(requested, max_retry_after);
            return false;
        };
        let now = (self.now)();
        // 'No retry' is about this call; it names no time for others.
        let hint = if hint.is_never() { Span::ZERO } else { hint };
        let hold = hint.max(requested.since(now)).min(max_retry_after);
        pace.rejected(ticket, self.begun, now, hold, random::random());
        true
    }

    /// Holds all callers of the pace until `end`, and does not cut.
    pub(crate) fn hold_until(&self, end: Moment, longest: Span) {
        let Some(pace) = self.pace.filter(|_| end != Moment::ORIGIN) else { return };
        let now = (self.now)();
        if end > now {
            pace.exhausted(now, end.since(now).min(longest), random::random());
        }
    }

    fn give_back_times(&mut self, slot: Option<TimeSlot>, now: Moment) {
        if let (Some(limit), Some(slot)) = (self.rate_limit, slot) {
            limit.give_back(slot, now);
        }
        self.give_back_ticket(now);
    }

    fn give_back_ticket(&mut self, now: Moment) {
        if let (Some(pace), Some(ticket)) = (self.pace, self.ticket.take()) {
            pace.give_back(ticket, now);
        }
    }

    /// Gives back all that is reserved for an attempt that does not begin.
    #[cold]
    pub(crate) fn give_back(&mut self) {
        match self.stage {
            Stage::Begin => {}
            Stage::Waiting { slot, .. } => self.give_back_times(slot, (self.now)()),
            Stage::Queued { number, .. } => {
                if let Some(limit) = self.concurrency {
                    if limit.leave(number) == InQueue::HasPlace {
                        limit.release();
                    }
                }
            }
            Stage::Admitted => self.release_place(),
        }
        self.stage = Stage::Begin;
    }
}

impl Drop for Limits<'_> {
    #[inline]
    fn drop(&mut self) {
        if !matches!(self.stage, Stage::Begin) {
            self.give_back();
        }
    }
}

/// Returns whether the service has answered without rejecting load.
fn is_accepted(outcome: AttemptOutcome) -> bool {
    match outcome {
        AttemptOutcome::Succeeded => true,
        AttemptOutcome::NestedGiveUp => false,
        AttemptOutcome::Failed(class) => {
            !class.is_throttled()
                && !matches!(
                    class,
                    Class::Timeout
                        | Class::Connect
                        | Class::Disconnected
                        | Class::Unavailable
                        | Class::Status(408 | 425 | 503 | 504)
                        | Class::Unclassified
                )
        }
    }
}
