//! The policy of an attribute that consists of literals.
//!
//! The runtime's own code builds it.

use retry_core::{Backoff, TimedPolicy};

use crate::retry::class_list::ClassList;
use crate::retry::class_set;
use crate::retry::model::{Attempts, BackoffSpec, Model, TimeLimit};
use crate::syntax::option::Given;

/// Returns the policy, or `None` if a value is an expression.
///
/// Values that are evaluated per call are left out.
///
/// The values must be valid.
pub(crate) fn policy(model: &Model) -> Option<TimedPolicy> {
    let limits = &model.limits;
    let mut policy = match model.retry_on.as_ref().filter(|list| !list.limits.is_empty()) {
        Some(list) => limited(list, model.has_predicate())?,
        None => TimedPolicy::new(),
    };
    match limits.max_attempts.as_ref().map(|given| &given.value) {
        Some(Attempts::Count(count)) => policy = policy.max_attempts(*count.literal()?),
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
        policy = policy.jitter(jitter.value.literal()?);
    }
    if let Some(Given { value: TimeLimit::Constant(deadline), .. }) = &limits.deadline {
        policy = policy.deadline(*deadline.literal()?);
    }
    if let Some(Given { value: TimeLimit::Constant(timeout), .. }) = &limits.attempt_timeout {
        policy = policy.attempt_timeout(*timeout.literal()?);
    }
    if let Some(timeouts) = limits.attempt_timeout.as_ref().and_then(|given| given.value.by_number()) {
        policy = policy.attempt_timeouts(timeouts.literal()?);
    }
    Some(policy)
}

/// Returns the default policy with the limits by class.
///
/// Returns `None` if one is an expression.
pub(crate) fn limits_by_class(model: &Model) -> Option<TimedPolicy> {
    limited(model.retry_on.as_ref()?, model.has_predicate())
}

/// Returns the default policy with these classes and their limits.
///
/// A policy has its classes only if they have limits, because no other number depends on them.
fn limited(list: &ClassList, has_predicate: bool) -> Option<TimedPolicy> {
    let mut policy = TimedPolicy::new().retry_on(class_set::all(&list.classes)?);
    for limit in &list.limits {
        policy = policy.limit(class_set::only(&list.classes[limit.class])?, limit.most.literal()?);
    }
    Some(if has_predicate { policy.with_others() } else { policy })
}

/// Returns the backoff, if one is given; the outer `None` if it is an expression.
#[allow(clippy::option_option)] // given or not, and literal or not, are two questions
fn backoff(given: Option<&Given<BackoffSpec>>) -> Option<Option<Backoff>> {
    match given {
        Some(given) => given.value.literal().map(Some),
        None => Some(None),
    }
}
