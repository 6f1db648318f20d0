//! Rules that a policy must satisfy, each written once: for constants, for the builder and for the attribute.

use crate::backoff::Backoff;
use crate::class::Class;
use crate::class::validate::no_permanent;
use crate::error::{Rule, all, broken, day, holds};
use crate::jitter::Jitter;
use crate::policy::Policy;
use crate::units::{NEVER, ONE, SECOND, UNBOUNDED};

pub const fn max_attempts(attempts: u32) -> Rule {
    match attempts {
        0 => broken("`max_attempts` must be at least 2, since it counts the first attempt; write `max_attempts = 3`"),
        1 => broken("`max_attempts` of 1 never retries; write at least 2, or remove the attribute"),
        _ => most_attempts(attempts),
    }
}

/// From configuration, where one attempt turns retries off.
pub const fn configured_attempts(attempts: u32) -> Rule {
    all(&[
        holds(
            attempts != 0,
            "`max_attempts` must be at least 1, since it counts the first attempt; write 1 to turn retries off",
        ),
        most_attempts(attempts),
    ])
}

const fn most_attempts(attempts: u32) -> Rule {
    holds(
        attempts <= 100,
        "`max_attempts` must be at most 100; write a smaller number, or `unbounded` beside a `deadline`",
    )
}

pub const fn base(nanos: u64) -> Rule {
    if nanos == 0 {
        return broken("the base of a backoff must be above zero; write a longer one, or `backoff = none`");
    }
    day(nanos)
}

pub const fn cap(base: u64, cap: u64) -> Rule {
    if cap < base {
        return broken("the cap of a backoff is below its base; write the base first, then a cap at least as long");
    }
    day(cap)
}

/// Of a factor with 32 bits behind the point.
pub const fn factor(fixed: u64) -> Rule {
    holds(
        fixed >= ONE && fixed <= 1000 * ONE,
        "the factor of a backoff must be from 1 to 1000, so that waits do not shrink; write `factor = 2`",
    )
}

pub const fn backoff(backoff: &Backoff) -> Rule {
    if backoff.is_none() || backoff.is_custom() {
        return Ok(());
    }
    all(&[
        base(backoff.base()),
        day(backoff.step()),
        cap(backoff.base(), backoff.cap()),
        match backoff.growth_factor() {
            Some(fixed) => factor(fixed),
            None => Ok(()),
        },
    ])
}

pub const fn jitter(jitter: Jitter) -> Rule {
    all(&[
        holds(jitter.share() <= ONE, "the share of a jitter must be from 0 to 1; write `proportional(0.25)`"),
        day(jitter.addition()),
    ])
}

/// What a jitter needs of the backoff beside it.
pub const fn spread(jitter: Jitter, backoff: &Backoff) -> Rule {
    all(&[
        holds(
            !(jitter.is_decorrelated() && backoff.is_none()),
            "`decorrelated` jitter grows from the first wait, and `backoff = none` has none; write `backoff = exp(100ms, 10s)`, or another jitter",
        ),
        holds(
            jitter.addition() <= backoff.cap(),
            "`additive` jitter is above the cap of its backoff, which no wait passes; write a shorter one, or a higher cap",
        ),
    ])
}

/// What the jitter of a policy needs of both its backoffs.
pub const fn spreads(policy: &Policy) -> Rule {
    all(&[spread(policy.jitter, &policy.backoff), spread(policy.jitter, &policy.throttled_backoff)])
}

pub const fn attempt_timeout(policy: &Policy) -> Rule {
    holds(
        policy.attempt_timeout == NEVER || policy.attempt_timeout <= policy.deadline,
        "`attempt_timeout` is above `deadline`, so that the deadline always comes first; write a shorter timeout",
    )
}

/// The first wait must fit, and the shortest waits must leave time for the last attempt.
pub const fn deadline(policy: &Policy) -> Rule {
    if policy.deadline == NEVER || policy.max_attempts < 2 {
        return Ok(());
    }
    all(&[
        holds(
            policy.jitter.top(&policy.backoff, 1) <= policy.deadline,
            "`deadline` is below the longest first wait, so that a retry may never start; write a longer deadline, or a shorter base",
        ),
        holds(
            policy.max_attempts == UNBOUNDED || least_wait(policy) < policy.deadline,
            "`deadline` is over before the last attempt can start, however short the waits; write a longer deadline, or fewer attempts",
        ),
    ])
}

/// The sum of all waits of a call, each the shortest it can be.
const fn least_wait(policy: &Policy) -> u64 {
    let mut least = 0_u64;
    let mut retry = 1;
    while retry < policy.max_attempts {
        least = least.saturating_add(policy.jitter.bottom(&policy.backoff, retry));
        retry += 1;
    }
    least
}

pub const fn unbounded(policy: &Policy, cancellable: bool) -> Rule {
    if policy.max_attempts != UNBOUNDED {
        return Ok(());
    }
    all(&[
        holds(
            cancellable || policy.deadline != NEVER,
            "`max_attempts = unbounded` needs an end; write a `deadline` or `cancel` beside it",
        ),
        holds(
            policy.backoff.reaches(SECOND),
            "`max_attempts = unbounded` needs a backoff that reaches at least 1 s; write `backoff = exp(100ms, 10s)`",
        ),
    ])
}

/// No class of a policy is a status that a retry cannot help.
const fn retried(policy: &Policy) -> Rule {
    let mut status = 400;
    while status < 500 {
        if policy.covers(Class::Status(status)) {
            let rule = no_permanent(status, status);
            if rule.is_err() {
                return rule;
            }
        }
        status += 1;
    }
    Ok(())
}

/// All rules over several options. Where `ends_otherwise`, the operation has an end that the policy does not show: a
/// `cancel`, or a deadline that its arguments give.
pub const fn policy(policy: &Policy, ends_otherwise: bool) -> Rule {
    all(&[
        retried(policy),
        spreads(policy),
        attempt_timeout(policy),
        deadline(policy),
        unbounded(policy, ends_otherwise),
    ])
}

/// Of a rate limit: attempts a second, and at once.
pub const fn rate(per_second: u32, burst: u32) -> Rule {
    all(&[
        holds(per_second != 0, "a rate limit of zero allows no attempt; write `RateLimit::per_second(50)`"),
        holds(burst != 0, "a burst of zero allows no attempt; write `.burst(1)`"),
    ])
}
