//! The decision after an attempt, the same for every driver.
//!
//! The call ends, or a retry follows after a delay.

use core::ops::ControlFlow;
use std::sync::Arc;

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::{Grant, Next, Span};
use retry_core::nesting::GiveUp;
use retry_core::{Failure, Moment, Progress, StopReason};

use crate::calls::call::classifier::Classifier;
use crate::calls::call::retry_budget::RetryBudget;
use crate::calls::call::state::CallState;
use crate::calls::call::{Call, first_attempt};
use crate::calls::context::{self, Frame, NestedCalls};
use crate::calls::driver::Driver;
use crate::calls::env::random;
use crate::calls::operation::Operation;
use crate::observe::emit;
use crate::outcome::Outcome;

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Counts an attempt that begins now, or returns the reason for rejecting it.
    #[inline]
    pub(super) fn admit(&mut self) -> Option<StopReason> {
        let rejection = self.state.admit(self.operation, D::now);
        if let (None, Some(progress)) = (rejection, &mut self.progress) {
            progress.begin_attempt();
        }
        rejection
    }

    /// Records that the first attempt succeeded.
    ///
    /// This changes nothing around the call. If breaker and budget are at rest, it reads two words and writes nothing.
    #[inline]
    pub(super) fn record_first_success(&mut self) {
        self.probe.succeeded(1);
        self.state.record(self.operation, Some(AttemptOutcome::Succeeded), D::now);
        if !self.state.is_budget_at_rest() {
            self.record_with_budget();
        }
        emit::first_success(self.operation);
    }

    #[cold]
    fn record_with_budget(&mut self) {
        self.state.retry_budget(self.operation).succeeded(&mut first_attempt(), D::now);
    }

    /// Ends the call with the success of any attempt.
    #[inline(always)]
    #[allow(clippy::inline_always)] // see `after`
    fn succeed(&mut self) {
        self.state.record(self.operation, Some(AttemptOutcome::Succeeded), D::now);
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        self.probe.succeeded(progress.attempt());
        finish_success(operation, progress, state.retry_budget(operation), D::now);
    }

    /// Returns the next step after an attempt.
    ///
    /// The outcome is borrowed, because moving it into an enum would copy it on every call, and nearly all calls succeed at
    /// their first attempt.
    #[inline(always)]
    #[allow(clippy::inline_always)] // LLVM hardly inlines into its callers, which are cold
    pub(super) fn after(&mut self, outcome: &R, classifier: &mut impl Classifier<R>, nested: NestedCalls) -> Next {
        match self.classify(outcome, classifier) {
            None => {
                self.succeed();
                Next::STOP
            }
            Some(failure) => self.failed(failure, nested),
        }
    }

    /// Returns the failure of an outcome, or `None` for a success.
    ///
    /// The classes of a response may hold the pace.
    #[inline(always)]
    #[allow(clippy::inline_always)] // see `after`
    pub(super) fn classify(&mut self, outcome: &R, classifier: &mut impl Classifier<R>) -> Option<Failure> {
        let hold = self.state.enter_hold();
        let failure = classifier.classify(outcome, self.policy());
        self.leave_hold(hold, true);
        failure
    }

    /// Leaves what [`enter_hold`](CallState::enter_hold) entered.
    ///
    /// Without limits this is nothing.
    #[inline(always)]
    #[allow(clippy::inline_always)] // so that the constant decides before anything is inlined
    pub(super) fn leave_hold(&mut self, scope: T::HoldScope, is_over: bool) {
        if T::HAS_HOLDS {
            self.state.leave_hold(self.operation, scope, is_over);
        }
    }

    /// Returns the delay after an attempt that timed out, or the outcome of the call.
    #[cold]
    pub(super) fn after_timeout(&mut self, nested: NestedCalls) -> ControlFlow<R, Span> {
        match self.failed(Failure::timed_out(), nested).delay() {
            None => self.take_outcome(),
            Some(delay) => ControlFlow::Continue(delay),
        }
    }

    /// Ends the call with its last outcome.
    ///
    /// There is no retry whose withdrawal must be refunded.
    #[cold]
    pub(super) fn stop(&mut self, reason: StopReason) -> ControlFlow<R, Span> {
        self.release_retry();
        self.stop_for(|progress, _| {
            let _ = progress.stopped(reason);
        })
    }

    /// Ends the call with its last outcome, for the reason that `stopped` sets.
    fn stop_for(&mut self, stopped: impl FnOnce(&mut Progress, RetryBudget<'_>)) -> ControlFlow<R, Span> {
        self.state.record(self.operation, None, D::now);
        let Self { operation, progress, state, .. } = self;
        stopped(progress.get_or_insert_with(first_attempt), state.retry_budget(operation));
        self.probe.gave_up(self.progress());
        emit::stopped(self.operation, self.progress());
        context::give_up(GiveUp::of(self.progress().last_class()));
        self.take_outcome()
    }

    /// Ends the call because its next attempt was not admitted.
    #[cold]
    pub(super) fn reject(&mut self, reason: StopReason) -> ControlFlow<R, Span> {
        // A first attempt that was not admitted is not counted.
        let progress = self.progress.get_or_insert_with(Progress::new);
        if progress.attempt() == 0 { self.stop(reason) } else { self.stop_retry(reason) }
    }

    /// Ends the call before a retry, whose withdrawal is refunded.
    #[cold]
    pub(super) fn stop_retry(&mut self, reason: StopReason) -> ControlFlow<R, Span> {
        self.refund_retry();
        context::refund_retry();
        self.stop(reason)
    }

    /// Ends the call because the budget denied its retry, after `waited` in line.
    #[cold]
    pub(super) fn deny_retry(&mut self, waited: Span) -> ControlFlow<R, Span> {
        context::refund_retry();
        self.stop_for(|progress, budget| budget.deny(progress, waited))
    }

    /// Refunds what the budget granted for a retry that is not made.
    fn refund_retry(&mut self) {
        let Self { operation, progress, state, .. } = self;
        state.retry_budget(operation).refund(progress.get_or_insert_with(first_attempt), D::now);
    }

    /// Records that the retry that runs is interrupted, if one is.
    #[cold]
    pub(super) fn release_retry(&mut self) {
        let Self { operation, progress, state, .. } = self;
        state.retry_budget(operation).attempt_dropped(progress.get_or_insert_with(first_attempt), D::now);
    }

    /// Records that the call was dropped while it waited for a retry.
    ///
    /// The retry was withdrawn when `frame` was the innermost.
    #[cold]
    pub(super) fn drop_retry(&mut self, frame: Option<&Arc<Frame>>) {
        emit::dropped(self.operation);
        self.refund_retry();
        context::refund_retry_of(frame);
        context::give_up(GiveUp::UNKNOWN);
    }

    pub(super) fn take_outcome(&mut self) -> ControlFlow<R, Span> {
        let Self { progress, state, .. } = self;
        match state.take_outcome(progress.get_or_insert_with(first_attempt)) {
            Some(outcome) => ControlFlow::Break(outcome),
            // Not reached: only interruptible calls come here, and they always have an outcome.
            None => ControlFlow::Continue(Span::ZERO),
        }
    }

    /// Returns what follows `failure`.
    #[inline(always)]
    #[allow(clippy::inline_always)] // see `after`
    fn failed(&mut self, failure: Failure, nested: NestedCalls) -> Next {
        let progress = self.progress.get_or_insert_with(first_attempt);
        emit::attempt_failed(self.operation, progress, failure.class());
        let number = progress.attempt();
        self.react(failure, nested, number)
    }

    /// Returns what follows `failure` of the attempt of this number.
    #[inline(always)]
    #[allow(clippy::inline_always)] // see `after`
    pub(super) fn react(&mut self, failure: Failure, nested: NestedCalls, number: u32) -> Next {
        // A failure of another class is not the one on which an operation inside gave up: that one was handled there.
        let is_nested = nested.give_up.is_some_and(|give_up| give_up.may_be(failure.class()));
        let failure = if is_nested { failure.nested_give_up() } else { failure };
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        state.record(operation, failure.attempt_outcome(), D::now);
        let max_retry_after = state.policy(operation).max_retry_after_span();
        let failure = if state.hold(&failure, max_retry_after) { failure.paced() } else { failure };
        if nested.retries > 0 {
            progress.use_up(nested.retries);
        }
        state.next_timeout(operation, progress.attempt());
        let next = decide(progress, &failure, state.retry_budget(operation), D::now);
        self.probe.decided(progress, (number, failure.class()), next);
        emit::decided(*operation, progress, failure.class(), next);
        if next.is_stop() && (failure.is_nested_give_up() || progress.stop_reason().is_giving_up()) {
            context::give_up(GiveUp::of(Some(failure.class())));
        }
        next
    }

    /// Records that the call was dropped while an attempt ran.
    #[cold]
    #[inline(never)]
    pub(super) fn drop_attempt(&mut self) {
        if self.progress().attempt() > 1 {
            self.release_retry();
            emit::dropped(self.operation);
            context::give_up(GiveUp::UNKNOWN);
        }
        // A panic, in the attempt or around it, tells nothing about the service. This comes last, because a hook of the
        // breaker may panic.
        if !std::thread::panicking() {
            self.state.attempt_dropped(self.operation, D::now);
        }
    }

    /// Returns whether a delay that begins now would pass the deadline.
    pub(super) fn is_too_late(&self, delay: Span) -> bool {
        let deadline = self.progress().deadline();
        !deadline.is_never() && D::now().plus(delay) >= deadline
    }
}

