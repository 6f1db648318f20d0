//! Rules as the attribute prints them, for values that are not literals.
//!
//! Each value gets an item `const BASE: Duration = const_check::base(EXPRESSION);`, so that the compiler reports a
//! broken rule once, at the expression's own tokens.
#![allow(clippy::missing_panics_doc)] // hidden, and the first line of each says it

use core::time::Duration;

use crate::backoff::Backoff;
use crate::budget::fixed_point::{fixed, reserved};
use crate::budget::validate as budget_rule;
use crate::class::validate as class_rule;
use crate::class::{ClassLimit, Classes};
use crate::concurrency::validate as concurrency_rule;
use crate::error::{self, accept};
use crate::hedge::validate as hedge_rule;
use crate::idempotency_bounds;
use crate::jitter::Jitter;
use crate::policy::{TimedPolicy, validate as rule};
use crate::units;

/// Checks a number of attempts.
#[track_caller]
pub const fn max_attempts(attempts: u32) -> u32 {
    accept(rule::max_attempts(attempts));
    attempts
}

/// Checks a number of attempts at a time.
#[track_caller]
pub const fn places(attempts: u32) -> u32 {
    accept(concurrency_rule::places(attempts));
    attempts
}

/// Checks the concurrency limit of an operation with a hedge.
#[track_caller]
pub const fn places_of_hedged(attempts: u32) -> u32 {
    accept(concurrency_rule::places_of_hedged(attempts));
    places(attempts)
}

/// Checks the longest wait for a place.
#[track_caller]
pub const fn place_wait(time: Duration) -> Duration {
    accept(concurrency_rule::place_wait(time));
    time
}

/// Checks the delay of a hedge.
#[track_caller]
pub const fn hedge_delay(delay: Duration) -> Duration {
    accept(hedge_rule::hedge_delay(delay));
    delay
}

/// Checks a share of calls that get a hedge.
#[track_caller]
pub const fn hedge_share(share: f64) -> f64 {
    accept(hedge_rule::hedge_share(share));
    share
}

/// Checks a number of hedges that may follow each other.
#[track_caller]
pub const fn hedges_at_once(hedges: u32) -> u32 {
    accept(hedge_rule::hedges_at_once(hedges));
    hedges
}

/// Checks a duration that may be zero.
#[track_caller]
pub const fn duration(value: Duration) -> Duration {
    accept(error::duration(value));
    value
}

/// Checks a duration that must be above zero.
#[track_caller]
pub const fn some_duration(value: Duration) -> Duration {
    accept(error::some_duration(value));
    value
}

/// Checks the base of a backoff.
#[track_caller]
pub const fn base(base: Duration) -> Duration {
    accept(rule::base(units::from(base)));
    base
}

/// Checks a base beside a cap that is a literal.
#[track_caller]
pub const fn base_below(base: Duration, cap: Duration) -> Duration {
    accept(rule::base(units::from(base)));
    accept(rule::cap(units::from(base), units::from(cap)));
    base
}

/// Checks a cap beside its base.
#[track_caller]
pub const fn cap(base: Duration, cap: Duration) -> Duration {
    accept(rule::cap(units::from(base), units::from(cap)));
    cap
}

/// Checks the factor of a backoff.
#[track_caller]
pub const fn factor(factor: f64) -> f64 {
    let backoff = Backoff::exponential(Duration::ZERO, Duration::ZERO).factor(factor);
    if let Some(fixed) = backoff.growth_factor() {
        accept(rule::factor(fixed));
    }
    factor
}

/// Checks the share of a jitter.
#[track_caller]
pub const fn share(share: f64) -> f64 {
    accept(rule::jitter(Jitter::proportional(share)));
    share
}

/// Checks the rest of a credit.
#[track_caller]
pub const fn rest(tokens: u32) -> u32 {
    accept(budget_rule::rest(tokens));
    tokens
}

/// Checks the longest time in line for a credit.
#[track_caller]
pub const fn max_wait(longest: Duration) -> Duration {
    accept(budget_rule::max_wait(longest));
    longest
}

/// Checks a share of the calls that a budget counts.
#[track_caller]
pub const fn budget_share(share: f64) -> f64 {
    accept(budget_rule::share(share));
    share
}

/// Checks the window of a ratio.
#[track_caller]
pub const fn window(window: Duration) -> Duration {
    accept(budget_rule::window(window));
    window
}

/// Checks all settings of a ratio.
#[track_caller]
const fn ratio(share: f64, window: Duration, per_second: f64) {
    accept(budget_rule::share(share));
    accept(budget_rule::window(window));
    accept(budget_rule::reserve(per_second, window));
    accept(budget_rule::some_ratio(fixed(share), reserved(per_second, units::from(window))));
}

/// Checks the share of a ratio whose window and reserve are literals.
#[track_caller]
pub const fn ratio_share(share: f64, window: Duration, per_second: f64) -> f64 {
    ratio(share, window, per_second);
    share
}

/// Checks the window of a ratio whose reserve is a literal.
#[track_caller]
pub const fn ratio_window(share: f64, window: Duration, per_second: f64) -> Duration {
    ratio(share, window, per_second);
    window
}

/// Checks the reserve of a ratio.
#[track_caller]
pub const fn ratio_reserve(share: f64, window: Duration, per_second: f64) -> f64 {
    ratio(share, window, per_second);
    per_second
}

