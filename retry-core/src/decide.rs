//! What follows an attempt. Time and chance are arguments; nothing here reads a clock, draws randomness, sleeps,
//! allocates or does I/O, so that a test, a simulation and production run the same code.

use core::time::Duration;

use crate::breaker::AttemptOutcome;
use crate::class::{Class, Packed};
use crate::policy::Policy;
use crate::stop_reason::StopReason;
use crate::units;
use crate::units::{NEVER, UNBOUNDED};

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
    pub(crate) class: Packed,
    /// Nanoseconds; 0 where the server said nothing.
    pub(crate) retry_after: u64,
    pub(crate) worth: Worth,
    pub(crate) nested_give_up: bool,
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
    #[inline]
    pub const fn new(class: Class) -> Self {
        Self { class: Packed::new(class), retry_after: 0, worth: Worth::AskPolicy, nested_give_up: false }
    }

    /// An attempt that its own timeout cut: retried if `Timeout` is listed, and where no class is listed at all.
    pub const fn cut() -> Self {
        Self { class: Packed::new(Class::Timeout), retry_after: 0, worth: Worth::AskPolicyOfCut, nested_give_up: false }
    }

    /// The same failure, with the least wait that the server asked for.
    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = units::from(wait);
        self
    }

    /// The same failure, on which an operation below had given up: a policy that does not say otherwise retries it no
    /// more, and no breaker above counts it.
    #[must_use]
    pub const fn nested_give_up(mut self) -> Self {
        self.nested_give_up = true;
        self
    }

    /// Whether an operation below had given up.
    pub const fn is_nested_give_up(&self) -> bool {
        self.nested_give_up
    }

    /// Its class.
    #[inline]
    pub const fn class(&self) -> Class {
        // Each failure is made with a class.
        match self.class.get() {
            Some(class) => class,
            None => Class::Unclassified,
        }
    }

    /// What a circuit breaker counts of it; `None` where nobody knows whether it tells of the service: a failure without
    /// a class that is not worth a retry.
    pub const fn attempt_outcome(&self) -> Option<AttemptOutcome> {
        match (self.nested_give_up, self.class(), self.worth) {
            (true, ..) => Some(AttemptOutcome::NestedGiveUp),
            (false, Class::Unclassified, Worth::Stop) => None,
            (false, class, _) => Some(AttemptOutcome::Failed(class)),
        }
    }

    /// Whether it is worth a retry: most of the time the policy's classes say so.
    #[inline]
    const fn is_worth_a_retry(&self, policy: &Policy) -> bool {
        let by_class = matches!(self.worth, Worth::AskPolicy);
        if by_class { policy.retry_on.has(self.class) } else { self.is_worth_a_retry_anyway(policy) }
    }

    /// Apart, so that the classes are asked without a jump by table.
    #[cold]
    #[inline(never)]
    const fn is_worth_a_retry_anyway(&self, policy: &Policy) -> bool {
        match self.worth {
            Worth::AskPolicy => policy.retry_on.has(self.class),
            Worth::AskPolicyOfCut => policy.retries_cut(),
            Worth::Retry => true,
            Worth::Stop => false,
        }
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
    /// The number of the attempt; in the highest byte, how many more were used up by retries inside attempts. Eight
    /// bytes less in every future of a call.
    attempts: u32,
    class: Packed,
    stop: StopReason,
    /// What the call around this one had seen when it began; the drivers' own business.
    seen: u8,
}

/// What [`Progress::next`] answers where the call ends.
pub const STOP: u64 = u64::MAX;

const NUMBER: u32 = (1 << 24) - 1;
const USED_UP: u32 = 24;

impl Progress {
    /// A call that has not begun its first attempt, without a deadline.
    #[inline]
    pub const fn new() -> Self {
        Self { deadline: NEVER, previous: 0, attempts: 0, class: Packed::NONE, stop: StopReason::Succeeded, seen: 0 }
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
        // `next` holds back at the greatest number, so that this, which every call runs, need not look.
        self.attempts = self.attempts.wrapping_add(1);
    }

    /// What follows the attempt that just failed. `now` is asked only if there is a deadline, `chance` only if the
    /// wait has a spread; `chance` gives 64 bits, each as likely to be set as not.
    ///
    /// Asked in this order: class, attempts, nesting, the server's hint, the deadline.
    pub fn decide(
        &mut self,
        policy: &Policy,
        failure: Failure,
        now: impl FnOnce() -> u64,
        chance: impl FnOnce() -> u64,
    ) -> Decision {
        self.decide_within(policy, failure, now, chance, |_| true)
    }

