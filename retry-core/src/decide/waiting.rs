//! Parts of a call's state that concern its budget: payment, time in line, denial.

use super::{DELAY, GRANT, GRANT_BITS, Next, Progress, WAITED, WAITED_UNIT};
use crate::budget::{BudgetDenial, MAX_WAIT};
use crate::policy::TimedPolicy;
use crate::stop_reason::StopReason;
use crate::units::{Moment, Span, UNBOUNDED};

/// Payment of a retry to a credit in whose line calls wait.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Grant {
    /// Nothing yet; or there is no such credit.
    None = 0,
    /// Its tokens.
    Paid = 1,
    /// Nothing, as a probe of the head of the line.
    Probe = 2,
    /// Nothing, because the server named the time of the retry.
    Free = 3,
}

impl Progress {
    /// Returns the account of the budget that denied a retry.
    ///
    /// The result is `None` unless the call ended for [`StopReason::Budget`], and for budgets that count no requests: a
    /// ratio, one of calls in flight, and that of a task.
    pub const fn budget_denial(&self) -> Option<BudgetDenial> {
        match self.stop {
            StopReason::Budget if self.waits != 0 => Some(BudgetDenial::from_bits(self.waits)),
            _ => None,
        }
    }

    /// Returns the time in line so far, each time rounded up to 32 ms.
    #[doc(hidden)]
    pub const fn waited(&self) -> Span {
        Span::from_nanos((self.waits >> WAITED) * WAITED_UNIT)
    }

    /// Adds to the time in line, up to an hour.
    #[doc(hidden)]
    pub fn add_wait(&mut self, waited: Span) {
        let units = (self.waits >> WAITED).saturating_add(waited.as_nanos().div_ceil(WAITED_UNIT));
        self.waits = self.waits & DELAY | units.min(u64::MAX >> WAITED) << WAITED;
    }

    /// Ends the call for a denial by the budget.
    #[doc(hidden)]
    #[cold]
    pub fn denied(&mut self, denial: BudgetDenial) -> Next {
        let stopped = self.stopped(StopReason::Budget);
        self.waits = denial.to_bits();
        stopped
    }

    /// Returns the grant of the retry that is running or next.
    #[doc(hidden)]
    #[inline]
    pub const fn grant(&self) -> Grant {
        match (self.attempts & GRANT_BITS) >> GRANT {
            0 => Grant::None,
            1 => Grant::Paid,
            2 => Grant::Probe,
            _ => Grant::Free,
        }
    }

    /// Sets the grant of the retry that is next, and returns the one before.
    #[doc(hidden)]
    pub const fn replace_grant(&mut self, grant: Grant) -> Grant {
        let before = self.grant();
        self.attempts = self.attempts & !GRANT_BITS | (grant as u32) << GRANT;
        before
    }

    /// Returns the times at which a call leaves the line that it joins at `now`.
    ///
    /// From the first on it leaves at bad news, and at the second whatever the news.
    /// `longest` is the longest time in line of a call. A limit of time by class says for how long a retry after such a
    /// failure is wanted, so the call stays until its end whatever the news; only a `longest` below the default is shorter.
    #[doc(hidden)]
    pub fn ends_in_line(&self, policy: &TimedPolicy, longest: Span, now: Moment) -> (Moment, Moment) {
        let left = Span::from_nanos(longest.as_nanos().saturating_sub(self.waited().as_nanos()));
        let (of_class, longest_end) = (self.class_end(policy, now), now.plus(left));
        if of_class.is_never() {
            return (now.plus(self.patience(policy)), longest_end.min(self.deadline));
        }
        let end = if longest < MAX_WAIT { of_class.min(longest_end) } else { of_class }.min(self.deadline);
        (end, end)
    }

    /// Returns the time that a call waits in line whatever the news.
    ///
    /// It begins at the end of the call's delay. It is the sum of the longest delays that may still come before the last
    /// attempt, this one included, less the delay that is over. [`Span::NEVER`] without a limit of attempts.
    fn patience(&self, policy: &TimedPolicy) -> Span {
        let left = self.left(policy).min(self.left_of_class(policy));
        if left == UNBOUNDED {
            return Span::NEVER;
        }
        let backoff = if self.class.is_throttled() { &policy.throttled_backoff } else { &policy.backoff };
        let (mut sum, mut before) = (0_u64, 0);
        for retry in self.attempt()..self.attempt() + left {
            before = policy.jitter.window(backoff, retry, before).top;
            sum = sum.saturating_add(before);
        }
        Span::from_nanos(sum.saturating_sub(self.previous().as_nanos()))
    }
}
