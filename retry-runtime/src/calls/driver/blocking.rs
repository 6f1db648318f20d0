//! Blocking functions: an attempt is a closure, and a wait sleeps the thread.

use core::ops::ControlFlow;
use core::time::Duration;

use retry_core::nesting::Nesting;
use retry_core::{Failure, Policy, Progress, StopReason};

use crate::calls::call::Call;
use crate::calls::call_state::{CallState, FullState};
use crate::calls::classifier::{AttemptResult, ByClass, ByPredicate, Classifier};
use crate::calls::context::{AttemptScope, ContextExit, NestedCalls};
use crate::calls::driver::{Driver, decide};
use crate::calls::hook::{AttemptDecision, AttemptEnd, FinishedAttempt, HookResult};
use crate::calls::permits::RetryBudget;
use crate::calls::typed_operation::{Fallible, TypedOperation};
use crate::classify::Classify;
use crate::observe::emit;
use crate::outcome::Outcome;

/// How often a wait asks whether it is cancelled, in nanoseconds.
const SLICE: u64 = 10_000_000;

/// The driver of blocking functions: `C` says whether the call is cancelled.
#[derive(Debug, Default)]
pub struct Blocking<C = Uncancelled> {
    cancel: C,
}

/// Says whether a call is cancelled.
pub trait IsCancelled {
    #[doc(hidden)]
    const NEVER: bool;
    #[doc(hidden)]
    fn is_cancelled(&mut self) -> bool;
}

/// A call that nothing cancels.
#[derive(Debug, Default)]
pub struct Uncancelled;

impl IsCancelled for Uncancelled {
    const NEVER: bool = true;

    fn is_cancelled(&mut self) -> bool {
        false
    }
}

impl<F: FnMut() -> bool> IsCancelled for F {
    const NEVER: bool = false;

    fn is_cancelled(&mut self) -> bool {
        self()
    }
}

impl<C> Driver for Blocking<C> {
    #[inline]
    fn now() -> u64 {
        now()
    }

    #[inline]
    fn failed(progress: &mut Progress, failure: &Failure, retry_budget: RetryBudget<'_>) -> u64 {
        failed(progress, failure, retry_budget)
    }
}

#[cold]
#[inline(never)]
fn failed(progress: &mut Progress, failure: &Failure, retry_budget: RetryBudget<'_>) -> u64 {
    decide(progress, failure, retry_budget, now)
}

fn now() -> u64 {
    #[cfg(feature = "test-util")]
    if let Some(now) = crate::calls::test_util::now() {
        return now;
    }
    crate::calls::clock::since_anchor(std::time::Instant::now())
}

/// Blocks the thread for `nanos` nanoseconds, or moves the clock that a test has paused.
pub fn sleep(nanos: u64) {
    #[cfg(feature = "test-util")]
    if crate::calls::test_util::advance(nanos) {
        return;
    }
    std::thread::sleep(Duration::from_nanos(nanos));
}

impl<R> TypedOperation<R>
where
    Self: Fallible<R>,
{
    /// Begins a call of a blocking function.
    #[inline]
    pub fn begin_blocking(self) -> Call<R, Blocking> {
        Call::begin(self.operation)
    }
}

impl<'p, R: Outcome> Call<R, Blocking, FullState<'p, R>> {
    /// The same call, that ends when `cancel` says so: it is asked before each retry, and during a wait every 10 ms.
    pub fn cancel<C: FnMut() -> bool>(self, cancel: C) -> Call<R, Blocking<C>, FullState<'p, R>> {
        self.driven(Blocking { cancel })
    }
}

impl<R: Outcome, C: IsCancelled, T: CallState<R>> Call<R, Blocking<C>, T> {
    /// Runs one attempt, decides by the policy's classes, and waits. `Some` is what the call ends with.
    #[inline]
    pub fn attempt(&mut self, body: impl FnOnce() -> R) -> Option<R>
    where
        R::Error: Classify,
    {
        self.run_and_wait(body, ByClass)
    }

