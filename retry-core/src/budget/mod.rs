//! Budgets: how many retries may be made in all, whatever each call's policy allows.
//!
//! A policy bounds one call. When a service is down every call fails, and three attempts each are three times the load
//! on a service that needs less. A budget is what the calls of a process have in common: retries draw from it, and
//! where it is empty a failure stays a failure.

mod credit;
mod display;
pub(crate) mod fixed_point;
mod in_flight;
mod operation_budget;
mod ratio;
pub(crate) mod validate;
mod withdrawal;

use core::time::Duration;

use self::credit::{Credit, Terms};
use self::fixed_point::{fixed, reserved};
use self::in_flight::{InFlight, Most};
pub use self::operation_budget::OperationBudget;
use self::ratio::{Rate, Ratio};
use self::validate as rule;
pub use self::withdrawal::Withdrawal;
use crate::class::Class;
use crate::error::{PolicyError, accept};
use crate::units;

/// How many retries may be made in all: what calls draw their retries from.
///
/// | shape | a retry is granted | time | memory of calls |
/// |---|---|---|---|
/// | [`credit`](Self::credit) | while there are tokens, which come back as calls succeed | none | one number |
/// | [`ratio`](Self::ratio) | up to a share of the calls of the last seconds, and a reserve | asked at every call | ten numbers |
/// | [`in_flight`](Self::in_flight) | up to a share of the calls under way | none | two counts |
///
/// Put one in a `static` to share it: by all calls of an operation, or by several operations that call the same
/// service. Every method takes `&self` and is one atomic step, without a lock, an allocation or a clock of its own:
/// `now` is monotonic time in nanoseconds since any fixed moment, asked only by a ratio. A budget takes three cache
/// lines of its own, 192 bytes.
///
/// ```
/// use retry_runtime::{Budget, Class};
///
/// static PAYMENTS: Budget = Budget::credit();
///
/// let (attempts, now) = (3, || 0);
/// let mut withdrawal = PAYMENTS.begin(now);
/// for _ in 0..3 {
///     assert!(PAYMENTS.withdraw(&mut withdrawal, Class::Timeout, attempts, now));
/// }
/// assert!(!PAYMENTS.withdraw(&mut withdrawal, Class::Timeout, attempts, now)); // nothing has succeeded since
/// PAYMENTS.end(&mut withdrawal);
/// ```
///
/// A setting that cannot be meant is refused by the compiler:
///
/// ```compile_fail
/// use core::time::Duration;
/// use retry_runtime::Budget;
///
/// static WRONG: Budget = Budget::ratio(1.5, Duration::from_secs(10));
/// # let _ = &WRONG;
/// ```
#[derive(Debug)]
#[repr(C, align(64))] // a LINE
pub struct Budget {
    /// First of all that is only read, and last the word that calls write: threads that write then take nothing else
    /// from each other's caches, and nothing from who reads what lies beside the budget.
    shape: Shape,
    /// The bucket of a credit. The other shapes keep theirs away from its rest, so that one look at this word tells
    /// whether a success has anything to do.
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
    /// The default of every operation: tokens that a retry takes and that come back only while calls succeed.
    ///
    /// It rests at [`rest_of`](Self::rest_of) the call at hand, 42 tokens for three attempts, and holds at most 500, or
    /// its rest if that is more. A retry takes 14, a retry that succeeds gives back 21, a call that succeeds at its
    /// first attempt moves it one token toward its rest. So a service that is down gets three retries a process,
    /// however long it is down, and one that fails now and then gets all it needs: of calls with three attempts at
    /// least 99.99 % succeed at 1 % failures, 99.8 % at 5 %, 98.5 % at 20 %.
    pub const fn credit() -> Self {
        Self::lending(Terms::of_the_call())
    }

    /// As [`credit`](Self::credit), but resting at `rest` tokens, 14 a retry, whatever the attempts of a call: 14 to
    /// 1,000,000. At 500 half the calls of a short blip are saved, for up to 35 retries a process when it is none.
    ///
    /// # Panics
    ///
    /// Outside 14 to 1,000,000; in a constant the compiler says so.
    #[track_caller]
    pub const fn credit_of(rest: u32) -> Self {
        accept(rule::rest(rest));
        Self::lending(Terms::resting_at(rest))
    }

