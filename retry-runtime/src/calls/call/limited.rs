//! Data of a call that has a rate limit, a pace or a concurrency limit.

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::Span;
use retry_core::{Failure, Moment, Progress, StopReason, TimedPolicy};

use crate::calls::admission::{Ends, HoldEnds, HoldScope, Limits, Step};
use crate::calls::as_shared::{AsConcurrency, AsPace, AsRateLimit};
use crate::calls::call::Call;
use crate::calls::call::retry_budget::RetryBudget;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::driver::Driver;
use crate::calls::named::{NamedConcurrency, NamedPace, NamedRateLimit};
use crate::calls::operation::Operation;
use crate::observe::emit;
use crate::outcome::Outcome;

/// All data that options may need, and the limits before each attempt.
///
/// `H` is the hedge of the operation, or `()`.
#[derive(Debug)]
pub struct LimitedState<'p, R, H = ()> {
    pub(super) full: FullState<'p, R>,
    pub(super) limits: Limits<'p>,
    /// End of the hold that begins when the attempt is over.
    ///
    /// It is the origin if none is requested.
    requested_hold: Moment,
    pub(super) hedge: H,
}

impl<'p, R: Outcome, D: Driver> Call<R, D, FullState<'p, R>> {
    /// Adds limits before each attempt. The methods that follow set them.
    pub fn limited(self) -> Call<R, D, LimitedState<'p, R>> {
        self.map_state(|full| LimitedState {
            full,
            limits: Limits::new(D::now),
            requested_hold: Moment::ORIGIN,
            hedge: (),
        })
    }
}

impl<'p, R: Outcome, D: Driver> Call<R, D, LimitedState<'p, R>> {
    /// Sets the rate limit, from an expression.
    #[must_use]
    pub fn rate_limit<L: AsRateLimit + ?Sized>(mut self, limit: &'p L) -> Self {
        self.state.limits.set_rate_limit(limit.as_rate_limit());
        self
    }

    /// Sets the rate limit that the attribute names by its path.
    ///
    /// A `const` would be another one for each call, so it is rejected.
    #[doc(hidden)]
    #[must_use]
    pub fn named_rate_limit<'l, L>(mut self, limit: &'l L) -> Self
    where
        L: NamedRateLimit,
        'l: 'static, // a `const` is another rate limit at each mention; write `static` where it is defined
    {
        self.state.limits.set_rate_limit(self.operation.shared(limit.named()));
        self
    }

    /// Sets the rate limit in a static.
    #[doc(hidden)]
    #[must_use]
    pub fn static_rate_limit<L: AsRateLimit + ?Sized>(mut self, limit: &&'static L) -> Self {
        self.state.limits.set_rate_limit(self.operation.shared((*limit).as_rate_limit()));
        self
    }

    /// Sets the pace, from an expression.
    #[must_use]
    pub fn pace<L: AsPace + ?Sized>(mut self, limit: &'p L) -> Self {
        self.state.limits.set_pace(limit.as_pace());
        self
    }

    /// Sets the pace that the attribute names by its path.
    ///
    /// A `const` would be another one for each call, so it is rejected.
    #[doc(hidden)]
    #[must_use]
    pub fn named_pace<'l, L>(mut self, limit: &'l L) -> Self
    where
        L: NamedPace,
        'l: 'static, // a `const` is another pace at each mention; write `static` where it is defined
    {
        self.state.limits.set_pace(self.operation.shared(limit.named()));
        self
    }

    /// Sets the pace in a static.
    #[doc(hidden)]
    #[must_use]
    pub fn static_pace<L: AsPace + ?Sized>(mut self, limit: &&'static L) -> Self {
        self.state.limits.set_pace(self.operation.shared((*limit).as_pace()));
        self
    }

    /// Sets the concurrency limit, from an expression.
    #[must_use]
    pub fn concurrency<L: AsConcurrency + ?Sized>(mut self, limit: &'p L) -> Self {
        self.state.limits.set_concurrency(limit.as_concurrency());
        self
    }

    /// Sets the concurrency limit that the attribute names by its path.
    ///
    /// A `const` would be another one for each call, so it is rejected.
    #[doc(hidden)]
    #[must_use]
    pub fn named_concurrency<'l, L>(mut self, limit: &'l L) -> Self
    where
        L: NamedConcurrency,
        'l: 'static, // a `const` is another limit at each mention; write `static` where it is defined
    {
        self.state.limits.set_concurrency(self.operation.shared(limit.named()));
        self
    }

    /// Sets the concurrency limit in a static.
    #[doc(hidden)]
    #[must_use]
    pub fn static_concurrency<L: AsConcurrency + ?Sized>(mut self, limit: &&'static L) -> Self {
        self.state.limits.set_concurrency(self.operation.shared((*limit).as_concurrency()));
        self
    }
}

