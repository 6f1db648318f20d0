//! Budgets: limits on the retries of all calls together.
//!
//! They apply beside the limits of each call's policy.
//!
//! A policy limits one call. When a service is down every call fails, and three attempts per call triple the load on a
//! service that needs less. The calls of a process share a budget: retries withdraw from it, and when it is empty a
//! failure is not retried.

mod credit;
mod credit_word;
mod denial;
mod display;
pub(crate) mod fixed_point;
mod in_flight;
mod operation_budget;
mod probe_time;
mod ratio;
mod terms;
pub(crate) mod validate;
mod withdrawal;

use core::time::Duration;

use self::credit::Credit;
pub use self::credit::{News, RetryEnd, Turn, WaitingCredit};
pub use self::denial::BudgetDenial;
use self::fixed_point::{fixed, reserved};
use self::in_flight::{InFlight, Limit};
pub use self::operation_budget::OperationBudget;
use self::ratio::{Ratio, Settings};
pub use self::terms::Limits;
pub(crate) use self::terms::MAX_WAIT;
use self::terms::Terms;
use self::validate as rule;
pub use self::withdrawal::Withdrawal;
use crate::class::Class;
use crate::error::{PolicyError, accept};
use crate::units::{self, Moment, Span};

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
const _: () = assert!(core::mem::offset_of!(Budget, credit) >= units::CACHE_LINE);

#[cfg_attr(loom, allow(clippy::large_enum_variant))] // loom's atomics are larger
#[derive(Debug)]
enum Shape {
    Credit(Terms),
    Ratio(Ratio),
    InFlight(InFlight),
}

impl Budget {
    /// Creates the default budget of an operation.
    ///
    /// Retries take tokens, which come back only as calls succeed; a retry that finds too few waits in line.
    ///
    /// It rests at [`rest_of`](Self::rest_of) the current call, 42 tokens for three attempts, and holds at most 500, or
    /// its rest if that is more. A retry takes 14, a retry that succeeds gives back 21, and a call that succeeds at its
    /// first attempt moves it one token toward its rest.
    ///
    /// Each retry that succeeds lets one and a half of the line go. While none is under way the head of the line is tried
    /// without paying, after 0.1 s, 0.2 s, 0.4 s and so on up to 10 s. A call leaves the line once it has waited as long
    /// as its own delays would have taken and the news is bad, and after 30 s at most. So a batch whose items all fail
    /// once loses none, and a service that is down gets three retries per process and then a probe now and then.
    pub const fn credit() -> Self {
        Self::lending(Terms::of_the_call())
    }

    /// Creates a credit that rests at `rest` tokens, 14 to 1,000,000.
    ///
    /// Unlike [`credit`](Self::credit), it does not depend on the attempts of a call.
    ///
    /// A retry takes 14. At 500, half of the calls in a short outage recover; in a long one it costs up to 35 retries
    /// per process.
    ///
    /// # Panics
    ///
    /// Panics outside 14 to 1,000,000; in a constant this is a compile error.
    #[track_caller]
    pub const fn credit_of(rest: u32) -> Self {
        accept(rule::rest(rest));
        Self::lending(Terms::resting_at(rest))
    }

    /// Creates a credit with the terms of the AWS SDKs' retry behaviour 2.1.
    ///
    /// No call waits in line for it. It rests full at 500 tokens. A retry takes 14, or 5 after throttling, and gives back what it took when it
    /// succeeds. The 5 belongs with delays after throttling that begin at 1 s.
    pub const fn aws() -> Self {
        Self::lending(Terms::aws())
    }

