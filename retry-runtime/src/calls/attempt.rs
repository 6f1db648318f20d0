//! The description of an attempt that its body and the hooks receive.

use core::time::Duration;

use retry_core::internal::{Span, UNBOUNDED};
use retry_core::{BudgetDenial, Class, Moment, StopReason};

/// Attempt of a call, passed to the body (`context = name`) and to the hooks.
///
/// In the body it is the running attempt, in `on_retry` the attempt that failed, in `fallback` the last attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) max_attempts: u32,
    pub(crate) last_class: Option<Class>,
    /// Start of the call on `clock`; its origin if the call does not record it.
    pub(crate) start_time: Moment,
    /// End of the attempt or of the call, whichever is sooner, on `clock`.
    pub(crate) until: Moment,
    pub(crate) clock: fn() -> Moment,
    /// Delay before the next attempt.
    pub(crate) next_delay: Span,
    pub(crate) stop_reason: StopReason,
    pub(crate) budget_denial: Option<BudgetDenial>,
    #[cfg(feature = "idempotency-key")]
    pub(crate) key: Option<crate::calls::key::IdempotencyKey>,
}

impl Attempt {
    /// Returns the number of the attempt, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns how many attempts may follow this one, or `None` without a bound.
    pub fn left(&self) -> Option<u32> {
        (self.max_attempts != UNBOUNDED).then(|| self.max_attempts.saturating_sub(self.number))
    }

    /// Returns the class of the last failed attempt, or `None` before the first.
    pub fn last_class(&self) -> Option<Class> {
        self.last_class
    }

    /// Returns the time since the start of the call, delays included.
    pub fn elapsed(&self) -> Duration {
        (self.clock)().since(self.start_time).as_duration()
    }

    /// Returns the time left to the deadline or the attempt's timeout.
    ///
    /// The sooner of the two counts. Returns `None` without either.
    ///
    /// In `on_retry` and `fallback`, when the attempt is over, only the deadline counts.
    pub fn remaining(&self) -> Option<Duration> {
        (!self.until.is_never()).then(|| self.until.since((self.clock)()).as_duration())
    }

    /// Returns the delay before the next attempt in `on_retry`, and zero elsewhere.
    pub fn next_delay(&self) -> Duration {
        self.next_delay.as_duration()
    }

    /// Returns the idempotency key of the call, if it has one.
    ///
    /// The key is the same in every attempt.
    #[cfg(feature = "idempotency-key")]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.key.as_ref().map(crate::calls::key::IdempotencyKey::as_str)
    }

    /// Returns why the call ended, in `fallback`.
    ///
    /// Elsewhere it is [`StopReason::Succeeded`], because the call has not ended.
    pub fn stop_reason(&self) -> StopReason {
        self.stop_reason
    }

    /// Returns the account of the budget that denied the retry, in `fallback`.
    ///
    /// The result is `None` unless the call ended for [`StopReason::Budget`], and for budgets that count no requests.
    pub fn budget_denial(&self) -> Option<BudgetDenial> {
        self.budget_denial
    }
}
