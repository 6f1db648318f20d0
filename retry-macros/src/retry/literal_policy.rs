//! The policy of an attribute that is all literals, made by the runtime's own code.

use retry_core::{Backoff, Policy};

use crate::retry::parse::Given;
use crate::retry::parse::backoff::Schedule;
use crate::retry::validate::{Attempts, Limit, Limits};

/// The policy itself; `None` if some value is an expression. What is asked at each call is left out.
///
/// The values must have passed their rules.
pub(crate) fn policy(limits: &Limits) -> Option<Policy> {
    let mut policy = Policy::new();
    match limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(count)) => policy = policy.max_attempts(*count.known()?),
        Some(Attempts::Unbounded) => policy = policy.unbounded(),
        None => {}
    }
    if let Some(backoff) = backoff(limits.backoff.as_ref())? {
        policy = policy.backoff(backoff);
    }
    if let Some(backoff) = backoff(limits.throttled_backoff.as_ref())? {
        policy = policy.throttled_backoff(backoff);
    }
    if let Some(jitter) = &limits.jitter {
        policy = policy.jitter(jitter.value.known()?);
    }
    if let Some(Given { value: Limit::Always(deadline), .. }) = &limits.deadline {
        policy = policy.deadline(*deadline.known()?);
    }
    if let Some(Given { value: Limit::Always(timeout), .. }) = &limits.attempt_timeout {
        policy = policy.attempt_timeout(*timeout.known()?);
    }
    Some(policy)
}

/// The backoff that is written, if one is; the outer `None` if it is an expression.
#[allow(clippy::option_option)] // written or not, and known or not, are two questions
fn backoff(given: Option<&Given<Schedule>>) -> Option<Option<Backoff>> {
    match given {
        Some(given) => given.value.known().map(Some),
        None => Some(None),
    }
}
