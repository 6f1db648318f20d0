//! Decides what follows an attempt.
//!
//! Time and randomness are arguments, so a test, a simulation and production run the same code.

mod class_counts;
mod class_limits;
mod failure;
mod retry_after;
mod waiting;

use core::time::Duration;

use self::class_counts::ClassCounts;
pub use self::failure::Failure;
pub use self::waiting::Grant;
use crate::class::{Class, Packed};
use crate::policy::TimedPolicy;
use crate::stop_reason::StopReason;
use crate::units::{Moment, SECOND, Span, UNBOUNDED};

/// Decision after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The call ends with the outcome at hand.
    Stop(StopReason),
    /// Another attempt follows after this delay.
    Retry(Duration),
}

/// End of the call, or a delay and another attempt, in one word.
///
/// A [`Decision`] holds a `Duration`, and making one costs a division by 10^9 even if the delay is zero.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[repr(transparent)]
pub struct Next(u64);

impl Next {
    /// The end of the call; [`Progress::stop_reason`] has the reason.
    // No delay has this value: none is longer than two days.
    pub const STOP: Self = Self(u64::MAX);

    /// Another attempt, `delay` from now.
    #[inline]
    pub const fn retry(delay: Span) -> Self {
        Self(delay.as_nanos())
    }

    /// Returns the delay before the next attempt; `None` at the end of the call.
    #[inline]
    pub const fn delay(self) -> Option<Span> {
        if self.is_stop() { None } else { Some(Span::from_nanos(self.0)) }
    }

    /// Returns whether the call ends.
    #[inline]
    pub const fn is_stop(self) -> bool {
        self.0 == Self::STOP.0
    }
}

/// State of one call: its attempts so far and its deadline.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classes, Decision, Failure, Moment, Progress, StopReason, TimedPolicy};
///
/// const POLICY: TimedPolicy = TimedPolicy::new().retry_on(Classes::new().timeout()).max_attempts(2);
///
/// let mut progress = Progress::new();
/// progress.begin_attempt();
/// let now = || Moment::ORIGIN;
/// let random = || u64::MAX / 2;
/// let decision = progress.decide(&POLICY, Failure::new(Class::Timeout), now, random);
/// assert_eq!(decision, Decision::Retry(Duration::from_millis(50)));
///
/// progress.begin_attempt();
/// let decision = progress.decide(&POLICY, Failure::new(Class::Timeout), now, random);
/// assert_eq!(decision, Decision::Stop(StopReason::Attempts));
/// ```
#[derive(Clone, Debug)]
pub struct Progress {
    deadline: Moment,
    /// Jittered delay before this attempt, and the time in line of the call so far.
    ///
    /// ```text
    ///  63                47 46                    0
    /// | waited, in 32 ms  |  delay, in nanoseconds |
    /// ```
    ///
    /// After a denial by the budget, the bits of its account.
    waits: u64,
    /// Two numbers and a mark in one word.
    ///
    /// That saves eight bytes in the future of each call.
    ///
    /// ```text
    ///  31      24 23   22 21                  0
    /// | used up  | grant | attempts that began |
    /// ```
    ///
    /// Retries inside the attempts have used up that many attempts more, up to 255. The grant is the [`Grant`] of the
    /// retry that is running or next.
    attempts: u32,
    class: Packed,
    stop: StopReason,
    /// Failures that limits by class count.
    counts: ClassCounts,
    /// Number of inner give-ups before the call; used by drivers.
    give_ups_before: u8,
}

/// Bits of a delay, of which the longest is a day.
const DELAY: u64 = (1 << WAITED) - 1;
/// Position of the time in line.
const WAITED: u32 = 47;
/// Unit of the time in line.
const WAITED_UNIT: u64 = SECOND * 32 / 1000;

/// Bits of the attempts that began.
const NUMBER: u32 = (1 << GRANT) - 1;
/// Position of the grant, two bits.
const GRANT: u32 = 22;
const GRANT_BITS: u32 = 3 << GRANT;
/// Position of the attempts that were used up.
const USED_UP: u32 = 24;

impl Progress {
    /// Creates the state of a call without a deadline, before its first attempt.
    #[inline]
    pub const fn new() -> Self {
        Self {
            deadline: Moment::NEVER,
            waits: 0,
            attempts: 0,
            class: Packed::NONE,
            counts: ClassCounts::NONE,
            stop: StopReason::Succeeded,
            give_ups_before: 0,
        }
    }

