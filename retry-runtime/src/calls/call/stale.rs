//! Fallbacks that are values: one of an earlier call, or a default.

use core::time::Duration;

use retry_core::StopReason;

use crate::calls::call::Call;
use crate::calls::call::state::CallState;
use crate::calls::context::{self, Isolated};
use crate::calls::driver::Driver;
use crate::outcome::Outcome;
use crate::stale::{AsyncCache, Cache, Cached, CachedOutcome};

/// Value of a success, without its age.
type Inner<R> = <<R as Outcome>::Value as CachedOutcome>::Value;

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Returns a success, or the value of `default` if the call gave up.
    ///
    /// A failure that a retry cannot help is returned as it is, and so is an `Ok`.
    pub fn fallback_value(&self, outcome: R, default: impl FnOnce() -> R::Value) -> R {
        if !self.may_be_answered(&outcome) {
            return outcome;
        }
        self.answered(R::success(context::isolated(default)), None)
    }

    /// Stores the value of a success, or returns the stored one if the call gave up.
    ///
    /// A failure that a retry cannot help is returned as it is, and so is an `Ok` that the policy rejects.
    pub fn fallback_stale<C>(&self, outcome: R, cache: &C, key: C::Key, max_age: Option<Duration>) -> R
    where
        R::Value: CachedOutcome<Value: Clone>,
        C: Cache<Value = Inner<R>> + ?Sized,
    {
        if let Some(stored) = self.to_stored(&outcome) {
            context::isolated(|| cache.store(key, stored));
            return outcome;
        }
        if !self.may_be_answered(&outcome) {
            return outcome;
        }
        let stored = context::isolated(|| cache.load(&key));
        self.answered_stale(outcome, stored, max_age)
    }

    /// Stores or returns a value like [`fallback_stale`](Self::fallback_stale).
    pub async fn fallback_stale_async<C>(&self, outcome: R, cache: &C, key: C::Key, max_age: Option<Duration>) -> R
    where
        R::Value: CachedOutcome<Value: Clone>,
        C: AsyncCache<Value = Inner<R>> + ?Sized,
    {
        if let Some(stored) = self.to_stored(&outcome) {
            Isolated::new(cache.store(key, stored)).await;
            return outcome;
        }
        if !self.may_be_answered(&outcome) {
            return outcome;
        }
        let stored = Isolated::new(cache.load(&key)).await;
        self.answered_stale(outcome, stored, max_age)
    }

    fn to_stored(&self, outcome: &R) -> Option<Cached<Inner<R>>>
    where
        R::Value: CachedOutcome<Value: Clone>,
    {
        let has_succeeded = self.progress().stop_reason() == StopReason::Succeeded;
        outcome.sides().ok().filter(|_| has_succeeded)?.to_stored(D::now)
    }

    fn answered_stale(&self, outcome: R, stored: Option<Cached<Inner<R>>>, max_age: Option<Duration>) -> R
    where
        R::Value: CachedOutcome,
    {
        match stored.and_then(|stored| R::Value::from_stored(stored, D::now(), max_age)) {
            Some((value, age)) => self.answered(R::success(value), Some(age)),
            None => outcome,
        }
    }

    /// Returns whether the call gave up, so that an answer helps its caller.
    ///
    /// A failure that the policy does not retry is an answer, such as 'not found'. A cancelled call has nobody who waits for
    /// one, and a faulty key is an error of the program.
    fn may_be_answered(&self, outcome: &R) -> bool {
        let is_answer = matches!(
            self.progress().stop_reason(),
            StopReason::Succeeded
                | StopReason::NotRetryable
                | StopReason::Cancelled
                | StopReason::InvalidKey
                | StopReason::ConcurrentKey
        );
        !is_answer && outcome.sides().is_err()
    }
}

/// Returns the key of a value in `cache`.
///
/// The attribute calls it before the first attempt, because the body may move the arguments.
#[doc(hidden)]
pub fn stale_key<C: Cache + ?Sized>(_: &C, key: impl Into<C::Key>) -> C::Key {
    key.into()
}

/// Returns the key of a value in `cache`, like [`stale_key`].
#[doc(hidden)]
pub fn stale_key_async<C: AsyncCache + ?Sized>(_: &C, key: impl Into<C::Key>) -> C::Key {
    key.into()
}