    /// As [`attempt`](Self::attempt); `retry` says whether what ended is worth a retry.
    #[inline]
    pub fn attempt_if(
        &mut self,
        body: impl FnOnce() -> R,
        retry: impl FnMut(&mut AttemptResult<'_, R>) -> bool,
    ) -> Option<R> {
        self.run_and_wait(body, ByPredicate(retry))
    }

    /// Runs one attempt; [`decide`](Call::decide) and [`wait`](Call::wait) follow, with `on_retry` between them.
    pub fn run(&mut self, body: impl FnOnce() -> R) -> FinishedAttempt<R> {
        if let Some(refused) = self.admit() {
            return FinishedAttempt { end: AttemptEnd::Rejected(refused), nested: NestedCalls::default() };
        }
        let scope = self.enter();
        let outcome = body();
        let nested = scope.leave().nested();
        FinishedAttempt { end: AttemptEnd::Returned(outcome), nested }
    }

    #[inline]
    fn enter(&self) -> AttemptScope {
        if self.progress.is_plain() { AttemptScope::first() } else { enter_apart(&self.progress, self.policy()) }
    }

    #[inline]
    fn run_and_wait(&mut self, body: impl FnOnce() -> R, classifier: impl Classifier<R>) -> Option<R> {
        if let Some(refused) = self.admit() {
            return ended(self.refuse(refused));
        }
        let scope = self.enter();
        let outcome = body();
        let left = scope.leave();
        if classifier.is_success(&outcome) && left.is_quiet() && self.operation.is_at_rest() {
            self.record_first_success();
            return Some(outcome);
        }
        self.decide_and_wait(outcome, classifier, left)
    }

    /// Cold and apart, so that a function whose attempt succeeds carries nothing of it; all functions with one outcome
    /// share it.
    #[cold]
    #[inline(never)]
    fn decide_and_wait(&mut self, outcome: R, mut classifier: impl Classifier<R>, left: ContextExit) -> Option<R> {
        match self.decided(outcome, &mut classifier, left.nested()) {
            ControlFlow::Break(outcome) => Some(outcome),
            ControlFlow::Continue(wait) => self.pause(wait),
        }
    }

    /// Delays, unless the call is cancelled first: then it is what the call ends with.
    #[inline]
    fn pause(&mut self, wait: u64) -> Option<R> {
        if self.is_cancelled_within(wait) { ended(self.stop_retry(StopReason::Cancelled)) } else { None }
    }

    /// Delays, and says whether the call was cancelled before the wait was over.
    #[inline]
    fn is_cancelled_within(&mut self, wait: u64) -> bool {
        if C::NEVER {
            if wait > 0 {
                emit::blocks_thread(self.operation, wait);
                sleep(wait);
            }
            return false;
        }
        self.is_cancelled_in_slices(wait)
    }

    #[cold]
    fn is_cancelled_in_slices(&mut self, wait: u64) -> bool {
        if wait > 0 {
            emit::blocks_thread(self.operation, wait);
        }
        // By the clock, since each slice oversleeps a little.
        let end = now().saturating_add(wait);
        loop {
            if self.driver.cancel.is_cancelled() {
                return true;
            }
            match end.saturating_sub(now()) {
                0 => return false,
                left => sleep(left.min(SLICE)),
            }
        }
    }

    /// Delays before the next attempt, once `on_retry` was told. `Some` is what the call ends with: the attempt itself,
    /// or the hook failed, it took until the deadline, or the call is cancelled.
    pub fn wait(&mut self, decision: AttemptDecision<R>, hook_result: impl HookResult<R::Error>) -> Option<R> {
        match self.before_wait(decision, hook_result) {
            ControlFlow::Break(outcome) => Some(outcome),
            ControlFlow::Continue(wait) => self.pause(wait),
        }
    }
}

#[cfg(feature = "governor")]
impl<R: Outcome, C: IsCancelled> Call<R, Blocking<C>, FullState<'_, R>> {
    /// Delays until the rate limit allows the next attempt; where it does not, that attempt ends the call.
    pub fn rate_limit(&mut self, limit: &crate::RateLimit) {
        use crate::calls::rate_limit::Permit;
        while let Permit::Wait(wait) = self.ask(limit) {
            if self.is_cancelled_within(wait) {
                self.state.refused = Some(StopReason::Cancelled);
                return;
            }
        }
    }
}

#[cold]
#[inline(never)]
fn enter_apart(progress: &Progress, policy: &Policy) -> AttemptScope {
    if progress.is_first() {
        return AttemptScope::enter_word(progress.deadline(), Nesting::default());
    }
    AttemptScope::enter_later(progress.deadline(), progress.attempt(), Nesting::allowing(progress.left(policy)))
}

fn ended<R>(flow: ControlFlow<R, u64>) -> Option<R> {
    match flow {
        ControlFlow::Break(outcome) => Some(outcome),
        ControlFlow::Continue(_) => None,
    }
}