/// Returns the next step after a failure.
///
/// Not generic, so that all functions share its code.
#[cold]
#[inline(never)]
fn decide(progress: &mut Progress, failure: &Failure, mut budget: RetryBudget<'_>, now: fn() -> Moment) -> Next {
    budget.attempt_failed(progress, now);
    #[cfg(feature = "testing")]
    let limited = budget.policy_in_scope();
    #[cfg(not(feature = "testing"))]
    let limited = None;
    let (policy, mut granted) = (budget.policy, Grant::None);
    let next = progress.next(limited.as_ref().unwrap_or(policy), failure, now, random::random, |delay| {
        granted = budget.withdraw(failure, delay, now)?;
        Ok(())
    });
    if granted != Grant::None {
        progress.replace_grant(granted);
    }
    budget.explain(progress);
    next
}

/// Emits a success and records it with the budget.
///
/// Not generic, so that all functions share its code.
#[cold]
#[inline(never)]
fn finish_success(
    operation: &'static Operation,
    progress: &mut Progress,
    mut budget: RetryBudget<'_>,
    now: fn() -> Moment,
) {
    if progress.attempt() == 1 {
        emit::first_success(operation);
    } else {
        emit::recovered(operation, progress);
    }
    context::succeed(progress.give_ups_before());
    budget.succeeded(progress, now);
}
