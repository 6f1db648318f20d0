//! What a call remembers between attempts: nothing, its begin, or all that options ask for.
//!
//! Only functions whose options ask for it pay.

use retry_core::breaker::AttemptOutcome;
use retry_core::internal::NEVER;
use retry_core::{Policy, Progress, StopReason};

use crate::calls::operation::Operation;
use crate::calls::permits::{Permits, RetryBudget};
use crate::outcome::Outcome;
use crate::stopped::Stopped;

/// What a call remembers between attempts, and holds of what calls share.
#[doc(hidden)]
pub trait CallState<R> {
    /// What the call is retried by.
    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a Policy {
        operation.policy()
    }

    /// Takes the outcome of an attempt that will be retried.
    #[inline]
    fn keep(&mut self, _outcome: R) {}

    /// The outcome of a call that ends while no attempt's is at hand; `None` where that cannot be.
    fn without_outcome(&mut self, _progress: &Progress) -> Option<R> {
        None
    }

    /// What `on_retry` is shown of an attempt that was cut, and whether an attempt returned it.
    fn of_cut(&mut self, _progress: &Progress) -> (Option<R>, bool) {
        (None, false)
    }

    /// How long an attempt may run, in nanoseconds.
    fn attempt_timeout(&self) -> u64 {
        NEVER
    }

    /// The call's idempotency key.
    #[cfg(feature = "idempotency-key")]
    fn key(&self) -> Option<crate::calls::key::IdempotencyKey> {
        None
    }

    /// When the call began, if anything asks.
    fn begun(&self) -> u64 {
        0
    }

    /// Why no attempt may begin, if none may.
    #[inline]
    fn admit(&mut self, _operation: &'static Operation, _now: fn() -> u64) -> Option<StopReason> {
        None
    }

    /// What the attempt ended in, for a breaker.
    #[inline]
    fn record(&mut self, _operation: &'static Operation, _ending: Option<AttemptOutcome>, _now: fn() -> u64) {}

    /// The call has succeeded.
    #[inline]
    fn succeed(&mut self, _operation: &Operation) {}

    /// What a retry is drawn from.
    #[inline]
    fn retry_budget<'a>(&'a mut self, operation: &'a Operation) -> RetryBudget<'a> {
        RetryBudget { operation, policy: operation.policy(), permits: None }
    }
}

/// Nothing.
#[derive(Debug)]
pub struct NoState;

impl<R> CallState<R> for NoState {}

/// When the call began, in nanoseconds on its driver's clock.
#[derive(Debug)]
pub struct StartTime(pub(crate) u64);

impl<R> CallState<R> for StartTime {
    fn begun(&self) -> u64 {
        self.0
    }
}

/// All that options may ask for: another policy, how long an attempt may run, the last outcome where attempts may end
/// without one, when the call began, a budget, a breaker.
#[derive(Debug)]
pub struct FullState<'p, R> {
    pub(crate) policy: Option<&'p Policy>,
    pub(crate) begun: u64,
    pub(crate) attempt_timeout: u64,
    pub(crate) last: Option<R>,
    /// SavedContext here and not asked of the type again, so that an error that cannot be made is told once.
    pub(crate) without_outcome: Option<fn(Stopped) -> R>,
    pub(crate) permits: Permits<'p>,
    /// Why the next attempt may not begin: the rate limit said no, or the call can have no key.
    pub(crate) refused: Option<StopReason>,
    #[cfg(feature = "idempotency-key")]
    pub(crate) key: Option<&'p crate::calls::key::CallKey>,
}

impl<R> FullState<'_, R> {
    pub(crate) fn begun_at(begun: u64) -> Self {
        Self {
            policy: None,
            begun,
            attempt_timeout: NEVER,
            last: None,
            without_outcome: None,
            permits: Permits::default(),
            refused: None,
            #[cfg(feature = "idempotency-key")]
            key: None,
        }
    }
}

impl<R: Outcome> CallState<R> for FullState<'_, R> {
    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a Policy {
        self.policy.unwrap_or(operation.policy())
    }

    /// The last error; a refused success only while there is none.
    #[inline]
    fn keep(&mut self, outcome: R) {
        let has_error = self.last.as_ref().is_some_and(|last| last.sides().is_err());
        if self.without_outcome.is_some() && (outcome.sides().is_err() || !has_error) {
            self.last = Some(outcome);
        }
    }

    fn without_outcome(&mut self, progress: &Progress) -> Option<R> {
        let last = self.last.take();
        last.or_else(|| self.without_outcome.map(|make| make(Stopped::new(progress))))
    }

    fn of_cut(&mut self, progress: &Progress) -> (Option<R>, bool) {
        let returned = self.last.is_some();
        let mut cut = progress.clone();
        cut.stopped(StopReason::AttemptTimeout);
        (self.without_outcome(&cut), returned)
    }

    fn attempt_timeout(&self) -> u64 {
        self.attempt_timeout
    }

    #[cfg(feature = "idempotency-key")]
    fn key(&self) -> Option<crate::calls::key::IdempotencyKey> {
        self.key?.get().cloned()
    }

    fn begun(&self) -> u64 {
        self.begun
    }

    #[inline]
    fn admit(&mut self, operation: &'static Operation, now: fn() -> u64) -> Option<StopReason> {
        let refused = self.refused.take();
        refused.or_else(|| (!self.permits.admit(operation, now)).then_some(StopReason::Breaker))
    }

    #[inline]
    fn record(&mut self, operation: &'static Operation, ending: Option<AttemptOutcome>, now: fn() -> u64) {
        self.permits.record(operation, ending, now);
    }

    #[inline]
    fn succeed(&mut self, operation: &Operation) {
        self.permits.succeed(self.policy.unwrap_or(operation.policy()).most_attempts());
    }

    fn retry_budget<'a>(&'a mut self, operation: &'a Operation) -> RetryBudget<'a> {
        let policy = self.policy.unwrap_or(operation.policy());
        RetryBudget { operation, policy, permits: Some(self.permits.permits()) }
    }
}
