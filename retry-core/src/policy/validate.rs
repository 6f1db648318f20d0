//! Rules that a policy must satisfy, each written once.
//!
//! They apply to constants, to the builder and in the attribute.
//!
//! The compiler interprets them for each policy of a crate, and a call costs it about 20,000 instructions. So they read
//! plain fields, and a rule that holds calls as few functions as possible.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use crate::backoff::{Backoff, Growth};
use crate::class::validate::no_permanent_class;
use crate::class::{ClassLimit, Classes};
use crate::error::{Rule, all, below, broken, day, holds, some};
use crate::jitter::Jitter;
use crate::policy::TimedPolicy;
use crate::units::{ONE, SECOND, UNBOUNDED};

/// Rejects less than 2 and more than 100 attempts.
pub const fn max_attempts(attempts: u32) -> Rule {
    match attempts {
        2..=100 => Ok(()),
        0 => broken("`max_attempts` must be at least 2, because it counts the first attempt; write `max_attempts = 3`"),
        1 => broken("`max_attempts` of 1 never retries; write at least 2, or remove the attribute"),
        _ => too_many_attempts(),
    }
}

/// Rejects less than 1 and more than 100 attempts.
///
/// In configuration, one attempt turns retries off.
pub const fn configured_attempts(attempts: u32) -> Rule {
    match attempts {
        1..=100 => Ok(()),
        0 => broken(
            "`max_attempts` must be at least 1, because it counts the first attempt; write 1 to turn retries off",
        ),
        _ => too_many_attempts(),
    }
}

const fn too_many_attempts() -> Rule {
    broken("`max_attempts` must be at most 100; write a smaller number, or `unbounded` beside a `deadline`")
}

/// Rejects a base of zero or above a day, in nanoseconds.
pub const fn base(nanos: u64) -> Rule {
    if nanos == 0 {
        return broken("the base of a backoff must be above zero; write a longer one, or `backoff = none`");
    }
    day(nanos)
}

/// Rejects a cap below the base or above a day, in nanoseconds.
pub const fn cap(base: u64, cap: u64) -> Rule {
    if cap < base {
        return broken("the cap of a backoff is below its base; write the base first, then a cap at least as long");
    }
    day(cap)
}

/// Rejects a factor outside 1 to 1000, with 32 fractional bits.
pub const fn factor(fixed: u64) -> Rule {
    holds(
        fixed >= ONE && fixed <= 1000 * ONE,
        "the factor of a backoff must be from 1 to 1000, so that delays do not shrink; write `factor = 2`",
    )
}

/// Checks base, cap, step and factor of a backoff.
pub const fn backoff(backoff: &Backoff) -> Rule {
    let Backoff { base: first, cap: longest, growth } = backoff;
    match growth {
        Growth::Double | Growth::Fibonacci | Growth::Fixed => all!(base(*first), cap(*first, *longest)),
        Growth::Factor(fixed) => all!(base(*first), cap(*first, *longest), factor(*fixed)),
        Growth::Step(step) => all!(base(*first), day(*step), cap(*first, *longest)),
        Growth::None | Growth::Custom(_) => Ok(()),
    }
}

/// Rejects a share above 1 and an addition above a day.
pub const fn jitter(jitter: Jitter) -> Rule {
    all!(
        holds(jitter.share() <= ONE, "the share of a jitter must be from 0 to 1; write `proportional(0.25)`"),
        day(jitter.addition()),
    )
}

/// Checks a jitter against the backoff beside it.
pub const fn jitter_beside(jitter: Jitter, backoff: &Backoff) -> Rule {
    if jitter.is_decorrelated() && backoff.is_none() {
        return broken(
            "`decorrelated` jitter grows from the first delay, and `backoff = none` has none; write `backoff = exp(100ms, 10s)`, or another jitter",
        );
    }
    if jitter.addition() > backoff.cap {
        return broken(
            "`additive` jitter is above the cap of its backoff, which no delay exceeds; write a shorter one, or a higher cap",
        );
    }
    Ok(())
}

/// Checks the jitter of a policy against both its backoffs.
pub const fn jitter_of(policy: &TimedPolicy) -> Rule {
    all!(jitter_beside(policy.jitter, &policy.backoff), jitter_beside(policy.jitter, &policy.throttled_backoff))
}

/// Rejects timeouts that are none, all the same, a function, or not a backoff.
pub const fn attempt_timeouts(timeouts: &Backoff) -> Rule {
    match timeouts.growth {
        Growth::None => broken("`none` is no timeout; write `attempt_timeout = exp(1s, 8s)`, or remove the option"),
        Growth::Custom(_) => broken(
            "a function of the attempt's number cannot be in a policy; write `attempt_timeout = custom(path)` in the attribute",
        ),
        Growth::Fixed => {
            broken("timeouts by number differ, and these are all the same; write one, as in `attempt_timeout = 1s`")
        }
        _ => all!(some(timeouts.base), backoff(timeouts)),
    }
}

