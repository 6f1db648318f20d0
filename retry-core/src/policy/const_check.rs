//! The rules as the attribute prints them: one `const BASE: Duration = const_check::base(EXPRESSION);` for each value
//! that is not a literal, so that the compiler reports the broken rule once, at the expression's own tokens.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::budget::fixed_point::{fixed, reserved};
use crate::budget::validate as budget_rule;
use crate::class::Classes;
use crate::class::validate as class_rule;
use crate::error::{self, accept};
use crate::idempotency_bounds;
use crate::jitter::Jitter;
use crate::policy::{Policy, validate as rule};
use crate::units::{self, NEVER};

#[track_caller]
pub const fn max_attempts(attempts: u32) -> u32 {
    accept(rule::max_attempts(attempts));
    attempts
}

#[track_caller]
pub const fn duration(value: Duration) -> Duration {
    accept(error::duration(value));
    value
}

#[track_caller]
pub const fn some_duration(value: Duration) -> Duration {
    accept(error::some_duration(value));
    value
}

#[track_caller]
pub const fn base(base: Duration) -> Duration {
    accept(rule::base(units::from(base)));
    base
}

/// Of a base beside a cap that is a literal.
#[track_caller]
pub const fn base_below(base: Duration, cap: Duration) -> Duration {
    accept(rule::base(units::from(base)));
    accept(rule::cap(units::from(base), units::from(cap)));
    base
}

#[track_caller]
pub const fn cap(base: Duration, cap: Duration) -> Duration {
    accept(rule::cap(units::from(base), units::from(cap)));
    cap
}

#[track_caller]
pub const fn factor(factor: f64) -> f64 {
    let backoff = Backoff::exponential(Duration::ZERO, Duration::ZERO).factor(factor);
    if let Some(fixed) = backoff.growth_factor() {
        accept(rule::factor(fixed));
    }
    factor
}

#[track_caller]
pub const fn share(share: f64) -> f64 {
    accept(rule::jitter(Jitter::proportional(share)));
    share
}

/// Where a credit rests.
#[track_caller]
pub const fn rest(tokens: u32) -> u32 {
    accept(budget_rule::rest(tokens));
    tokens
}

/// Of the calls that a budget counts.
#[track_caller]
pub const fn budget_share(share: f64) -> f64 {
    accept(budget_rule::share(share));
    share
}

/// Of a ratio.
#[track_caller]
pub const fn window(window: Duration) -> Duration {
    accept(budget_rule::window(window));
    window
}

/// All of a ratio.
#[track_caller]
const fn ratio(share: f64, window: Duration, per_second: f64) {
    accept(budget_rule::share(share));
    accept(budget_rule::window(window));
    accept(budget_rule::reserve(per_second, window));
    accept(budget_rule::some_ratio(fixed(share), reserved(per_second, units::from(window))));
}

/// Of the share of a ratio whose window and reserve are literals.
#[track_caller]
pub const fn ratio_share(share: f64, window: Duration, per_second: f64) -> f64 {
    ratio(share, window, per_second);
    share
}

/// Of the window of a ratio whose reserve is a literal.
#[track_caller]
pub const fn ratio_window(share: f64, window: Duration, per_second: f64) -> Duration {
    ratio(share, window, per_second);
    window
}

/// Of the reserve of a ratio.
#[track_caller]
pub const fn ratio_reserve(share: f64, window: Duration, per_second: f64) -> f64 {
    ratio(share, window, per_second);
    per_second
}

/// Of the share beside a least number that is a literal.
#[track_caller]
pub const fn in_flight_share(share: f64, at_least: u32) -> f64 {
    accept(budget_rule::share(share));
    accept(budget_rule::some_in_flight(share, at_least));
    share
}

/// Of the least number of retries.
#[track_caller]
pub const fn in_flight_least(share: f64, at_least: u32) -> u32 {
    accept(budget_rule::some_in_flight(share, at_least));
    at_least
}

/// Of the first status of a range whose last one is held against the rules.
pub const fn any_status(status: u16) -> u16 {
    status
}

/// Of one status that `except` or `retry_ok` lists.
#[track_caller]
pub const fn status(status: u16) -> u16 {
    last_status(status, status)
}

/// Of one status that `retry_on` lists.
#[track_caller]
pub const fn retried(status: u16) -> u16 {
    last_retried(status, status)
}

/// Of the first status of a range that `except` or `retry_ok` lists.
#[track_caller]
pub const fn first_status(first: u16, last: u16) -> u16 {
    accept(class_rule::classes(&Classes::new().statuses(first..=last)));
    first
}

/// As [`first_status`], the last of the range.
#[track_caller]
pub const fn last_status(first: u16, last: u16) -> u16 {
    accept(class_rule::classes(&Classes::new().statuses(first..=last)));
    last
}

/// As [`first_status`], where `retry_on` lists it.
#[track_caller]
pub const fn first_retried(first: u16, last: u16) -> u16 {
    accept(class_rule::no_permanent(first, last));
    first_status(first, last)
}

/// As [`last_status`], where `retry_on` lists it.
#[track_caller]
pub const fn last_retried(first: u16, last: u16) -> u16 {
    accept(class_rule::no_permanent(first, last));
    last_status(first, last)
}

#[track_caller]
pub const fn spread(policy: &Policy) {
    accept(rule::spreads(policy));
}

#[track_caller]
pub const fn attempt_timeout(policy: &Policy) {
    accept(rule::attempt_timeout(policy));
}

#[track_caller]
pub const fn deadline(policy: &Policy) {
    accept(rule::deadline(policy));
}

#[track_caller]
pub const fn unbounded(policy: &Policy, ends_otherwise: bool) {
    accept(rule::unbounded(policy, ends_otherwise));
}

/// Of a policy that functions share: all rules over several options.
#[track_caller]
pub const fn policy(policy: &Policy, ends_otherwise: bool) {
    accept(rule::policy(policy, ends_otherwise));
}

/// Of a policy beside which nothing says what is retried.
#[track_caller]
pub const fn listed(policy: &Policy) {
    assert!(
        !policy.retry_on.is_empty(),
        "this policy lists no class, so that nothing is retried; write `retry_on = transient` beside it, or `.retry_on(Classes::new().transient())` in it"
    );
}

/// Of a policy that a blocking function is given.
#[track_caller]
pub const fn blocking(policy: &Policy) {
    assert!(
        policy.attempt_timeout == NEVER,
        "this policy has an `attempt_timeout`, and nothing can cut a blocking function; use a policy without one, or an async function"
    );
}

/// Of an idempotency key.
#[track_caller]
pub const fn lease(lease: Duration) -> Duration {
    accept(idempotency_bounds::lease(units::from(lease)));
    lease
}

/// Of a lease beside a time to be kept that is a literal.
#[track_caller]
pub const fn lease_below(lease: Duration, keep: Duration) -> Duration {
    accept(idempotency_bounds::lease(units::from(lease)));
    accept(idempotency_bounds::keep(units::from(keep), units::from(lease)));
    lease
}

/// How long the result of a key is kept, beside its lease.
#[track_caller]
pub const fn keep(lease: Duration, keep: Duration) -> Duration {
    accept(idempotency_bounds::keep(units::from(keep), units::from(lease)));
    keep
}
