//! Budgets: limits on the retries of all calls together.
//!
//! They apply beside the limits of each call's policy.
//!
//! A policy limits one call. When a service is down every call fails, and three attempts per call triple the load on a
//! service that needs less. The calls of a process share a budget: retries withdraw from it, and when it is empty a
//! failure is not retried.

mod constructors;
mod credit;
mod credit_word;
mod denial;
mod display;
pub(crate) mod fixed_point;
mod in_flight;
mod operation_budget;
mod parse;
mod probe_time;
mod ratio;
mod terms;
pub(crate) mod validate;
mod withdrawal;

use self::credit::Credit;
pub use self::credit::{News, RetryEnd, Turn, WaitingCredit};
pub use self::denial::BudgetDenial;
use self::in_flight::InFlight;
pub use self::operation_budget::OperationBudget;
use self::ratio::Ratio;
pub use self::terms::Limits;
pub(crate) use self::terms::MAX_WAIT;
use self::terms::Terms;
pub use self::withdrawal::Withdrawal;
use crate::class::Class;
use crate::units::{Moment, Span};

/// Limit on the retries of all calls that share it.
///
/// | shape | grants a retry | reads the clock | remembers |
/// |---|---|---|---|
/// | [`credit`](Self::credit) | while there are tokens, which come back as calls succeed | never | one number |
/// | [`ratio`](Self::ratio) | up to a share of the calls of the last seconds, and a reserve | at every call | ten numbers |
/// | [`in_flight`](Self::in_flight) | up to a share of the calls in flight | never | two counts |
///
/// Put one in a `static` to share it between the calls of an operation, or between operations that call the same
/// service. Every method takes `&self` and is one atomic step, without a lock, an allocation or a clock of its own:
/// `now` returns the time of any monotonic clock, and only a ratio calls it. A budget takes three cache lines of its
/// own, 192 bytes.
///
/// ```
/// use retry_runtime::{Budget, Class, Moment};
///
/// static PAYMENTS: Budget = Budget::credit();
///
/// let (attempts, now) = (3, || Moment::ORIGIN);
/// let mut withdrawal = PAYMENTS.begin(now);
/// for _ in 0..3 {
///     assert!(PAYMENTS.withdraw(&mut withdrawal, Class::Timeout, attempts, now));
/// }
/// assert!(!PAYMENTS.withdraw(&mut withdrawal, Class::Timeout, attempts, now)); // nothing has succeeded since
/// PAYMENTS.end(&mut withdrawal);
/// ```
///
/// The compiler rejects invalid settings:
///
/// ```compile_fail
/// use core::time::Duration;
/// use retry_runtime::Budget;
///
/// static WRONG: Budget = Budget::ratio(1.5, Duration::from_secs(10));
/// # let _ = &WRONG;
/// ```
#[derive(Debug)]
#[repr(C, align(64))] // a CACHE_LINE
pub struct Budget {
    /// Begins with what is only read and ends with the word that calls write.
    ///
    /// Threads that write then take nothing else from each other's caches, and nothing from threads that read what lies
    /// beside the budget.
    shape: Shape,
    /// Bucket of a credit.
    ///
    /// The other shapes keep theirs away from its rest, so that a success with nothing to do reads this word alone.
    credit: Credit,
}

#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(Budget, credit) >= crate::units::CACHE_LINE);

#[cfg_attr(loom, allow(clippy::large_enum_variant))] // loom's atomics are larger
#[derive(Debug)]
enum Shape {
    Credit(Terms),
    Ratio(Ratio),
    InFlight(InFlight),
}

/// Equals [`Budget::credit`].
impl Default for Budget {
    fn default() -> Self {
        Self::credit()
    }
}

/// Use of a budget by one call.
///
/// A call uses `begin`, then `withdraw` before each retry, `record_success` if it succeeded, and `end`.
///
/// `max_attempts` is that of the call's policy; it determines the rest of a [`credit`](Self::credit).
impl Budget {
    /// Returns the rest of a credit in tokens.
    ///
    /// It is 14 for each attempt except the first, and at least 42.
    ///
    /// For attempts without a limit (`u32::MAX`) it is 42.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// assert_eq!(Budget::rest_of(3), 42);
    /// assert_eq!(Budget::rest_of(10), 126);
    /// ```
    pub const fn rest_of(max_attempts: u32) -> u32 {
        terms::rest_of(max_attempts)
    }

    /// Counts a call that begins.
    ///
    /// A credit counts no calls, so its calls may begin with [`Withdrawal::new`].
    pub fn begin(&self, now: impl FnOnce() -> Moment) -> Withdrawal {
        match &self.shape {
            Shape::Credit(_) => Withdrawal::new(),
            Shape::Ratio(ratio) => {
                ratio.deposit(now());
                Withdrawal::new()
            }
            Shape::InFlight(in_flight) => Withdrawal::of_call(in_flight.begin()),
        }
    }