/// Checks the share beside a least number that is a literal.
#[track_caller]
pub const fn in_flight_share(share: f64, at_least: u32) -> f64 {
    accept(budget_rule::share(share));
    accept(budget_rule::some_in_flight(share, at_least));
    share
}

/// Checks the least number of retries.
#[track_caller]
pub const fn in_flight_least(share: f64, at_least: u32) -> u32 {
    accept(budget_rule::some_in_flight(share, at_least));
    at_least
}

/// Accepts the first status of a range whose last one is checked.
pub const fn any_status(status: u16) -> u16 {
    status
}

/// Checks one status that `except` or `retry_ok` lists.
#[track_caller]
pub const fn status(status: u16) -> u16 {
    last_status(status, status)
}

/// Checks one status that `retry_on` lists.
#[track_caller]
pub const fn retried(status: u16) -> u16 {
    last_retried(status, status)
}

/// Checks the first status of a range that `except` or `retry_ok` lists.
#[track_caller]
pub const fn first_status(first: u16, last: u16) -> u16 {
    accept(class_rule::classes(&Classes::new().statuses(first..=last)));
    first
}

/// Checks the last status of a range that `except` or `retry_ok` lists.
#[track_caller]
pub const fn last_status(first: u16, last: u16) -> u16 {
    accept(class_rule::classes(&Classes::new().statuses(first..=last)));
    last
}

/// Checks the first status of a range that `retry_on` lists.
#[track_caller]
pub const fn first_retried(first: u16, last: u16) -> u16 {
    accept(class_rule::no_permanent(first, last));
    first_status(first, last)
}

/// Checks the last status of a range that `retry_on` lists.
#[track_caller]
pub const fn last_retried(first: u16, last: u16) -> u16 {
    accept(class_rule::no_permanent(first, last));
    last_status(first, last)
}

/// Checks the jitter of a policy against its backoffs.
#[track_caller]
pub const fn jitter(policy: &TimedPolicy) {
    accept(rule::jitter_of(policy));
}

/// Checks the attempt timeout of a policy against its deadline.
#[track_caller]
pub const fn attempt_timeout(policy: &TimedPolicy) {
    accept(rule::attempt_timeout(policy));
}

/// Checks the deadline of a policy against its delays.
#[track_caller]
pub const fn deadline(policy: &TimedPolicy) {
    accept(rule::deadline(policy));
}

/// Checks that a policy without a limit of attempts has an end.
///
/// Also checks the limits by class that a shared policy may bring.
#[track_caller]
pub const fn unbounded(policy: &TimedPolicy, ends_otherwise: bool) {
    accept(rule::unbounded(policy, ends_otherwise));
    accept(rule::limits(policy));
}

/// Checks the limits by class of a policy.
#[track_caller]
pub const fn limits(policy: &TimedPolicy) {
    accept(rule::limits(policy));
}

/// Checks a policy that functions share by all rules over several options.
#[track_caller]
pub const fn policy(policy: &TimedPolicy, ends_otherwise: bool) {
    accept(rule::policy(policy, ends_otherwise));
}

/// Rejects a policy that lists no class.
///
/// The attribute prints it if nothing beside the policy says what is retried.
#[track_caller]
pub const fn listed(policy: &TimedPolicy) {
    assert!(
        !policy.retry_on.is_empty(),
        "this policy lists no class, so nothing is retried; write `retry_on = transient` beside it, or `.retry_on(Classes::new().transient())` in it"
    );
}

/// Rejects an attempt timeout in the policy of a blocking function.
#[track_caller]
pub const fn blocking(policy: &TimedPolicy) {
    assert!(
        policy.attempt_timeout.is_never(),
        "this policy has an `attempt_timeout`, and a blocking attempt cannot be cut; remove it and set a timeout on the client, or make the function async"
    );
}

/// Checks the lease of an idempotency key.
#[track_caller]
pub const fn lease(lease: Duration) -> Duration {
    accept(idempotency_bounds::lease(units::from(lease)));
    lease
}

/// Checks a lease beside a retention that is a literal.
#[track_caller]
pub const fn lease_below(lease: Duration, keep: Duration) -> Duration {
    accept(idempotency_bounds::lease(units::from(lease)));
    accept(idempotency_bounds::keep(units::from(keep), units::from(lease)));
    lease
}

/// Checks the retention of a result beside its lease.
#[track_caller]
pub const fn keep(lease: Duration, keep: Duration) -> Duration {
    accept(idempotency_bounds::keep(units::from(keep), units::from(lease)));
    keep
}

/// Limit of a class that is an expression: a number of attempts or a time.
///
/// Its type says which, so that the attribute prints one form for both.
#[derive(Debug)]
pub struct UpTo<T>(pub T);

impl UpTo<u32> {
    /// Checks a number of attempts.
    #[track_caller]
    pub const fn limit(self) -> ClassLimit {
        let limit = ClassLimit::attempts(self.0);
        accept(class_rule::limit(limit));
        limit
    }
}

impl UpTo<Duration> {
    /// Checks a time.
    #[track_caller]
    pub const fn limit(self) -> ClassLimit {
        let limit = ClassLimit::time(self.0);
        accept(class_rule::limit(limit));
        limit
    }
}
