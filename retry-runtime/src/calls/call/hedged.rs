//! A call with a hedge: a second attempt that joins a slow first one.
//!
//! While both run, the call has the permits of the first attempt, and a [`Race`] those of the hedge. They are exchanged
//! where the hedge ends, so that all other code knows the permits of one attempt.

use core::marker::PhantomData;
use core::ops::ControlFlow;

use retry_core::breaker::{AttemptOutcome, Permit};
use retry_core::internal::{Hedge, Span};
use retry_core::{Failure, Progress};

use crate::calls::admission::Limits;
use crate::calls::attempt::Attempt;
use crate::calls::call::Call;
use crate::calls::call::classifier::Classified;
use crate::calls::call::first_attempt;
use crate::calls::call::limited::LimitedState;
use crate::calls::call::no_state::{NoState, StartTime};
use crate::calls::call::state::{CallState, FullState};
use crate::calls::call::stepwise::{AttemptDecision, AttemptEnd, FinishedAttempt};
use crate::calls::context::{self, NestedCalls};
use crate::calls::driver::{AsyncDriver, Driver};
use crate::observe::emit;
use crate::outcome::Outcome;

/// Data of a call with a hedge.
pub(super) type HedgedState<'p, R> = LimitedState<'p, R, &'static Hedge>;

/// One of the two attempts of a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    First,
    Hedge,
}

/// First attempt and hedge of one call.
#[derive(Debug, Default)]
pub(super) struct Race<'p> {
    /// Progress of the first attempt, once the hedge has begun.
    pub(super) first: Option<Progress>,
    /// Permits of the hedge, while both run.
    permits: Option<HedgePermits<'p>>,
    /// True if one attempt has failed and the other goes on.
    has_failed: bool,
}

/// Permits of a hedge.
#[derive(Debug)]
struct HedgePermits<'p> {
    limits: Limits<'p>,
    breaker: Option<Permit>,
}

/// End of an attempt of a call with a hedge, not yet decided upon.
#[derive(Debug)]
#[must_use = "an attempt that has finished is followed by `decide_hedged`"]
pub struct HedgedAttempt<R> {
    finished: FinishedAttempt<R>,
    /// Failure of an attempt that ended.
    failure: Option<Failure>,
    /// Race that ended; `None` without a hedge.
    race: Option<EndedRace>,
}

/// Race that is over.
#[derive(Debug)]
struct EndedRace {
    first: Progress,
    last: Side,
    has_failed: bool,
}

/// Attempts of a call with a hedge, which the bodies describe themselves by.
#[derive(Debug)]
pub struct HedgedContext<D> {
    next: Attempt,
    timeout: Span,
    timeout_of_hedge: Span,
    driver: PhantomData<fn() -> D>,
}

impl Side {
    const fn number(self) -> u32 {
        match self {
            Self::First => 1,
            Self::Hedge => 2,
        }
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::First => Self::Hedge,
            Self::Hedge => Self::First,
        }
    }
}

impl<D: Driver> HedgedContext<D> {
    /// Describes the running attempt, for its body.
    pub fn current(&self) -> Attempt {
        let mut attempt = self.next.clone();
        attempt.number = context::running_attempt().unwrap_or(attempt.number);
        if !self.timeout.is_never() {
            let timeout = if attempt.number == self.next.number { self.timeout } else { self.timeout_of_hedge };
            attempt.until = attempt.until.min(D::now().plus(timeout));
        }
        attempt
    }
}

impl<'p, R: Outcome, D: Driver> Call<R, D, NoState> {
    /// Adds limits before each attempt, or a hedge.
    pub fn limited(self) -> Call<R, D, LimitedState<'p, R>> {
        let operation = self.operation;
        self.map_state(|base| FullState::from_base(base, operation)).limited()
    }
}

impl<'p, R: Outcome, D: Driver> Call<R, D, StartTime> {
    /// Adds limits before each attempt, or a hedge.
    pub fn limited(self) -> Call<R, D, LimitedState<'p, R>> {
        let operation = self.operation;
        let full = self.map_state(|StartTime { start_time, base }| {
            let mut full = FullState::from_base(base, operation);
            full.start_time = start_time;
            full
        });
        full.limited()
    }
}

impl<'p, R: Outcome, D: AsyncDriver> Call<R, D, LimitedState<'p, R>> {
    /// Joins a slow first attempt by a second one.
    pub fn hedged(self, hedge: &'static Hedge) -> Call<R, D, HedgedState<'p, R>> {
        let hedge = self.operation.shared(hedge);
        self.map_state(|state| state.with_hedge(hedge))
    }
}

impl<'p, R: Outcome, D: AsyncDriver> Call<R, D, HedgedState<'p, R>> {
    /// Describes the attempts that begin next, for their bodies.
    pub fn hedged_context(&self) -> HedgedContext<D> {
        let next = self.describe(self.progress().attempt().saturating_add(1), Span::ZERO);
        let timeout = self.state.attempt_timeout();
        let timeout_of_hedge =
            if timeout.is_never() { timeout } else { self.state.full.timeout_after(self.operation, next.number) };
        HedgedContext { next, timeout, timeout_of_hedge, driver: PhantomData }
    }

