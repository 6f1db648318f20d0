//! Constructors of budgets, in constants and from configuration.

use core::time::Duration;

use super::credit::Credit;
use super::fixed_point::{fixed, reserved};
use super::in_flight::{InFlight, Limit};
use super::ratio::{Ratio, Settings};
use super::terms::Terms;
use super::validate as rule;
use super::{Budget, Shape};
use crate::error::{PolicyError, accept};
use crate::units::{self, Span};

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

    /// Sets the longest time in line of a call.
    ///
    /// It is above zero, and at most an hour. The default is 30 s.
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

    /// Denies a retry at once for which there are too few tokens.
    ///
    /// It does not wait in line then.
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