    /// Sets the end of the call, on the clock that [`decide`](Self::decide) is given.
    #[must_use]
    #[inline]
    pub const fn with_deadline(mut self, deadline: Moment) -> Self {
        self.deadline = deadline;
        self
    }

    /// Counts an attempt that begins now.
    #[inline]
    pub const fn begin_attempt(&mut self) {
        // Every call runs this, so it does not check for the greatest number: `next` stops one short of it.
        self.attempts = self.attempts.wrapping_add(1);
    }

    /// Decides what follows the attempt that just failed.
    ///
    /// Checks the class, the attempts, nested give-ups, the server hint and the deadline, in this order. Calls `now`
    /// only if there is a deadline, and `random` only if the delay is randomized; `random` returns 64 uniform bits.
    pub fn decide(
        &mut self,
        policy: &TimedPolicy,
        failure: Failure,
        now: impl FnOnce() -> Moment,
        random: impl FnOnce() -> u64,
    ) -> Decision {
        self.decide_within(policy, failure, now, random, |_| true)
    }

    /// Decides as [`decide`](Self::decide) does, within a budget.
    ///
    /// Calls `withdraw` last, with the class of the failure, and only for a retry that nothing else prevents. If it
    /// returns `false`, the call ends with [`StopReason::Budget`].
    ///
    /// ```
    /// use retry_runtime::{Budget, Class, Classes, Decision, Failure, Moment, Progress, StopReason, TimedPolicy};
    ///
    /// static BUDGET: Budget = Budget::credit_of(14); // one retry
    /// const POLICY: TimedPolicy = TimedPolicy::new().retry_on(Classes::new().timeout());
    ///
    /// let now = || Moment::ORIGIN;
    /// let mut progress = Progress::new();
    /// let mut withdrawal = BUDGET.begin(now);
    /// let mut fail = || {
    ///     progress.begin_attempt();
    ///     let withdraw = |class| BUDGET.withdraw(&mut withdrawal, class, 3, now);
    ///     progress.decide_within(&POLICY, Failure::new(Class::Timeout), now, || 0, withdraw)
    /// };
    /// assert!(matches!(fail(), Decision::Retry(_)));
    /// assert_eq!(fail(), Decision::Stop(StopReason::Budget));
    /// ```
    pub fn decide_within(
        &mut self,
        policy: &TimedPolicy,
        failure: Failure,
        now: impl FnOnce() -> Moment,
        random: impl FnOnce() -> u64,
        withdraw: impl FnOnce(Class) -> bool,
    ) -> Decision {
        let grant = |_| if withdraw(failure.class()) { Ok(()) } else { Err(StopReason::Budget) };
        match self.next(policy, &failure, now, random, grant).delay() {
            None => Decision::Stop(self.stop),
            Some(delay) => Decision::Retry(delay.as_duration()),
        }
    }

    /// Decides as [`decide`](Self::decide) does. Calls `grant` last, with the delay.
    #[doc(hidden)]
    #[inline]
    pub fn next(
        &mut self,
        policy: &TimedPolicy,
        failure: &Failure,
        now: impl FnOnce() -> Moment,
        random: impl FnOnce() -> u64,
        grant: impl FnOnce(Span) -> Result<(), StopReason>,
    ) -> Next {
        self.class = failure.class;
        if !failure.is_retryable(policy) {
            let reason = if failure.is_nested_give_up { StopReason::Nested } else { StopReason::NotRetryable };
            return self.stopped(reason);
        }
        if self.attempts_gone() >= policy.max_attempts {
            return self.stopped(self.last_limit(policy));
        }
        // One branch instead of two.
        #[allow(clippy::needless_bitwise_bool)]
        let is_stopped = failure.is_nested_give_up & !policy.retries_nested;
        if is_stopped {
            return self.stopped(StopReason::Nested);
        }
        if failure.retry_after > policy.max_retry_after {
            return self.stopped(StopReason::RetryAfter);
        }
        if failure.is_paced {
            // The next attempt is admitted when the pace allows it, which knows the deadline.
            let within = if policy.has_limits() { self.time_left(policy, now).map(|_| ()) } else { Ok(()) };
            return match within.and_then(|()| grant(failure.retry_after)) {
                Ok(()) => self.retried(Span::ZERO, self.previous()),
                Err(reason) => self.stopped(reason),
            };
        }
        let backoff = if failure.class.is_throttled() { &policy.throttled_backoff } else { &policy.backoff };
        let window = policy.jitter.window(backoff, self.attempt(), self.previous().as_nanos());
        let is_hinted = failure.retry_after > Span::ZERO;
        let is_random = window.is_wide() || is_hinted && !policy.jitter.is_none();
        let random = if is_random { random() } else { 0 };
        let jittered = Span::from_nanos(window.pick(random));
        let mut delay = jittered.max(failure.retry_after);
        let (left, end) = match self.time_left(policy, now) {
            Ok(left) => left,
            Err(reason) => return self.stopped(reason),
        };
        if delay >= left {
            return self.stopped(end);
        }
        if is_hinted && is_random {
            delay = retry_after::delay(failure.retry_after, jittered, window, left, random);
        }
        if let Err(reason) = grant(delay) {
            return self.stopped(reason);
        }
        self.retried(delay, jittered)
    }