    /// The terms of the AWS SDKs' retry behaviour 2.1: it rests full at 500 tokens, a retry takes 14, after throttling
    /// 5, and gives back what it took when it succeeds. The 5 belongs with waits after throttling that begin at 1 s.
    pub const fn aws() -> Self {
        Self::lending(Terms::aws())
    }

    /// Retries up to `share` of the calls of the last `window`, beside a reserve of 0.1 a second for who calls rarely.
    ///
    /// The share is from 0 to 1, the window from 1 s to a day, and what is saved in it may be spent at once: after a
    /// quiet time the burst is share times calls, plus reserve times window.
    ///
    /// # Panics
    ///
    /// At a share or a window outside these; in a constant the compiler says so.
    #[track_caller]
    pub const fn ratio(share: f64, window: Duration) -> Self {
        accept(rule::share(share));
        accept(rule::window(window));
        let (share, window) = (fixed(share), units::from(window));
        // A day's worth of a tenth a second is within the bounds of a reserve.
        Self::other(Shape::Ratio(Ratio::new(Rate::new(share, reserved(0.1, window), window))))
    }

    /// The same ratio with a reserve of so many retries a second, of at most 10,000 in a window; 0 is none. Ten a second
    /// a process, as others ship it, keeps the service of a large fleet down for ever.
    ///
    /// # Panics
    ///
    /// At a reserve outside these, at one of zero beside a share of zero, and where the budget is no ratio; in a
    /// constant the compiler says so.
    #[must_use]
    #[track_caller]
    pub const fn reserve(mut self, per_second: f64) -> Self {
        match &mut self.shape {
            Shape::Ratio(ratio) => {
                accept(rule::reserve(per_second, Duration::from_nanos(ratio.rate.window)));
                ratio.rate.reserve = reserved(per_second, ratio.rate.window);
                accept(rule::some_ratio(ratio.rate.share, ratio.rate.reserve));
            }
            _ => panic!("only `ratio` has a reserve; write `Budget::ratio(0.1, window).reserve(0.1)`"),
        }
        self
    }

    /// At most `share` of the calls under way may be in a retry, its wait included, or `at_least` so many if that is
    /// more. The share is from 0 to 1.
    ///
    /// # Panics
    ///
    /// At a share outside 0 to 1, and where both are zero; in a constant the compiler says so.
    #[track_caller]
    pub const fn in_flight(share: f64, at_least: u32) -> Self {
        accept(rule::share(share));
        accept(rule::some_in_flight(share, at_least));
        Self::other(Shape::InFlight(InFlight::new(Most { share: fixed(share), at_least })))
    }

    /// [`credit_of`](Self::credit_of) a number from configuration.
    ///
    /// # Errors
    ///
    /// The rule that is broken, in the compiler's words.
    pub fn try_credit_of(rest: u32) -> Result<Self, PolicyError> {
        rule::rest(rest)?;
        Ok(Self::credit_of(rest))
    }

    /// [`ratio`](Self::ratio) with its [`reserve`](Self::reserve), from configuration.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, in the compiler's words.
    pub fn try_ratio(share: f64, window: Duration, reserve_per_second: f64) -> Result<Self, PolicyError> {
        rule::share(share)?;
        rule::window(window)?;
        rule::reserve(reserve_per_second, window)?;
        rule::some_ratio(fixed(share), reserved(reserve_per_second, units::from(window)))?;
        Ok(Self::ratio(share, window).reserve(reserve_per_second))
    }

    /// [`in_flight`](Self::in_flight), from configuration.
    ///
    /// # Errors
    ///
    /// The first rule that is broken, in the compiler's words.
    pub fn try_in_flight(share: f64, at_least: u32) -> Result<Self, PolicyError> {
        rule::share(share)?;
        rule::some_in_flight(share, at_least)?;
        Ok(Self::in_flight(share, at_least))
    }

    /// Another budget with the same settings that nothing was drawn from: one for each key, say.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        match &self.shape {
            Shape::Credit(terms) => Self::lending(*terms),
            Shape::Ratio(ratio) => Self::other(Shape::Ratio(Ratio::new(ratio.rate))),
            Shape::InFlight(in_flight) => Self::other(Shape::InFlight(InFlight::new(in_flight.most))),
        }
    }

    const fn lending(terms: Terms) -> Self {
        Self { credit: Credit::at_rest(), shape: Shape::Credit(terms) }
    }

    const fn other(shape: Shape) -> Self {
        Self { credit: Credit::never_at_rest(), shape }
    }
}

