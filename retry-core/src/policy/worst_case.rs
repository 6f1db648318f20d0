//! Upper bounds of a call, computed while compiling.

use core::ops::RangeInclusive;
use core::time::Duration;

use crate::backoff::Backoff;
use crate::budget::{Budget, MAX_WAIT};
use crate::class::Class;
use crate::policy::{DEFAULT_ATTEMPTS, Policy, TimedPolicy};
use crate::units::{Span, UNBOUNDED, least};

/// Upper bounds of a call under a policy; see [`Policy::worst_case`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorstCase {
    attempts: u32,
    delays: Span,
    time: Span,
    in_line: Span,
}

impl WorstCase {
    /// Returns the largest number of attempts, the first included.
    ///
    /// The result is `None` if only a deadline or `cancel` ends the call.
    pub const fn attempts(&self) -> Option<u32> {
        if self.attempts == UNBOUNDED { None } else { Some(self.attempts) }
    }

    /// Returns the longest sum of all delays; `None` if it has no bound.
    ///
    /// Server hints come on top, each up to `max_retry_after` and, with jitter, half as much again, within the deadline; so
    /// does time [in line](Self::in_line).
    pub const fn delays(&self) -> Option<Duration> {
        self.delays.finite()
    }

    /// Returns the longest time of all attempts and delays.
    ///
    /// Server hints and time [in line](Self::in_line) come on top. The result is `None` without an attempt timeout, because an attempt may then run forever.
    pub const fn time(&self) -> Option<Duration> {
        self.time.finite()
    }

    /// Returns the longest time in line for the budget, in all.
    ///
    /// The result is zero if the call does not wait.
    ///
    /// A call waits so long only while the service answers. While it is down, a call leaves the line after as long as
    /// its own delays would have taken.
    ///
    /// After a failure whose class has a limit of time it waits until the end of that limit, whatever the service does, so
    /// the sum of these limits is in the time. A budget whose longest wait is below the default of 30 s bounds that too.
    pub const fn in_line(&self) -> Duration {
        self.in_line.as_duration()
    }
}

impl TimedPolicy {
    /// Returns the upper bounds of a call with the default budget.
    ///
    /// They are of attempts, delays, time, and time in line.
    ///
    /// A `custom` backoff counts as a day per delay, because its delays are unknown until it runs.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, TimedPolicy, WorstCase};
    ///
    /// const POLICY: TimedPolicy = TimedPolicy::new()
    ///     .retry_on(Classes::new().timeout().status(503))
    ///     .backoff(Backoff::exponential(Duration::from_millis(500), Duration::from_secs(4)))
    ///     .attempt_timeout(Duration::from_secs(2));
    /// const WORST: WorstCase = POLICY.worst_case();
    ///
    /// assert_eq!(WORST.attempts(), Some(3));
    /// assert_eq!(WORST.delays(), Some(Duration::from_millis(500 + 1000)));
    /// assert_eq!(WORST.time(), Some(Duration::from_millis(3 * 2000 + 1500)));
    /// assert_eq!(WORST.in_line(), Duration::from_secs(30));
    /// ```
    pub const fn worst_case(&self) -> WorstCase {
        // Attempts without a limit have no budget of their own.
        self.worst_case_in_line(if self.budgeted_attempts() == UNBOUNDED { Span::ZERO } else { MAX_WAIT })
    }

    /// Returns the upper bounds of a call whose retries are withdrawn from `budget`.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Budget, Policy};
    ///
    /// let budget = Budget::credit().wait(Duration::from_secs(2));
    /// assert_eq!(Policy::new().worst_case_within(&budget).in_line(), Duration::from_secs(2));
    /// assert_eq!(Policy::new().worst_case_within(&Budget::aws()).in_line(), Duration::ZERO);
    /// ```
    pub const fn worst_case_within(&self, budget: &Budget) -> WorstCase {
        self.worst_case_in_line(match budget.max_wait() {
            Some(longest) => Span::from_duration(longest),
            None => Span::ZERO,
        })
    }

    const fn worst_case_in_line(&self, longest: Span) -> WorstCase {
        let deadline = self.deadline.as_nanos();
        let delays = least(self.longest_delays(), deadline);
        let time = if self.attempt_timeout.is_never() {
            u64::MAX
        } else if self.max_attempts == UNBOUNDED && self.is_ended_by_limits() {
            let longest = self.longest_attempt_timeout();
            let all = longest.as_nanos().saturating_add(self.sum_of_limits(longest));
            least(all, deadline)
        } else if self.max_attempts == UNBOUNDED {
            deadline
        } else {
            least(self.running(self.max_attempts).saturating_add(delays), deadline)
        };
        let in_line = least(self.in_line(longest), deadline);
        WorstCase {
            attempts: self.max_attempts,
            delays: Span::from_nanos(delays),
            time: Span::from_nanos(time),
            in_line: Span::from_nanos(in_line),
        }
    }

    /// Returns the longest time in line of a call, without the deadline.
    ///
    /// In nanoseconds, for a budget whose longest wait is `longest`.
    /// A class with a limit of time waits until its end. Only a budget whose `wait` is below the default bounds that.
    const fn in_line(&self, longest: Span) -> u64 {
        if self.max_attempts < 2 {
            return 0;
        }
        let (mut sum, mut has_others) = (0_u64, self.has_others());
        let mut index = 0;
        while index < self.limits.len() {
            match self.limits.get(index).1.span() {
                Some(time) => sum = sum.saturating_add(time.as_nanos()),
                None => has_others = true,
            }
            index += 1;
        }
        if longest.as_nanos() < MAX_WAIT.as_nanos() || sum == 0 {
            longest.as_nanos()
        } else if has_others {
            sum.saturating_add(longest.as_nanos())
        } else {
            sum
        }
    }