/// Rejects an attempt timeout above the deadline.
pub const fn attempt_timeout(policy: &TimedPolicy) -> Rule {
    let (timeout, deadline) = (policy.longest_attempt_timeout(), policy.deadline);
    if matches!(&policy.attempt_timeouts, Some(timeouts) if timeouts.is_custom()) {
        return Ok(());
    }
    if timeout.is_never() || timeout.as_nanos() <= deadline.as_nanos() {
        return Ok(());
    }
    if policy.attempt_timeouts.is_some() {
        return broken(
            "the longest `attempt_timeout` is above `deadline`, which ends that attempt first; write a shorter cap",
        );
    }
    broken("`attempt_timeout` is above `deadline`, so the deadline always comes first; write a shorter timeout")
}

/// Rejects an attempt timeout in a policy that has none by its type.
pub const fn no_attempt_timeout(policy: &TimedPolicy) -> Rule {
    holds(
        policy.attempt_timeout.is_never(),
        "a `Policy` has no `attempt_timeout`; use a `TimedPolicy`, or remove the option",
    )
}

/// Rejects a deadline before the first retry or before the last attempt.
///
/// The last attempt must be able to start if each delay is the shortest.
pub const fn deadline(policy: &TimedPolicy) -> Rule {
    if policy.deadline.is_never() || policy.max_attempts < 2 {
        return Ok(());
    }
    let deadline = policy.deadline.as_nanos();
    all!(
        holds(
            policy.jitter.top(&policy.backoff, 1) <= deadline,
            "`deadline` is below the longest first delay, so a retry may never start; write a longer deadline, or a shorter base",
        ),
        holds(
            policy.max_attempts == UNBOUNDED || shortest_delays(policy) < deadline,
            "`deadline` is over before the last attempt can start, however short the delays; write a longer deadline, or fewer attempts",
        ),
    )
}

/// Returns the shortest sum of all delays of a call, in nanoseconds.
const fn shortest_delays(policy: &TimedPolicy) -> u64 {
    let mut sum = 0_u64;
    let mut retry = 1;
    while retry < policy.max_attempts {
        sum = sum.saturating_add(policy.jitter.bottom(&policy.backoff, retry));
        retry += 1;
    }
    sum
}

/// Rejects attempts without a limit if the call may not end.
///
/// Also rejects them if their delays stay below 1 s. `ends_otherwise` says that the operation has a `cancel`, or a
/// deadline that is not in the policy.
pub const fn unbounded(policy: &TimedPolicy, ends_otherwise: bool) -> Rule {
    if policy.max_attempts != UNBOUNDED || !policy.limits.beside_attempts {
        return Ok(());
    }
    all!(
        holds(
            ends_otherwise || !policy.deadline.is_never() || policy.is_ended_by_limits(),
            "`max_attempts = unbounded` needs an end; write a `deadline` or `cancel` beside it",
        ),
        holds(
            policy.backoff.reaches(SECOND),
            "`max_attempts = unbounded` needs a backoff that reaches at least 1 s; write `backoff = exp(100ms, 10s)`",
        ),
    )
}

/// Checks all rules over several options. For `ends_otherwise` see [`unbounded`].
pub const fn policy(policy: &TimedPolicy, ends_otherwise: bool) -> Rule {
    all!(
        no_permanent_class(&policy.retry_on),
        jitter_of(policy),
        attempt_timeout(policy),
        deadline(policy),
        unbounded(policy, ends_otherwise),
        limits(policy),
    )
}

/// Checks the limits by class against the rest of the policy.
pub const fn limits(policy: &TimedPolicy) -> Rule {
    let (mut index, count) = (0, policy.limits.len());
    let mut checked = policy.limits.check();
    while index < count && checked.is_ok() {
        let (classes, limit) = policy.limits.get(index);
        checked = match limit.span() {
            _ if !classes.intersects(&policy.retry_on) => broken(
                "this class has a limit, and it is not retried; list it in `retry_on`, or remove it from `except`",
            ),
            Some(time) => {
                all!(
                    limit_leaves_room(policy, &classes, time.as_nanos()),
                    limit_of_time(policy, &classes, time.as_nanos())
                )
            }
            None => limit_of_attempts(policy, limit),
        };
        index += 1;
    }
    checked
}

