//! What the body and the hooks learn about an attempt.

use core::time::Duration;

use retry_core::internal::{NEVER, UNBOUNDED};
use retry_core::{Class, StopReason};

/// One attempt, as the body (`context = name`), `on_retry` and `fallback` see it.
///
/// In the body it is the attempt under way; in `on_retry` the one that failed; in `fallback` the last one.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(crate) number: u32,
    pub(crate) max_attempts: u32,
    pub(crate) last_class: Option<Class>,
    /// When the call began; this and the two below are nanoseconds on `clock`.
    pub(crate) begun: u64,
    /// When the attempt or the call ends, whichever is sooner.
    pub(crate) until: u64,
    pub(crate) clock: fn() -> u64,
    /// Nanoseconds.
    pub(crate) next_delay: u64,
    pub(crate) stop_reason: StopReason,
    #[cfg(feature = "idempotency-key")]
    pub(crate) key: Option<crate::calls::key::IdempotencyKey>,
}

impl Attempt {
    /// The attempt's number, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many attempts the policy allows after this one; `None` if it sets no bound.
    pub fn left(&self) -> Option<u32> {
        (self.max_attempts != UNBOUNDED).then(|| self.max_attempts.saturating_sub(self.number))
    }

    /// What the last failed attempt of the call ended in; `None` before the first failure.
    pub fn last_class(&self) -> Option<Class> {
        self.last_class
    }

    /// How long the call has gone on, waits included.
    pub fn elapsed(&self) -> Duration {
        Duration::from_nanos((self.clock)().saturating_sub(self.begun))
    }

    /// The time left to the sooner of the call's deadline and the attempt's timeout; `None` without either. In
    /// `on_retry` and `fallback`, where the attempt is over, to the deadline alone.
    pub fn remaining(&self) -> Option<Duration> {
        (self.until != NEVER).then(|| Duration::from_nanos(self.until.saturating_sub((self.clock)())))
    }

    /// The wait that follows, in `on_retry`; zero elsewhere.
    pub fn next_delay(&self) -> Duration {
        Duration::from_nanos(self.next_delay)
    }

    /// The idempotency key of the call, the same in every attempt; `None` without `idempotency_key`.
    #[cfg(feature = "idempotency-key")]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.key.as_ref().map(crate::calls::key::IdempotencyKey::as_str)
    }

    /// Why the call ended, in `fallback`; `Succeeded` elsewhere, where it has not.
    pub fn stop_reason(&self) -> StopReason {
        self.stop_reason
    }
}