    /// Decides about an attempt, or about both that ran.
    pub fn decide_hedged(&mut self, hedged: HedgedAttempt<R>) -> AttemptDecision<R> {
        let HedgedAttempt { finished, failure, race } = hedged;
        let Some(race) = race else { return self.decide_by(finished, Classified(failure)) };
        let outcome = match (finished.end, failure) {
            (AttemptEnd::Returned(outcome), None) => {
                self.succeed_hedged(race);
                return AttemptDecision::ended(outcome);
            }
            (AttemptEnd::Returned(outcome), Some(_)) => Some(outcome),
            (AttemptEnd::TimedOut, _) => None,
            (end, _) => return self.decide_by(FinishedAttempt { end, nested: finished.nested }, Classified(None)),
        };
        let failure = failure.unwrap_or(const { Failure::timed_out() });
        let failed = if race.last == Side::First { &race.first } else { self.progress() };
        self.emit_failure(race.last, failed, failure);
        let next = self.react(failure, finished.nested, race.last.number());
        match (next.delay(), outcome) {
            (Some(delay), outcome) => self.retry(outcome, delay),
            (None, Some(outcome)) => AttemptDecision::ended(outcome),
            (None, None) => match self.take_outcome() {
                ControlFlow::Break(outcome) => AttemptDecision::ended(outcome),
                ControlFlow::Continue(delay) => self.retry(None, delay),
            },
        }
    }

    /// Ends the call with the success of either attempt.
    ///
    /// A hedge that wins gives nothing back to the budget, from which it withdrew nothing.
    fn succeed_hedged(&mut self, mut race: EndedRace) {
        self.state.record(self.operation, Some(AttemptOutcome::Succeeded), D::now);
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        self.probe.succeeded(race.last.number());
        let is_won = race.last == Side::Hedge;
        if is_won && race.has_failed {
            emit::hedge_ends(*operation);
            emit::recovered(*operation, progress);
        } else {
            emit::first_success(*operation);
        }
        context::succeed(progress.give_ups_before());
        if is_won {
            emit::hedge_won(*operation);
        } else {
            state.retry_budget(operation).succeeded(&mut race.first, D::now);
        }
    }

    /// Begins the hedge of `race`, unless something forbids it.
    ///
    /// It never waits. What costs nothing is asked first, so that a hedge that is refused takes no place from an attempt.
    /// `begin` makes its body.
    pub(super) fn begin_hedge<B>(
        &mut self,
        race: &mut Race<'p>,
        delay: Span,
        begin: impl FnOnce(&Self) -> B,
    ) -> Option<B> {
        let hedge = self.state.hedge;
        if !hedge.is_known() {
            return None;
        }
        match self.hedge_permits(delay) {
            Ok(permits) => race.permits = Some(permits),
            Err(reason) => {
                self.probe.hedge_refused(delay, reason);
                emit::hedge_refused(self.operation, reason);
                return None;
            }
        }
        self.state.next_timeout(self.operation, self.progress().attempt());
        let body = begin(self);
        let progress = self.progress_mut();
        race.first = Some(progress.clone());
        progress.begin_attempt();
        self.probe.hedged(delay);
        emit::hedge_sent(self.operation, delay);
        Some(body)
    }

    /// Takes all that a hedge needs, or nothing.
    ///
    /// # Errors
    ///
    /// The option or the limit that refuses it.
    fn hedge_permits(&mut self, delay: Span) -> Result<HedgePermits<'p>, &'static str> {
        let most = self.policy().attempt_limit().min(self.operation.max_attempts_in_scope());
        // A first attempt that keeps nothing has no progress yet.
        self.progress_mut();
        if self.progress().left(self.policy()) == 0 || most < 2 {
            return Err("max_attempts");
        }
        if self.is_too_late(delay) {
            return Err("deadline");
        }
        let hedge = self.state.hedge;
        if !hedge.has_token() {
            return Err("at_most");
        }
        if !self.state.retry_budget(self.operation).allows_hedge(D::now) {
            return Err("budget");
        }
        if !self.state.full.permits.admits_hedges() {
            return Err("breaker");
        }
        let mut limits = self.state.limits.for_hedge();
        limits.admit_at_once()?;
        let breaker = self.state.full.permits.acquire_for_hedge(D::now).map_err(|()| "breaker")?;
        let is_taken = match context::take_retry() {
            Err(_) => Err("nested"),
            Ok(()) if !hedge.take() => {
                context::refund_retry();
                Err("at_most")
            }
            Ok(()) => Ok(()),
        };
        if let Err(reason) = is_taken {
            self.state.full.permits.release_hedge(breaker);
            return Err(reason);
        }
        limits.begin_attempt();
        Ok(HedgePermits { limits, breaker })
    }