impl<R: Outcome, D: Driver, H> Call<R, D, LimitedState<'_, R, H>> {
    /// Returns the next step of the admission of the next attempt.
    ///
    /// A rejection ends the call when that attempt begins.
    pub(super) fn step(&mut self, waker: &core::task::Waker) -> Option<Moment> {
        if self.state.full.rejection.is_some() {
            return None;
        }
        let ends = Ends { deadline: self.progress().deadline(), max_retry_after: self.policy().max_retry_after_span() };
        let until = match self.state.limits.step(ends, waker) {
            Step::Admit => None,
            Step::WaitUntil(until) => Some(until),
            Step::Reject(reason) => {
                self.state.full.rejection = Some(reason);
                None
            }
        };
        self.probe.waits_for(until.map(|_| self.state.limits.waits_for()), D::now);
        until
    }

    /// Emits that the next attempt waits until a time.
    #[cold]
    pub(super) fn emit_wait(&self, until: Moment) {
        emit::waiting_for_limit(self.operation, self.progress(), self.state.limits.waits_for(), until.since(D::now()));
    }

    /// Rejects the next attempt at once if the breaker is open.
    ///
    /// Nothing is reserved then.
    pub(super) fn reject_if_open(&mut self) {
        if self.state.full.rejection.is_none() && self.state.full.permits.is_open(D::now) {
            self.state.full.rejection = Some(StopReason::Breaker);
        }
    }

    /// Gives back what is reserved, because the wait ends before its time.
    #[cold]
    pub(super) fn leave_limits(&mut self) {
        self.state.limits.give_back();
        self.probe.waits_for(None, D::now);
    }

    /// Gives back what is reserved, because the call is cancelled.
    #[cold]
    pub(super) fn cancel_admission(&mut self) {
        self.leave_limits();
        self.state.full.rejection = Some(StopReason::Cancelled);
    }
}

impl<'p, R, H> LimitedState<'p, R, H> {
    /// Adds a hedge.
    pub(super) fn with_hedge<E>(self, hedge: E) -> LimitedState<'p, R, E> {
        let Self { full, limits, requested_hold, .. } = self;
        LimitedState { full, limits, requested_hold, hedge }
    }
}

impl<R: Outcome, H> CallState<R> for LimitedState<'_, R, H> {
    type HoldScope = Option<HoldScope>;

    const HAS_HOLDS: bool = true;

    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        self.full.policy(operation)
    }

    #[inline]
    fn keep(&mut self, outcome: R) -> Option<R> {
        self.full.keep(outcome)
    }

    fn take_outcome(&mut self, progress: &Progress) -> Option<R> {
        self.full.take_outcome(progress)
    }

    fn take_timeout_outcome(&mut self, progress: &Progress) -> (Option<R>, bool) {
        self.full.take_timeout_outcome(progress)
    }

    fn attempt_timeout(&self) -> Span {
        self.full.attempt_timeout()
    }

    fn next_timeout(&mut self, operation: &'static Operation, number: u32) {
        self.full.next_timeout(operation, number);
    }

    #[cfg(feature = "idempotency-key")]
    fn key(&self) -> Option<crate::calls::key::IdempotencyKey> {
        self.full.key()
    }

    fn start_time(&self) -> Moment {
        self.full.start_time()
    }

    /// Acquires the breaker's permit last, so that no probe waits.
    #[inline]
    fn admit(&mut self, operation: &'static Operation, now: fn() -> Moment) -> Option<StopReason> {
        let rejection = self.full.admit(operation, now);
        match rejection {
            None => self.limits.begin_attempt(),
            Some(_) => self.limits.release_place(),
        }
        rejection
    }

    #[inline]
    fn record(&mut self, operation: &'static Operation, outcome: Option<AttemptOutcome>, now: fn() -> Moment) {
        self.limits.end_attempt(outcome);
        if outcome == Some(AttemptOutcome::Succeeded) {
            let end = core::mem::replace(&mut self.requested_hold, Moment::ORIGIN);
            self.limits.hold_until(end, self.policy(operation).max_retry_after_span());
        }
        self.full.record(operation, outcome, now);
    }

    #[inline]
    fn enter_hold(&self) -> Option<HoldScope> {
        self.limits.enter_hold()
    }

    fn leave_hold(&mut self, operation: &'static Operation, scope: Option<HoldScope>, is_over: bool) {
        let ends = scope.map_or(HoldEnds::NONE, HoldScope::leave);
        if is_over {
            // A failure by which the service rejects load holds for the longer time, and also cuts.
            self.requested_hold = self.requested_hold.max(ends.latest());
        } else {
            self.requested_hold = self.requested_hold.max(ends.when_over);
            self.limits.hold_until(ends.at_once, self.policy(operation).max_retry_after_span());
        }
    }

    fn hold(&mut self, failure: &Failure, max_retry_after: Span) -> bool {
        self.limits.hold(failure, max_retry_after, core::mem::replace(&mut self.requested_hold, Moment::ORIGIN))
    }

    #[cfg(feature = "tokio")]
    #[inline]
    fn pending(&mut self, now: fn() -> Moment) {
        self.full.permits.start_timing(now);
    }

    #[cfg(feature = "tokio")]
    fn attempt_dropped(&mut self, operation: &'static Operation, now: fn() -> Moment) {
        self.limits.release_place();
        self.full.permits.record_dropped(operation, now);
    }

    #[inline]
    fn is_budget_at_rest(&self) -> bool {
        self.full.permits.is_at_rest()
    }

    fn retry_budget<'a>(&'a mut self, operation: &'static Operation) -> RetryBudget<'a> {
        self.full.retry_budget(operation)
    }
}