    /// Continues the call after `delay`.
    ///
    /// The backoff and its jitter gave `jittered` of it.
    #[inline]
    const fn retried(&mut self, delay: Span, jittered: Span) -> Next {
        self.waits = self.waits & !DELAY | jittered.as_nanos() & DELAY;
        if self.attempt() == NUMBER {
            self.attempts -= 1;
        }
        Next::retry(delay)
    }

    /// Returns whether the policy retries a failure.
    ///
    /// Attempts, time and budget may still prevent it.
    #[doc(hidden)]
    pub const fn is_retried(policy: &TimedPolicy, failure: &Failure) -> bool {
        failure.is_retryable(policy) && (!failure.is_nested_give_up || policy.retries_nested)
    }

    /// Ends the call for this reason.
    #[doc(hidden)]
    #[cold]
    pub fn stopped(&mut self, reason: StopReason) -> Next {
        self.stop = reason;
        if matches!(reason, StopReason::Budget) {
            // Without an account of its own, as that of a task budget.
            self.waits = 0;
        }
        Next::STOP
    }

    /// Returns the number of the current attempt, or of the last one.
    ///
    /// The result is 0 before the first.
    #[inline]
    pub const fn attempt(&self) -> u32 {
        self.attempts & NUMBER
    }

    /// Returns whether the current attempt is the first, or the last one was.
    #[doc(hidden)]
    #[inline]
    pub const fn is_first(&self) -> bool {
        self.attempts == 1
    }

    /// Returns whether the current attempt is the first, of a call without a deadline.
    #[doc(hidden)]
    #[inline]
    pub const fn is_plain(&self) -> bool {
        self.deadline.is_never() & self.is_first()
    }

    /// Returns the number of attempts that may follow the current one.
    ///
    /// The result is `u32::MAX` if there is no limit.
    #[inline]
    pub const fn left(&self, policy: &TimedPolicy) -> u32 {
        if policy.max_attempts == UNBOUNDED {
            return UNBOUNDED;
        }
        policy.max_attempts.saturating_sub(self.attempts_gone())
    }

    /// Returns the attempts that began or were used up.
    ///
    /// Always less than [`UNBOUNDED`].
    #[inline]
    const fn attempts_gone(&self) -> u32 {
        self.attempt() + (self.attempts >> USED_UP)
    }

    /// Counts attempts that retries inside the current attempt have used up.
    ///
    /// Each retry of an operation inside an attempt after the first uses up one attempt, so that the retries of layers
    /// add and do not multiply.
    pub const fn use_up(&mut self, attempts: u32) {
        // No policy has more than 100.
        let used_up = (self.attempts >> USED_UP).saturating_add(attempts);
        let used_up = if used_up > 255 { 255 } else { used_up };
        self.attempts = used_up << USED_UP | self.attempts & (NUMBER | GRANT_BITS);
    }

    /// Returns the class of the last failed attempt; `None` if none has failed.
    pub const fn last_class(&self) -> Option<Class> {
        self.class.get()
    }

    /// Returns the end of the call; [`Moment::NEVER`] without a deadline.
    #[inline]
    pub const fn deadline(&self) -> Moment {
        self.deadline
    }

    /// Returns the reason why the call ended; `Succeeded` while it runs.
    #[inline]
    pub const fn stop_reason(&self) -> StopReason {
        self.stop
    }

    /// Returns the jittered delay before this attempt.
    #[inline]
    const fn previous(&self) -> Span {
        Span::from_nanos(self.waits & DELAY)
    }

    /// Returns the number of inner give-ups from before the call.
    #[doc(hidden)]
    #[inline]
    pub const fn give_ups_before(&self) -> u8 {
        self.give_ups_before
    }

    /// Sets the number of inner give-ups from before the call.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn with_give_ups_before(mut self, count: u8) -> Self {
        self.give_ups_before = count;
        self
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