    /// Exchanges the permits of the call for those of `race`.
    fn swap_permits(&mut self, race: &mut Race<'p>) {
        if let Some(HedgePermits { limits, breaker }) = &mut race.permits {
            core::mem::swap(&mut self.state.limits, limits);
            self.state.full.permits.swap_attempt(breaker);
        }
    }

    /// Starts timing a hedge that is pending.
    pub(super) fn hedge_pending(&mut self, race: &mut Race<'p>) {
        self.swap_permits(race);
        self.state.pending(D::now);
        self.swap_permits(race);
    }

    /// Returns whether the policy retries a failure.
    ///
    /// Inner operations may have given up on it.
    pub(super) fn is_retried(&self, failure: Failure, nested: NestedCalls) -> bool {
        let is_nested = nested.give_up.is_some_and(|give_up| give_up.may_be(failure.class()));
        let failure = if is_nested { failure.nested_give_up() } else { failure };
        Progress::is_retried(self.policy(), &failure)
    }

    /// Records the failure of one attempt while the other goes on.
    ///
    /// The call has the permits of the other then.
    pub(super) fn keep_failure(
        &mut self,
        race: &mut Race<'p>,
        side: Side,
        outcome: Option<R>,
        failure: Failure,
        nested: NestedCalls,
    ) {
        if side == Side::Hedge {
            self.swap_permits(race);
        }
        let failed = match (side, &race.first) {
            (Side::First, Some(first)) => first,
            _ => self.progress(),
        };
        self.emit_failure(side, failed, failure);
        self.probe.failed(side.number(), failure.class());
        self.state.record(self.operation, failure.attempt_outcome(), D::now);
        self.state.hold(&failure, self.policy().max_retry_after_span());
        self.swap_permits(race);
        race.permits = None;
        race.has_failed = true;
        if nested.retries > 0 {
            self.progress_mut().use_up(nested.retries);
        }
        // A call whose last attempt ends without an outcome ends with the last error.
        let _ = outcome.map(|outcome| self.state.keep(outcome));
    }

    /// Gives back what the attempt holds that did not end the call.
    ///
    /// Breaker and limits record nothing of it. The call has the permits of the other then.
    pub(super) fn release_loser(&mut self, race: &mut Race<'p>, loser: Side, has_succeeded: bool) {
        if loser == Side::Hedge {
            self.swap_permits(race);
        }
        self.state.record(self.operation, None, D::now);
        self.swap_permits(race);
        race.permits = None;
        self.probe.attempt_dropped(loser.number());
        emit::attempt_dropped(self.operation, loser.number(), has_succeeded);
    }

    /// Emits that an attempt failed whose progress is `failed`.
    fn emit_failure(&self, side: Side, failed: &Progress, failure: Failure) {
        if side == Side::Hedge {
            emit::hedge_ends(self.operation);
        }
        emit::attempt_failed(self.operation, failed, failure.class());
    }

    /// Records that the call was dropped while an attempt ran, or both.
    #[cold]
    pub(super) fn drop_race(&mut self, race: &mut Race<'p>) {
        if race.permits.is_none() {
            return self.drop_attempt();
        }
        self.swap_permits(race);
        self.state.record(self.operation, None, D::now);
        self.swap_permits(race);
        if !std::thread::panicking() {
            self.state.attempt_dropped(self.operation, D::now);
        }
    }
}

impl Race<'_> {
    /// Returns whether both attempts run.
    pub(super) const fn is_running(&self) -> bool {
        self.permits.is_some()
    }

    /// Returns the progress in whose context an attempt runs.
    pub(super) fn progress<'a>(&'a self, side: Side, call: Option<&'a Progress>) -> Option<&'a Progress> {
        match (side, &self.first) {
            (Side::First, Some(first)) => Some(first),
            _ => call,
        }
    }

    /// Ends the race with the end of an attempt.
    pub(super) fn ended<R>(
        &mut self,
        last: Side,
        finished: FinishedAttempt<R>,
        failure: Option<Failure>,
    ) -> HedgedAttempt<R> {
        let has_failed = self.has_failed;
        HedgedAttempt { finished, failure, race: self.first.take().map(|first| EndedRace { first, last, has_failed }) }
    }
}