    /// As [`decide`](Self::decide), within a budget: `draw` is asked last, with the class of the failure, and only for a
    /// retry that nothing else prevents. Where it says `false` the call ends with [`StopReason::Budget`].
    ///
    /// ```
    /// use retry_runtime::{Budget, Class, Classes, Decision, Failure, Policy, Progress, StopReason};
    ///
    /// static BUDGET: Budget = Budget::credit_of(14); // one retry
    /// const POLICY: Policy = Policy::new().retry_on(Classes::new().timeout());
    ///
    /// let mut progress = Progress::new();
    /// let mut withdrawal = BUDGET.begin(|| 0);
    /// let mut fail = || {
    ///     progress.begin_attempt();
    ///     let draw = |class| BUDGET.withdraw(&mut withdrawal, class, 3, || 0);
    ///     progress.decide_within(&POLICY, Failure::new(Class::Timeout), || 0, || 0, draw)
    /// };
    /// assert!(matches!(fail(), Decision::Retry(_)));
    /// assert_eq!(fail(), Decision::Stop(StopReason::Budget));
    /// ```
    pub fn decide_within(
        &mut self,
        policy: &Policy,
        failure: Failure,
        now: impl FnOnce() -> u64,
        chance: impl FnOnce() -> u64,
        draw: impl FnOnce(Class) -> bool,
    ) -> Decision {
        let grant = |_| if draw(failure.class()) { Ok(()) } else { Err(StopReason::Budget) };
        match self.next(policy, &failure, now, chance, grant) {
            STOP => Decision::Stop(self.stop),
            wait => Decision::Retry(Duration::from_nanos(wait)),
        }
    }

    /// As [`decide`](Self::decide), in nanoseconds to wait, or [`STOP`]: an enum with a `Duration` costs a division
    /// by 10^9 even where nothing is waited for. `grant` is asked last, with the wait.
    #[doc(hidden)]
    #[inline]
    pub fn next(
        &mut self,
        policy: &Policy,
        failure: &Failure,
        now: impl FnOnce() -> u64,
        chance: impl FnOnce() -> u64,
        grant: impl FnOnce(u64) -> Result<(), StopReason>,
    ) -> u64 {
        self.class = failure.class;
        if !failure.is_worth_a_retry(policy) {
            return self.stopped(StopReason::NotRetryable);
        }
        if self.gone() >= policy.max_attempts {
            return self.stopped(StopReason::Attempts);
        }
        if failure.nested_give_up && !policy.retries_nested {
            return self.stopped(StopReason::Nested);
        }
        if failure.retry_after > policy.max_retry_after {
            return self.stopped(StopReason::RetryAfter);
        }
        let backoff = if failure.class.is_throttled() { &policy.throttled_backoff } else { &policy.backoff };
        let jittered = policy.jitter.wait(backoff, self.attempt(), self.previous, chance);
        let wait = jittered.max(failure.retry_after);
        if self.deadline != NEVER && now().saturating_add(wait) >= self.deadline {
            return self.stopped(StopReason::Deadline);
        }
        if let Err(reason) = grant(wait) {
            return self.stopped(reason);
        }
        self.previous = jittered;
        if self.attempt() == NUMBER {
            self.attempts -= 1;
        }
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
    #[inline]
    pub const fn attempt(&self) -> u32 {
        self.attempts & NUMBER
    }

    /// Whether the first attempt is under way, or was the last.
    #[doc(hidden)]
    #[inline]
    pub const fn is_first(&self) -> bool {
        self.attempts == 1
    }

    /// Whether the first attempt is under way, without a deadline.
    #[doc(hidden)]
    #[inline]
    pub const fn is_plain(&self) -> bool {
        (self.deadline == NEVER) & self.is_first()
    }

    /// How many attempts may follow this one; `u32::MAX` if there is no bound.
    #[inline]
    pub const fn left(&self, policy: &Policy) -> u32 {
        if policy.max_attempts == UNBOUNDED {
            return UNBOUNDED;
        }
        policy.max_attempts.saturating_sub(self.gone())
    }

    /// The attempts that were made or used up: never as many as there are without a bound.
    #[inline]
    const fn gone(&self) -> u32 {
        self.attempt() + (self.attempts >> USED_UP)
    }

    /// Counts attempts of this call that retries inside its attempt have used up.
    ///
    /// Every retry of an operation inside an attempt after the first uses up one, so that the retries of layers add
    /// and do not multiply.
    pub const fn use_up(&mut self, attempts: u32) {
        // No policy has more than 100.
        let used_up = (self.attempts >> USED_UP).saturating_add(attempts);
        let used_up = if used_up > 255 { 255 } else { used_up };
        self.attempts = used_up << USED_UP | self.attempt();
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

    /// What a driver noted when the call began.
    #[doc(hidden)]
    #[inline]
    pub const fn seen(&self) -> u8 {
        self.seen
    }

    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub const fn seeing(mut self, seen: u8) -> Self {
        self.seen = seen;
        self
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
