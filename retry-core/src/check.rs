//! The rules as the attribute prints them: one `const _: () = check::rule(EXPRESSION);` for each value that is not a
//! literal, so that the compiler says which rule is broken at the expression's own tokens.

use core::time::Duration;

use crate::backoff::Backoff;
use crate::classes::Classes;
use crate::jitter::Jitter;
use crate::nanos;
use crate::policy::{NEVER, Policy};
use crate::rule::{self, accept};

#[track_caller]
pub const fn max_attempts(attempts: u32) {
    accept(rule::max_attempts(attempts));
}

#[track_caller]
pub const fn duration(value: Duration) {
    accept(rule::duration(value));
}

#[track_caller]
pub const fn some_duration(value: Duration) {
    accept(rule::some_duration(value));
}

#[track_caller]
pub const fn base(base: Duration) {
    accept(rule::base(nanos::from(base)));
}

#[track_caller]
pub const fn cap(base: Duration, cap: Duration) {
    accept(rule::cap(nanos::from(base), nanos::from(cap)));
}

#[track_caller]
pub const fn factor(factor: f64) {
    let backoff = Backoff::exponential(Duration::ZERO, Duration::ZERO).factor(factor);
    if let Some(fixed) = backoff.growth_factor() {
        accept(rule::factor(fixed));
    }
}

#[track_caller]
pub const fn share(share: f64) {
    accept(rule::jitter(Jitter::proportional(share)));
}

#[track_caller]
pub const fn statuses(first: u16, last: u16) {
    accept(rule::classes(&Classes::new().status(first, last)));
    accept(rule::no_permanent(first, last));
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

/// Of a policy that a blocking function is given.
#[track_caller]
pub const fn blocking(policy: &Policy) {
    assert!(
        policy.attempt_timeout == NEVER,
        "this policy has an `attempt_timeout`, and nothing can cut a blocking function; use a policy without one, or an async function"
    );
}