/// [`Budget::credit`].
impl Default for Budget {
    fn default() -> Self {
        Self::credit()
    }
}

/// The use of a budget by one call: `begin`, then `draw` before each retry, then `succeeded` if it did, then `end`.
///
/// `max_attempts` is that of the call's policy; a credit without a rest of its own rests accordingly.
impl Budget {
    /// Where [`credit`](Self::credit) rests for calls of so many attempts: one call's worth, 14 tokens for each attempt
    /// but the first, and at least 42. Where attempts have no bound (`u32::MAX`) it is 42.
    ///
    /// ```
    /// use retry_runtime::Budget;
    ///
    /// assert_eq!(Budget::rest_of(3), 42);
    /// assert_eq!(Budget::rest_of(10), 126);
    /// ```
    pub const fn rest_of(max_attempts: u32) -> u32 {
        credit::rest_of(max_attempts)
    }

    /// Counts a call that begins. A credit counts none, so its calls may begin with [`Withdrawal::new`].
    pub fn begin(&self, now: impl FnOnce() -> u64) -> Withdrawal {
        match &self.shape {
            Shape::Credit(_) => Withdrawal::new(),
            Shape::Ratio(ratio) => {
                ratio.deposit(now());
                Withdrawal::new()
            }
            Shape::InFlight(in_flight) => Withdrawal::of_call(in_flight.begin()),
        }
    }

    /// Draws a retry after a failure of `class`; `false` if there is none to draw, and then nothing was taken. Ask it
    /// last, when nothing else prevents the retry.
    #[must_use = "where nothing was drawn there is no retry"]
    pub fn withdraw(
        &self,
        withdrawal: &mut Withdrawal,
        class: Class,
        max_attempts: u32,
        now: impl FnOnce() -> u64,
    ) -> bool {
        match &self.shape {
            Shape::Credit(terms) => {
                let cost = terms.cost(class.is_throttled());
                let drawn = self.credit.withdraw(cost, terms.limits(max_attempts));
                if drawn {
                    withdrawal.take(cost);
                }
                drawn
            }
            Shape::Ratio(ratio) => {
                let drawn = ratio.withdraw(now());
                withdrawal.take(u32::from(drawn));
                drawn
            }
            Shape::InFlight(in_flight) => {
                let drawn = in_flight.withdraw(withdrawal.is_retry());
                withdrawal.count_retry(drawn || withdrawal.is_retry());
                drawn
            }
        }
    }

    /// Gives back what the last draw took, for a retry that will not be made: a hook said no, or the call was dropped
    /// while it waited.
    pub fn refund(&self, withdrawal: &mut Withdrawal, max_attempts: u32, now: impl FnOnce() -> u64) {
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

    /// An attempt of the call has succeeded: a credit gets its refund if it was a retry, and else is moved one token
    /// toward its rest.
    pub fn record_success(&self, withdrawal: &mut Withdrawal, max_attempts: u32) {
        let Shape::Credit(terms) = &self.shape else { return };
        match withdrawal.took() {
            0 => self.credit.settle(),
            took => self.credit.give(terms.refund(took), terms.limits(max_attempts)),
        }
        withdrawal.take(0);
    }

    /// The same for a call that succeeded at its first attempt, without its withdrawal. While a credit is at rest this
    /// reads one word and writes nothing.
    #[inline]
    pub fn record_first_success(&self) {
        if !self.credit.is_at_rest() {
            self.settle();
        }
    }

    /// The call has ended, or was dropped: it no longer counts as under way. Ending it twice is ending it once.
    pub fn end(&self, withdrawal: &mut Withdrawal) {
        if let Shape::InFlight(in_flight) = &self.shape {
            in_flight.end(withdrawal.is_call(), withdrawal.is_retry());
        }
        *withdrawal = Withdrawal::new();
    }

    /// What there is: the tokens of a credit, or the whole retries that the other shapes would grant. For reports; it
    /// may have changed when it is read.
    pub fn left(&self, max_attempts: u32, now: impl FnOnce() -> u64) -> u64 {
        match &self.shape {
            Shape::Credit(terms) => u64::from(self.credit.tokens(terms.limits(max_attempts))),
            Shape::Ratio(ratio) => ratio.left(now()),
            Shape::InFlight(in_flight) => in_flight.left(),
        }
    }

    #[cold]
    fn settle(&self) {
        if let Shape::Credit(_) = self.shape {
            self.credit.settle();
        }
    }
}
