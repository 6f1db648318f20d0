//! What follows an attempt: the call's end, or a retry and what it is drawn from.

use core::ops::ControlFlow;
#[cfg(feature = "tokio")]
use std::sync::Arc;

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::{NEVER, STOP};
use retry_core::{Failure, Policy, Progress, StopReason};

use crate::calls::call::Call;
use crate::calls::call_state::CallState;
use crate::calls::classifier::Classifier;
use crate::calls::context::{self, NestedCalls};
use crate::calls::driver::Driver;
#[cfg(feature = "tokio")]
use crate::calls::frame::Frame;
use crate::calls::operation::Operation;
use crate::observe::emit;
use crate::outcome::Outcome;
#[cfg(feature = "tokio")]
use retry_core::nesting::Nesting;

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Why no attempt may begin, if none may; else it is counted.
    #[inline]
    pub(crate) fn admit(&mut self) -> Option<StopReason> {
        let refused = self.state.admit(self.operation, D::now);
        if refused.is_none() {
            self.progress.begin_attempt();
        }
        refused
    }

    /// What an attempt after the first tells the calls inside it: each retry there uses up one attempt of this call.
    #[cfg(feature = "tokio")]
    #[cold]
    #[inline(never)]
    pub(crate) fn marks(&self) -> Nesting {
        Nesting::allowing(self.progress.left(self.policy()))
    }

    /// The first attempt has succeeded, and with it the call; nothing else is to be changed.
    #[inline]
    pub(crate) fn record_first_success(&mut self) {
        self.record_success();
        emit::first_success(self.operation);
    }

    /// The attempt has succeeded, and with it the call. At rest this looks at two words and writes nothing.
    #[inline]
    fn record_success(&mut self) {
        self.state.record(self.operation, Some(AttemptOutcome::Succeeded), D::now);
        self.state.succeed(self.operation);
    }

    /// As [`record_first_success`](Self::record_first_success), of any attempt.
    #[inline]
    fn succeed(&mut self) {
        self.record_success();
        succeed_apart(self.operation, self.state.policy(self.operation), &self.progress);
    }

    /// How many nanoseconds follow an attempt that returned this, or `STOP`. The outcome stays where it is: what is
    /// moved into an enum here is copied on every call, and nearly all of them succeed at once.
    #[inline]
    pub(crate) fn after(&mut self, outcome: &R, classifier: &mut impl Classifier<R>, nested: NestedCalls) -> u64 {
        match classifier.classify(outcome, self.policy()) {
            None => {
                self.succeed();
                STOP
            }
            Some(failure) => self.failed(failure, nested),
        }
    }

    /// What follows an attempt whose outcome is no success for sure: the nanoseconds to wait, or what the call ends
    /// with. Each driver calls it in a cold function of its own, so that a function whose attempt succeeds carries
    /// little of it.
    #[inline]
    pub(crate) fn decided(
        &mut self,
        outcome: R,
        classifier: &mut impl Classifier<R>,
        nested: NestedCalls,
    ) -> ControlFlow<R, u64> {
        match self.after(&outcome, classifier, nested) {
            STOP => ControlFlow::Break(outcome),
            wait => {
                self.state.keep(outcome);
                ControlFlow::Continue(wait)
            }
        }
    }

    /// As [`decided`](Self::decided), of an attempt that its timeout cut.
    #[cfg(feature = "tokio")]
    #[cold]
    pub(crate) fn after_cut(&mut self, nested: NestedCalls) -> ControlFlow<R, u64> {
        match self.failed(Failure::cut(), nested) {
            STOP => self.without_outcome(),
            wait => ControlFlow::Continue(wait),
        }
    }

    /// The call ends for this reason, with its last outcome. No retry is under way that a token was drawn for.
    #[cold]
    pub(crate) fn stop(&mut self, reason: StopReason) -> ControlFlow<R, u64> {
        self.state.record(self.operation, None, D::now);
        self.progress.stopped(reason);
        emit::gave_up(self.operation, &self.progress);
        context::give_up();
        self.without_outcome()
    }

    /// As [`stop`](Self::stop), where the next attempt was not admitted.
    #[cold]
    pub(crate) fn refuse(&mut self, reason: StopReason) -> ControlFlow<R, u64> {
        if self.progress.attempt() == 0 { self.stop(reason) } else { self.stop_retry(reason) }
    }

    /// As [`stop`](Self::stop), before a retry that is not made.
    #[cold]
    pub(crate) fn stop_retry(&mut self, reason: StopReason) -> ControlFlow<R, u64> {
        self.state.retry_budget(self.operation).put_back(D::now);
        context::put_back();
        self.stop(reason)
    }

    /// The call is dropped while it waits for a retry that was drawn for inside `around`, wherever that happens.
    #[cfg(feature = "tokio")]
    #[cold]
    pub(crate) fn drop_retry(&mut self, around: Option<&Arc<Frame>>) {
        emit::dropped(self.operation);
        self.state.retry_budget(self.operation).put_back(D::now);
        if let Some(around) = around {
            around.put_back();
        }
        context::give_up();
    }

    fn without_outcome(&mut self) -> ControlFlow<R, u64> {
        match self.state.without_outcome(&self.progress) {
            Some(outcome) => ControlFlow::Break(outcome),
            // Only a call that can be cut or refused comes here, and that one always has an outcome.
            None => ControlFlow::Continue(0),
        }
    }

    /// How many nanoseconds follow this failure, or `STOP`.
    fn failed(&mut self, failure: Failure, nested: NestedCalls) -> u64 {
        let failure = if nested.gave_up { failure.nested_give_up() } else { failure };
        emit::attempt_failed(self.operation, &self.progress, failure.class());
        self.state.record(self.operation, failure.attempt_outcome(), D::now);
        if nested.retries > 0 {
            self.progress.use_up(nested.retries);
        }
        let Self { operation, progress, state, .. } = self;
        let wait = D::failed(progress, &failure, state.retry_budget(operation));
        emit::decided(*operation, progress, failure.class(), wait);
        if wait == STOP && (failure.is_nested_give_up() || progress.stop_reason().is_giving_up()) {
            context::give_up();
        }
        wait
    }

    /// Whether a wait of `nanos` that begins now would pass the deadline.
    pub(crate) fn is_too_late(&self, nanos: u64) -> bool {
        let deadline = self.progress.deadline();
        deadline != NEVER && D::now().saturating_add(nanos) >= deadline
    }
}

#[cfg(feature = "tokio")]
impl<R, D, T> Call<R, D, T> {
    /// The call is dropped while an attempt runs.
    #[inline]
    pub(crate) fn drop_attempt(&self) {
        if self.progress.attempt() > 1 {
            emit::dropped(self.operation);
        }
    }
}

/// Not generic: what a success tells, and what it changes beside the call.
#[cold]
#[inline(never)]
fn succeed_apart(operation: &'static Operation, policy: &Policy, progress: &Progress) {
    let is_first = progress.attempt() == 1;
    if is_first {
        emit::first_success(operation);
    } else {
        emit::recovered(operation, progress);
    }
    context::succeed(progress.seen());
    let max_attempts = policy.most_attempts();
    if let Some(own) = operation.own(max_attempts) {
        if is_first {
            own.record_first_success();
        } else {
            own.record_retry_success(max_attempts);
        }
    }
}