    /// Sets the longest time in line of a call: above zero, and at most an hour. The default is 30 s.
    ///
    /// ```
    /// use core::time::Duration;
    /// use retry_runtime::Budget;
    ///
    /// static SEARCH: Budget = Budget::credit().wait(Duration::from_secs(2));
    /// assert_eq!(SEARCH.max_wait(), Some(Duration::from_secs(2)));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics outside this range, and if the budget has no line ([`aws`](Self::aws), [`ratio`](Self::ratio),
    /// [`in_flight`](Self::in_flight)); in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn wait(self, longest: Duration) -> Self {
        accept(rule::max_wait(longest));
        self.with_max_wait(Span::from_duration(longest))
    }

    /// Denies a retry at once for which there are too few tokens, instead of having it wait in line.
    ///
    /// # Panics
    ///
    /// Panics if the budget has no line anyway; in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn without_wait(self) -> Self {
        self.with_max_wait(Span::ZERO)
    }

    #[track_caller]
    const fn with_max_wait(mut self, longest: Span) -> Self {
        match &mut self.shape {
            Shape::Credit(terms) if !terms.is_aws() => *terms = terms.with_max_wait(longest),
            _ => panic!("only `credit` has a line; write `Budget::credit()`"),
        }
        self
    }

    /// Returns the longest time in line of a call; `None` if no call waits.
    pub const fn max_wait(&self) -> Option<Duration> {
        match &self.shape {
            Shape::Credit(terms) if terms.max_wait().as_nanos() != 0 => Some(terms.max_wait().as_duration()),
            _ => None,
        }
    }

    /// Creates a budget of up to `share` of the calls of the last `window`.
    ///
    /// Callers with few calls have a reserve of 0.1 retries per second.
    ///
    /// The share is from 0 to 1, the window from 1 s to a day. What was saved within the window may be spent at once:
    /// after a quiet time the burst is share times calls, plus reserve times window.
    ///
    /// # Panics
    ///
    /// Panics at a share or a window outside these; in a constant this is a compile error.
    #[track_caller]
    pub const fn ratio(share: f64, window: Duration) -> Self {
        accept(rule::share(share));
        accept(rule::window(window));
        let (share, window) = (fixed(share), units::from(window));
        // A tenth per second for a whole day is within the bounds of a reserve.
        Self::other(Shape::Ratio(Ratio::new(Settings::new(share, reserved(0.1, window), window))))
    }

    /// Sets the reserve of a ratio in retries per second, at most 10,000 in a window.
    ///
    /// The result is 0 turns it off.
    ///
    /// Ten per second and process, the default of other libraries, keeps the service of a large fleet down forever.
    ///
    /// # Panics
    ///
    /// Panics at a reserve outside these, at a reserve of zero beside a share of zero, and if the budget is not a ratio;
    /// in a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn reserve(mut self, per_second: f64) -> Self {
        match &mut self.shape {
            Shape::Ratio(ratio) => {
                accept(rule::reserve(per_second, Duration::from_nanos(ratio.settings.window)));
                ratio.settings.reserve = reserved(per_second, ratio.settings.window);
                accept(rule::some_ratio(ratio.settings.share, ratio.settings.reserve));
            }
            _ => panic!("only `ratio` has a reserve; write `Budget::ratio(0.1, window).reserve(0.1)`"),
        }
        self
    }

    /// Creates a budget that lets `share` of the calls in flight be in a retry.
    ///
    /// If `at_least` is more, as many calls may be. A retry includes its delay. The share is from 0 to 1.
    ///
    /// # Panics
    ///
    /// Panics at a share outside 0 to 1, and if both are zero; in a constant this is a compile error.
    #[track_caller]
    pub const fn in_flight(share: f64, at_least: u32) -> Self {
        accept(rule::share(share));
        accept(rule::some_in_flight(share, at_least));
        Self::other(Shape::InFlight(InFlight::new(Limit { share: fixed(share), at_least })))
    }

    /// Creates a [`credit_of`](Self::credit_of) a number from configuration.
    ///
    /// # Errors
    ///
    /// Returns the broken rule, with the compiler's message.
    pub fn try_credit_of(rest: u32) -> Result<Self, PolicyError> {
        rule::rest(rest)?;
        Ok(Self::credit_of(rest))
    }

    /// Sets the longest time in line from configuration, as [`wait`](Self::wait) does.
    ///
    /// # Errors
    ///
    /// Returns the broken rule, with the compiler's message.
    ///
    /// # Panics
    ///
    /// Panics if the budget has no line.
    pub fn try_wait(self, longest: Duration) -> Result<Self, PolicyError> {
        rule::max_wait(longest)?;
        Ok(self.wait(longest))
    }

    /// Creates a ratio with its reserve from configuration.
    ///
    /// See [`ratio`](Self::ratio) and [`reserve`](Self::reserve).
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the compiler's message.
    pub fn try_ratio(share: f64, window: Duration, reserve_per_second: f64) -> Result<Self, PolicyError> {
        rule::share(share)?;
        rule::window(window)?;
        rule::reserve(reserve_per_second, window)?;
        rule::some_ratio(fixed(share), reserved(reserve_per_second, units::from(window)))?;
        Ok(Self::ratio(share, window).reserve(reserve_per_second))
    }

    /// Creates an [`in_flight`](Self::in_flight) budget from configuration.
    ///
    /// # Errors
    ///
    /// Returns the first broken rule, with the compiler's message.
    pub fn try_in_flight(share: f64, at_least: u32) -> Result<Self, PolicyError> {
        rule::share(share)?;
        rule::some_in_flight(share, at_least)?;
        Ok(Self::in_flight(share, at_least))
    }

    /// Creates another budget with the same settings.
    ///
    /// Nothing was withdrawn from it. A keyed budget has one for each key.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        match &self.shape {
            Shape::Credit(terms) => Self::lending(*terms),
            Shape::Ratio(ratio) => Self::other(Shape::Ratio(Ratio::new(ratio.settings))),
            Shape::InFlight(in_flight) => Self::other(Shape::InFlight(InFlight::new(in_flight.limit))),
        }
    }

    const fn lending(terms: Terms) -> Self {
        Self { credit: Credit::at_rest(), shape: Shape::Credit(terms) }
    }

    const fn other(shape: Shape) -> Self {
        Self { credit: Credit::never_at_rest(), shape }
    }
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

    /// Returns the account of the requests so far, for a call that was denied without waiting.
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