    /// Returns the window of each delay, from the one before retry 1 on.
    ///
    /// A window is from the shortest to the longest delay, without server hints.
    ///
    /// The iterator has no end if the attempts have no limit. It calls the function of a `custom` backoff. If the policy
    /// retries failures that [`Throttled`](Class::Throttled) covers, each window includes the delays of both backoffs.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, Jitter, Policy};
    ///
    /// let policy = Policy::new()
    ///     .retry_on(Classes::new().timeout())
    ///     .backoff(Backoff::exponential(Duration::from_millis(500), Duration::from_secs(4)))
    ///     .jitter(Jitter::equal());
    /// let windows: Vec<_> = policy.delay_windows().collect();
    /// let millis = Duration::from_millis;
    /// assert_eq!(windows, [millis(250)..=millis(500), millis(500)..=millis(1000)]);
    /// ```
    pub fn delay_windows(&self) -> impl Iterator<Item = RangeInclusive<Duration>> {
        let (jitter, backoff) = (self.jitter, self.backoff);
        let throttled = self.retries_throttled().then_some(self.throttled_backoff);
        let mut previous = 0;
        (1..self.max_attempts).map(move |retry| {
            let mut window = jitter.window(&backoff, retry, previous);
            if let Some(throttled) = &throttled {
                let other = jitter.window(throttled, retry, previous);
                window.bottom = least(window.bottom, other.bottom);
                window.top = window.top.max(other.top);
            }
            previous = window.top;
            Duration::from_nanos(window.bottom)..=Duration::from_nanos(window.top)
        })
    }

    const fn retries_throttled(&self) -> bool {
        self.covers(Class::Throttled) || self.covers(Class::Status(429)) || self.covers(Class::Status(529))
    }

    /// Returns the longest sum of all delays of a call, in nanoseconds.
    const fn longest_delays(&self) -> u64 {
        if self.max_attempts == UNBOUNDED && self.is_ended_by_limits() {
            self.sum_of_limits(Span::ZERO)
        } else if self.max_attempts == UNBOUNDED {
            u64::MAX
        } else {
            self.longest_delays_of(self.max_attempts)
        }
    }

    /// Returns the longest sum of delays and of the attempts after them.
    ///
    /// Each attempt takes `running`. For a call that limits by class end. Each retry after a failure with a limit of time begins within it, and each other
    /// retry has a delay of at most the cap.
    const fn sum_of_limits(&self, running: Span) -> u64 {
        let mut longest = self.jitter.top_after(&self.backoff, u32::MAX, u64::MAX);
        if self.retries_throttled() {
            let throttled = self.jitter.top_after(&self.throttled_backoff, u32::MAX, u64::MAX);
            longest = if throttled > longest { throttled } else { longest };
        }
        let each = longest.saturating_add(running.as_nanos());
        let others = if self.has_others() { DEFAULT_ATTEMPTS - 1 } else { 0 };
        let mut sum = each.saturating_mul(others as u64);
        let mut index = 0;
        while index < self.limits.len() {
            let (_, limit) = self.limits.get(index);
            sum = sum.saturating_add(match (limit.span(), limit.get_attempts()) {
                (Some(time), _) => time.as_nanos().saturating_add(running.as_nanos()),
                (None, Some(counted)) => each.saturating_mul(counted.saturating_sub(1) as u64),
                (None, None) => 0,
            });
            index += 1;
        }
        sum
    }

    /// Returns the sum of the longest delays of `backoff`, in nanoseconds.
    pub(crate) const fn longest_delays_by(&self, backoff: &Backoff, attempts: u32) -> u64 {
        let (mut sum, mut previous, mut retry) = (0_u64, 0, 1);
        while retry < attempts {
            previous = self.jitter.top_after(backoff, retry, previous);
            sum = sum.saturating_add(previous);
            retry += 1;
        }
        sum
    }

    /// Returns the longest sum of all delays of a call with `attempts`.
    pub(crate) const fn longest_delays_of(&self, attempts: u32) -> u64 {
        let throttled = self.retries_throttled();
        let (mut sum, mut previous) = (0_u64, 0);
        let mut retry = 1;
        while retry < attempts {
            let delay = self.jitter.top_after(&self.backoff, retry, previous);
            let other = if throttled { self.jitter.top_after(&self.throttled_backoff, retry, previous) } else { 0 };
            previous = if delay > other { delay } else { other };
            sum = sum.saturating_add(previous);
            retry += 1;
        }
        sum
    }
}

impl Policy {
    /// Returns the upper bounds of a call with the default budget.
    ///
    /// See [`TimedPolicy::worst_case`]. [`WorstCase::time`] is `None`, because an attempt may run forever.
    pub const fn worst_case(&self) -> WorstCase {
        self.as_timed().worst_case()
    }

    /// Returns the upper bounds of a call whose retries are withdrawn from `budget`.
    ///
    /// See [`TimedPolicy::worst_case_within`].
    pub const fn worst_case_within(&self, budget: &Budget) -> WorstCase {
        self.as_timed().worst_case_within(budget)
    }

    /// Returns the window of each delay, from the one before retry 1 on.
    ///
    /// See [`TimedPolicy::delay_windows`].
    pub fn delay_windows(&self) -> impl Iterator<Item = RangeInclusive<Duration>> {
        self.as_timed().delay_windows()
    }
}