/// Rejects a number that `max_attempts` comes before.
pub const fn limit_of_attempts(policy: &TimedPolicy, limit: ClassLimit) -> Rule {
    match limit.get_attempts() {
        Some(counted) if policy.limits.beside_attempts && counted > policy.max_attempts => broken(
            "`max_attempts` ends the call before this limit does; write a lower limit, or remove `max_attempts`, which leaves 3 attempts to failures without a limit",
        ),
        _ => Ok(()),
    }
}

/// Rejects limits of time below the longest first delay of their classes.
pub const fn limits_leave_room(policy: &TimedPolicy) -> Rule {
    let (mut index, mut checked): (_, Rule) = (0, Ok(()));
    while index < policy.limits.len() && checked.is_ok() {
        let (classes, limit) = policy.limits.get(index);
        if let Some(time) = limit.span() {
            checked = limit_leaves_room(policy, &classes, time.as_nanos());
        }
        index += 1;
    }
    checked
}

/// Rejects a limit of time below the longest first delay of its classes.
///
/// It is in nanoseconds. The delay of a failure that asks for fewer requests is that of `throttled_backoff`.
pub const fn limit_leaves_room(policy: &TimedPolicy, classes: &Classes, nanos: u64) -> Rule {
    if policy.max_attempts < 2 {
        return Ok(());
    }
    let throttled = policy.jitter.top(&policy.throttled_backoff, 1);
    if classes.minus(&THROTTLED).is_empty() {
        if policy.throttled_backoff.is_custom() || throttled <= nanos {
            return Ok(());
        }
        return below(
            nanos,
            throttled,
            "this limit is below the longest first delay of its class, {}, so a retry may never start; write a longer limit, or a shorter `throttled_backoff`",
        );
    }
    let first = policy.jitter.top(&policy.backoff, 1);
    let is_throttled_sooner =
        classes.intersects(&THROTTLED) && (throttled <= nanos || policy.throttled_backoff.is_custom());
    if policy.backoff.is_custom() || first <= nanos || is_throttled_sooner {
        return Ok(());
    }
    below(
        nanos,
        first,
        "this limit is below the longest first delay of its class, {}, so a retry may never start; write a longer limit, or a shorter `backoff`",
    )
}

/// Rejects a limit of time that cannot be reached, in nanoseconds.
///
/// The deadline or `max_attempts` comes before it, or it has room for more than 100 attempts.
pub const fn limit_of_time(policy: &TimedPolicy, classes: &Classes, nanos: u64) -> Rule {
    if nanos >= policy.deadline.as_nanos() {
        return broken("`deadline` ends the call before this limit does; write a shorter limit, or a longer deadline");
    }
    if !policy.has_number_beside_limits() {
        return few_attempts(policy, classes, nanos);
    }
    let attempts = policy.max_attempts;
    if policy.longest_delays_of(attempts).saturating_add(policy.running(attempts)) >= nanos {
        return Ok(());
    }
    broken(
        "`max_attempts` ends the call before this limit does, even with the longest delays; remove `max_attempts`, which leaves 3 attempts to failures without a limit, or write longer delays",
    )
}

/// Rejects limits of time in which more than 100 attempts can be made.
///
/// With `max_attempts` nothing is rejected. A deadline before the end of the limit counts instead of it.
pub const fn limits_end(policy: &TimedPolicy) -> Rule {
    let (mut index, mut checked): (_, Rule) = (0, Ok(()));
    while index < policy.limits.len() && checked.is_ok() && !policy.has_number_beside_limits() {
        let (classes, limit) = policy.limits.get(index);
        if let Some(time) = limit.span() {
            let (time, deadline) = (time.as_nanos(), policy.deadline.as_nanos());
            checked = few_attempts(policy, &classes, if time < deadline { time } else { deadline });
        }
        index += 1;
    }
    checked
}

/// Rejects a time in which more than 100 attempts can be made, in nanoseconds.
const fn few_attempts(policy: &TimedPolicy, classes: &Classes, nanos: u64) -> Rule {
    let backoff = if classes.minus(&THROTTLED).is_empty() { &policy.throttled_backoff } else { &policy.backoff };
    let delays = policy.longest_delays_by(backoff, MAX_TIMED_ATTEMPTS);
    if delays.saturating_add(policy.running(MAX_TIMED_ATTEMPTS)) >= nanos || backoff.reaches(SECOND) {
        return Ok(());
    }
    broken(
        "more than 100 attempts fit into this limit, less than 1 s apart; write a shorter limit, or a longer backoff as in `backoff = exp(100ms, 10s)`",
    )
}

/// Failures that ask for fewer requests, after which `throttled_backoff` delays.
const THROTTLED: Classes = Classes::new().throttled().status(429).status(529);
/// Most attempts that fit into a limit of time, with the longest delays.
const MAX_TIMED_ATTEMPTS: u32 = 100;
