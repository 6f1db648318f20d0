//! What a call can cost at most, known while compiling.

use core::ops::RangeInclusive;
use core::time::Duration;

use crate::class::Class;
use crate::policy::Policy;
use crate::units::{NEVER, UNBOUNDED, least};

/// What a call under a policy can cost at most; see [`Policy::worst_case`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorstCase {
    attempts: u32,
    delays: u64,
    time: u64,
}

impl WorstCase {
    /// The most attempts, the first included; `None` if only a deadline or cancelling ends the call.
    pub const fn attempts(&self) -> Option<u32> {
        if self.attempts == UNBOUNDED { None } else { Some(self.attempts) }
    }

    /// The longest wait in all, if the server asks for none: its hints, each up to `max_retry_after`, come on top,
    /// within the deadline. `None` if nothing bounds it.
    pub const fn delays(&self) -> Option<Duration> {
        if self.delays == NEVER { None } else { Some(Duration::from_nanos(self.delays)) }
    }

    /// The longest time in all, attempts and waits, if the server asks for none; `None` without an attempt timeout,
    /// since then an attempt may run for ever.
    pub const fn time(&self) -> Option<Duration> {
        if self.time == NEVER { None } else { Some(Duration::from_nanos(self.time)) }
    }
}

impl Policy {
    /// What a call under this policy can cost at most: attempts, waiting, and time.
    ///
    /// A `custom` backoff counts as a day a wait, since only running it would tell.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::{Backoff, Classes, Policy, WorstCase};
    ///
    /// const POLICY: Policy = Policy::new()
    ///     .retry_on(Classes::new().timeout().status(503))
    ///     .backoff(Backoff::exponential(Duration::from_millis(500), Duration::from_secs(4)))
    ///     .attempt_timeout(Duration::from_secs(2));
    /// const WORST: WorstCase = POLICY.worst_case();
    ///
    /// assert_eq!(WORST.attempts(), Some(3));
    /// assert_eq!(WORST.delays(), Some(Duration::from_millis(500 + 1000)));
    /// assert_eq!(WORST.time(), Some(Duration::from_millis(3 * 2000 + 1500)));
    /// ```
    pub const fn worst_case(&self) -> WorstCase {
        let delays = least(self.longest_delays(), self.deadline);
        let time = match (self.attempt_timeout, self.max_attempts) {
            (NEVER, _) => NEVER,
            (_, UNBOUNDED) => self.deadline,
            (timeout, attempts) => least(timeout.saturating_mul(attempts as u64).saturating_add(delays), self.deadline),
        };
        WorstCase { attempts: self.max_attempts, delays, time }
    }

    /// The window of each wait, from the one before retry 1 on: the shortest and the longest it can be, if the server asks
    /// for none. Without end where the attempts have none. A `custom` backoff is run for it.
    ///
    /// After a failure that [`Throttled`](Class::Throttled) covers another backoff counts: where such a failure is retried,
    /// a window holds the waits of both.
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
        self.covers(Class::Throttled) || self.covers(Class::Status(429))
    }

    /// The sum of all waits of a call, each the longest it can be.
    const fn longest_delays(&self) -> u64 {
        if self.max_attempts == UNBOUNDED {
            return NEVER;
        }
        let throttled = self.retries_throttled();
        let (mut sum, mut previous) = (0_u64, 0);
        let mut retry = 1;
        while retry < self.max_attempts {
            let wait = self.jitter.top_after(&self.backoff, retry, previous);
            let other = if throttled { self.jitter.top_after(&self.throttled_backoff, retry, previous) } else { 0 };
            previous = if wait > other { wait } else { other };
            sum = sum.saturating_add(previous);
            retry += 1;
        }
        sum
    }
}