    /// Returns the credit in whose line calls wait; `None` if they do not.
    #[doc(hidden)]
    pub const fn waiting_credit(&self, max_attempts: u32) -> Option<WaitingCredit<'_>> {
        match &self.shape {
            Shape::Credit(terms) if terms.max_wait().as_nanos() != 0 => {
                Some(WaitingCredit::new(&self.credit, terms.limits(max_attempts), terms.max_wait()))
            }
            _ => None,
        }
    }

    /// Returns the account of the requests so far.
    #[doc(hidden)]
    pub fn denial(&self) -> BudgetDenial {
        self.credit.denial(Span::ZERO)
    }

    /// Returns whether a first success would change nothing.
    #[doc(hidden)]
    #[inline]
    pub fn is_at_rest(&self) -> bool {
        self.credit.is_at_rest()
    }

    /// Withdraws a retry after a failure of `class`, without waiting.
    ///
    /// Returns `false`, and takes nothing, if none is left. Call it last, when nothing else prevents the retry.
    #[must_use = "without a withdrawal there is no retry"]
    pub fn withdraw(
        &self,
        withdrawal: &mut Withdrawal,
        class: Class,
        max_attempts: u32,
        now: impl FnOnce() -> Moment,
    ) -> bool {
        match &self.shape {
            Shape::Credit(terms) => {
                let cost = terms.cost(class.is_throttled());
                let granted = self.credit.withdraw(cost, terms.limits(max_attempts));
                if granted {
                    withdrawal.take(cost);
                }
                granted
            }
            Shape::Ratio(ratio) => {
                let granted = ratio.withdraw(now());
                withdrawal.take(u32::from(granted));
                granted
            }
            Shape::InFlight(in_flight) => {
                let granted = in_flight.withdraw(withdrawal.is_retry());
                withdrawal.count_retry(granted || withdrawal.is_retry());
                granted
            }
        }
    }

    /// Refunds the last withdrawal, for a retry that is not made.
    ///
    /// A hook prevented it, or the call was dropped during its delay.
    pub fn refund(&self, withdrawal: &mut Withdrawal, max_attempts: u32, now: impl FnOnce() -> Moment) {
        let took = withdrawal.took();
        withdrawal.take(0);
        match &self.shape {
            Shape::Credit(terms) => self.credit.give(took, terms.limits(max_attempts)),
            Shape::Ratio(ratio) if took != 0 => ratio.refund(now()),
            Shape::Ratio(_) => {}
            Shape::InFlight(in_flight) => {
                in_flight.end(false, withdrawal.is_retry());
                withdrawal.count_retry(false);
            }
        }
    }

    /// Records that an attempt of the call succeeded.
    ///
    /// A credit gets its refund if it was a retry; otherwise it moves one token toward its rest.
    pub fn record_success(&self, withdrawal: &mut Withdrawal, max_attempts: u32) {
        let Shape::Credit(terms) = &self.shape else { return };
        match withdrawal.took() {
            0 => {
                self.credit.approach_rest();
            }
            took => self.credit.give(terms.refund(took), terms.limits(max_attempts)),
        }
        withdrawal.take(0);
    }

    /// Records a call that succeeded at its first attempt, without its withdrawal.
    ///
    /// While a credit is at rest, this reads one word and writes nothing.
    #[inline]
    pub fn record_first_success(&self) {
        if !self.credit.is_at_rest() {
            self.approach_rest();
        }
    }

    /// Returns whether a call may make a hedge, which withdraws nothing.
    ///
    /// Two retries must be left: hedges must not take the place of retries, which a failing service needs more.
    #[doc(hidden)]
    pub fn allows_hedge(&self, max_attempts: u32, now: impl FnOnce() -> Moment) -> bool {
        let least = if matches!(self.shape, Shape::Credit(_)) { terms::HEDGE_TOKENS } else { terms::HEDGE_RETRIES };
        self.left(max_attempts, now) >= u64::from(least)
    }

    /// Ends the call, also one that was dropped: it no longer counts as in flight.
    ///
    /// Ending it again has no effect.
    pub fn end(&self, withdrawal: &mut Withdrawal) {
        if let Shape::InFlight(in_flight) = &self.shape {
            in_flight.end(withdrawal.is_call(), withdrawal.is_retry());
        }
        *withdrawal = Withdrawal::new();
    }

    /// Returns the tokens of a credit, or the retries that are left.
    ///
    /// For reports: other threads may change it at any time.
    pub fn left(&self, max_attempts: u32, now: impl FnOnce() -> Moment) -> u64 {
        match &self.shape {
            Shape::Credit(terms) => u64::from(self.credit.tokens(terms.limits(max_attempts))),
            Shape::Ratio(ratio) => ratio.left(now()),
            Shape::InFlight(in_flight) => in_flight.left(),
        }
    }

    #[cold]
    fn approach_rest(&self) {
        if let Shape::Credit(_) = self.shape {
            self.credit.approach_rest();
        }
    }
}
