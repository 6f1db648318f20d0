//! What follows an attempt. Time and chance are arguments; nothing here reads a clock, draws randomness, sleeps,
//! allocates or does I/O, so that a test, a simulation and production run the same code.

use core::time::Duration;

use crate::class::{Class, Packed};
use crate::nanos;
use crate::policy::{NEVER, Policy};
use crate::stop::StopReason;

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Return the outcome at hand.
    Stop(StopReason),
    /// Wait this long, then try again.
    Retry(Duration),
}

/// One failed attempt, as a decision sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    pub(crate) class: Class,
    /// Nanoseconds; 0 where the server said nothing.
    pub(crate) retry_after: u64,
    pub(crate) worth: Worth,
}

/// Who says whether a failure is worth a retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The policy's classes.
    AskPolicy,
    /// The same, of an attempt that its own timeout cut.
    AskPolicyOfCut,
    Retry,
    Stop,
}

impl Failure {
    /// A failure of this class; the policy's classes say whether it is retried.
    pub const fn new(class: Class) -> Self {
        Self { class, retry_after: 0, worth: Worth::AskPolicy }
    }

    /// An attempt that its own timeout cut: retried if `Timeout` is listed, and where no class is listed at all.
    pub const fn cut() -> Self {
        Self { class: Class::Timeout, retry_after: 0, worth: Worth::AskPolicyOfCut }
    }

    /// The same failure, with the least wait that the server asked for.
    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = nanos::from(wait);
        self
    }

    /// Its class.
    pub const fn class(&self) -> Class {
        self.class
    }

    /// The same failure, retried or not whatever the policy's classes say.
    #[must_use]
    pub const fn worth_a_retry(mut self, retry: bool) -> Self {
        self.worth = if retry { Worth::Retry } else { Worth::Stop };
        self
    }
}

/// How far a call has come. Its times are nanoseconds since a moment that is the same for the whole call.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classes, Decision, Failure, Policy, Progress, StopReason};
///
/// const POLICY: Policy = Policy::new().retry_on(Classes::new().timeout()).max_attempts(2);
///
/// let mut progress = Progress::new();
/// progress.begin_attempt();
/// let half = u64::MAX / 2; // chance
/// let decision = progress.decide(&POLICY, Failure::new(Class::Timeout), || 0, || half);
/// assert_eq!(decision, Decision::Retry(Duration::from_millis(50)));
///
/// progress.begin_attempt();
/// let decision = progress.decide(&POLICY, Failure::new(Class::Timeout), || 0, || half);
/// assert_eq!(decision, Decision::Stop(StopReason::Attempts));
/// ```
#[derive(Clone, Debug)]
pub struct Progress {
    /// When the call ends; `NEVER` if it does not.
    deadline: u64,
    /// The jittered wait before this attempt.
    previous: u64,
    attempt: u32,
    class: Packed,
    stop: StopReason,
}

/// What [`Progress::next`] answers where the call ends.
pub const STOP: u64 = u64::MAX;

impl Progress {
    /// A call that has not begun its first attempt, without a deadline.
    #[inline]
    pub const fn new() -> Self {
        Self { deadline: NEVER, previous: 0, attempt: 0, class: Packed::NONE, stop: StopReason::Succeeded }
    }

    /// The same call, that ends at `deadline`, in nanoseconds on the clock that [`decide`](Self::decide) is given.
    #[must_use]
    #[inline]
    pub const fn ending_at(mut self, deadline: u64) -> Self {
        self.deadline = deadline;
        self
    }

    /// Counts an attempt that begins now.
    #[inline]
    pub const fn begin_attempt(&mut self) {
        // `next` stops before the greatest number, so that this, which every call runs, need not look.
        self.attempt = self.attempt.wrapping_add(1);
    }

    /// What follows the attempt that just failed. `now` is asked only if there is a deadline, `chance` only if the
    /// wait has a spread; `chance` gives 64 bits, each as likely to be set as not.
    ///
    /// Asked in this order: class, attempts, the server's hint, the deadline.
    pub fn decide(
        &mut self,
        policy: &Policy,
        failure: Failure,
        now: impl FnOnce() -> u64,
        chance: impl FnOnce() -> u64,
    ) -> Decision {
        match self.next(policy, &failure, now, chance) {
            STOP => Decision::Stop(self.stop),
            wait => Decision::Retry(Duration::from_nanos(wait)),
        }
    }

    /// As [`decide`](Self::decide), in nanoseconds to wait, or [`STOP`]: an enum with a `Duration` costs a division
    /// by 10^9 even where nothing is waited for.
    #[doc(hidden)]
    #[inline]
    pub fn next(
        &mut self,
        policy: &Policy,
        failure: &Failure,
        now: impl FnOnce() -> u64,
        chance: impl FnOnce() -> u64,
    ) -> u64 {
        self.class = Packed::new(failure.class);
        let worth = match failure.worth {
            Worth::AskPolicy => policy.covers(failure.class),
            Worth::AskPolicyOfCut => policy.retries_cut(),
            Worth::Retry => true,
            Worth::Stop => false,
        };
        if !worth {
            return self.stopped(StopReason::NotRetryable);
        }
        if self.attempt >= policy.max_attempts {
            return self.stopped(StopReason::Attempts);
        }
        if failure.retry_after > policy.max_retry_after {
            return self.stopped(StopReason::RetryAfter);
        }
        let backoff = if failure.class.is_throttled() { &policy.throttled_backoff } else { &policy.backoff };
        let jittered = policy.jitter.wait(backoff, self.attempt, self.previous, chance);
        let wait = jittered.max(failure.retry_after);
        if self.deadline != NEVER && now().saturating_add(wait) >= self.deadline {
            return self.stopped(StopReason::Deadline);
        }
        self.previous = jittered;
        wait
    }

    /// Ends the call for this reason.
    #[doc(hidden)]
    #[cold]
    pub fn stopped(&mut self, reason: StopReason) -> u64 {
        self.stop = reason;
        STOP
    }

    /// The number of the attempt under way, or of the last one; 0 before the first.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What the last attempt that failed ended in.
    pub const fn last_class(&self) -> Option<Class> {
        self.class.get()
    }

    /// When the call ends, in nanoseconds on its clock; `u64::MAX` if it does not.
    #[inline]
    pub const fn deadline(&self) -> u64 {
        self.deadline
    }

    /// Why the call ended; `Succeeded` while it has not.
    pub const fn stop_reason(&self) -> StopReason {
        self.stop
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
