//! Rules for limits by class.

use std::time::Duration;

use proc_macro2::Span;
use retry_core::{Backoff, ClassLimit, Classes, TimedPolicy, display, units, validate};

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::class_limit::{LimitSpec, Most};
use crate::retry::class_list::ClassList;
use crate::retry::class_set;
use crate::retry::draft::Draft;
use crate::retry::model::Attempts;
use crate::retry::validate::numbers::Numbers;
use crate::syntax::literal::{Length, Value};

/// Most limits of one policy.
const MAX_LIMITS: usize = 4;

/// Checks each limit of the list that `option` has by itself.
pub(crate) fn values(list: &ClassList, option: &str, diagnostics: &mut Diagnostics) {
    if let Some(first) = list.limits.first().filter(|_| option != "retry_on") {
        let message = format!("`{option}` has no limits; put `up_to` behind a class of `retry_on`");
        return diagnostics.at_span(first.most.span(), message);
    }
    if let Some(fifth) = list.limits.get(MAX_LIMITS) {
        let message = "a policy has at most 4 limits by class; leave the others to `max_attempts` and `deadline`";
        diagnostics.at_span(fifth.most.span(), message);
    }
    for limit in &list.limits {
        let broken = limit.most.literal().map(validate::limit);
        if let Some(Err(broken)) = broken {
            let is_too_much = matches!(&limit.most, Most::Attempts(Value::Literal { value: 101.., .. }));
            let written = if is_too_much { format!(", not `{}`", limit.most) } else { String::new() };
            diagnostics.at_span(limit.most.span(), with_written(broken.message(), &written));
        }
    }
}

/// Checks the limits against the other numbers of the policy.
pub(super) fn beside(draft: &Draft, numbers: &Numbers<'_>, diagnostics: &mut Diagnostics) {
    let Some(list) = draft.retry_on.as_ref().map(|draft| &draft.list) else { return };
    for limit in &list.limits {
        let Some(known) = limit.most.literal().filter(|limit| validate::limit(*limit).is_ok()) else { continue };
        if let Some((place, message)) = fault(limit, known, list, numbers) {
            diagnostics.at_span(place, message);
        }
    }
}

/// Returns the fault of a limit, with its place.
fn fault(limit: &LimitSpec, known: ClassLimit, list: &ClassList, numbers: &Numbers<'_>) -> Option<(Span, String)> {
    let attempts = numbers.limits.max_attempts.given().and_then(|given| match &given.value {
        Attempts::Count(count) => count.literal().copied(),
        Attempts::Unbounded => None,
    });
    let attempts = attempts.filter(|attempts| validate::max_attempts(*attempts).is_ok());
    let Some(time) = known.get_time() else {
        let policy = TimedPolicy::new().max_attempts(attempts?);
        let broken = validate::limit_of_attempts(&policy, known).err()?;
        let written = format!(", after {} attempts", attempts?);
        return Some((limit.most.span(), with_written(broken.message(), &written)));
    };
    let deadline = numbers.limits.deadline.given().and_then(|given| given.value.constant());
    if let Some(Value::Literal { value, text, .. }) = deadline.filter(|deadline| is_some(deadline)) {
        let broken = validate::limit_of_time(&any_delays().deadline(*value), &Classes::new(), units::from(time));
        if let Err(broken) = broken {
            return Some((limit.most.span(), with_written(broken.message(), &format!(", after `{text}`"))));
        }
    }
    if let Some(message) = no_room(limit, time, list, numbers) {
        return Some((limit.most.span(), message));
    }
    let policy = delays(list, numbers)?;
    let classes = class_set::only(list.classes.get(limit.class)?)?;
    let broken = validate::limit_of_time(&policy, &classes, units::from(time)).err()?;
    let written = attempts.map(|attempts| format!(", after {attempts} attempts")).unwrap_or_default();
    Some((limit.most.span(), with_written(broken.message(), &written)))
}

/// Message for a limit below the longest first delay of its class.
fn no_room(limit: &LimitSpec, time: Duration, list: &ClassList, numbers: &Numbers<'_>) -> Option<String> {
    let classes = class_set::only(list.classes.get(limit.class)?)?;
    let policy = numbers.backoff().set(TimedPolicy::new(), TimedPolicy::backoff)?;
    let policy = numbers.throttled_backoff().set(policy, TimedPolicy::throttled_backoff)?;
    let policy = numbers.jitter().set(policy, TimedPolicy::jitter)?;
    let broken = validate::limit_leaves_room(&policy, &classes, units::from(time)).err()?;
    let (_, delay) = broken.times()?;
    let class = &list.classes[limit.class];
    let message = broken.message().replace("its class", &class.to_string());
    Some(message.replace("{}", &format!("`{}` below `{}`", limit.most, display::Time(units::from(delay)))))
}

/// Returns a policy whose delays are as long as any limit.
fn any_delays() -> TimedPolicy {
    TimedPolicy::new().backoff(Backoff::fixed(Duration::from_secs(24 * 60 * 60)))
}

/// Returns a policy with all that decides how long its attempts last.
///
/// `None` if a part of it is unknown.
fn delays(list: &ClassList, numbers: &Numbers<'_>) -> Option<TimedPolicy> {
    let limits = numbers.limits;
    let policy = TimedPolicy::new().retry_on(class_set::all(&list.classes)?);
    let policy = match limits.max_attempts.given().map(|given| &given.value) {
        Some(Attempts::Count(count)) => {
            policy.max_attempts(count.literal().copied().filter(|count| validate::max_attempts(*count).is_ok())?)
        }
        Some(Attempts::Unbounded) => policy.unbounded(),
        None if limits.max_attempts.is_missing() && numbers.has_defaults => policy,
        None => return None,
    };
    let policy = numbers.backoff().set(policy, TimedPolicy::backoff)?;
    let policy = numbers.throttled_backoff().set(policy, TimedPolicy::throttled_backoff)?;
    let policy = numbers.jitter().set(policy, TimedPolicy::jitter)?;
    let timeout = match limits.attempt_timeout.given().map(|given| &given.value) {
        None if limits.attempt_timeout.is_missing() && numbers.has_defaults => return Some(policy),
        None => return None,
        Some(timeout) => timeout,
    };
    match timeout.by_number() {
        Some(timeouts) => Some(policy.attempt_timeouts(timeouts.literal()?)),
        None => {
            let length = timeout.constant().filter(|length| is_some(length))?.literal();
            Some(policy.attempt_timeout(*length?))
        }
    }
}

/// Returns whether a length is a literal that a limit may have.
fn is_some(length: &Length) -> bool {
    length.literal().is_some_and(|value| validate::some_duration(*value).is_ok())
}
