//! What makes a policy impossible: each rule once, for constants, for the builder and for the attribute.
//!
//! The attribute says the same words about literals, with the number.

use core::fmt;
use core::time::Duration;

use crate::backoff::{Backoff, ONE};
use crate::budget;
use crate::class::Class;
use crate::classes::Classes;
use crate::jitter::Jitter;
use crate::nanos::{self, DAY, SECOND};
use crate::policy::{NEVER, Policy, UNBOUNDED};

/// A policy that cannot be: what is wrong, and what to write instead.
///
/// ```
/// use retry_runtime::Policy;
///
/// let refused = Policy::builder().max_attempts(0).build().unwrap_err();
/// assert!(refused.to_string().starts_with("`max_attempts` must be at least 1"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidPolicy(&'static str);

impl InvalidPolicy {
    /// The rule's words.
    #[doc(hidden)]
    pub const fn words(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for InvalidPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl core::error::Error for InvalidPolicy {}

pub type Rule = Result<(), InvalidPolicy>;

/// Panics with the rule's words; in a constant this is a compile error.
#[track_caller]
pub const fn accept(rule: Rule) {
    if let Err(InvalidPolicy(words)) = rule {
        panic!("{}", words);
    }
}

pub(crate) const fn holds(holds: bool, words: &'static str) -> Rule {
    if holds { Ok(()) } else { Err(InvalidPolicy(words)) }
}

const fn broken(words: &'static str) -> Rule {
    Err(InvalidPolicy(words))
}

/// The first broken rule.
pub(crate) const fn all(rules: &[Rule]) -> Rule {
    let mut rest = rules;
    while let [first, others @ ..] = rest {
        if let Err(broken) = first {
            return Err(*broken);
        }
        rest = others;
    }
    Ok(())
}

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

/// Of one duration that may be zero, whatever its option.
pub const fn duration(value: Duration) -> Rule {
    day(nanos::from(value))
}

/// Of one duration that must be more than zero.
pub const fn some_duration(value: Duration) -> Rule {
    some(nanos::from(value))
}

/// As [`some_duration`], in nanoseconds.
pub const fn some(nanos: u64) -> Rule {
    all(&[
        holds(nanos != 0, "a duration here must be above zero; write a longer one, or remove the option"),
        day(nanos),
    ])
}

pub const fn day(nanos: u64) -> Rule {
    holds(nanos <= DAY, "a duration must be at most a day; write `24h` or less")
}

pub const fn classes(classes: &Classes) -> Rule {
    holds(
        !classes.is_impossible(),
        "a failed exchange has a status from 400 to 599, the lower one of a range first; write such a status, or retry other answers by `retry_ok`",
    )
}

/// The first status of the range that a retry cannot help, by its meaning in RFC 9110 and the registry of statuses.
pub const fn permanent_status(first: u16, last: u16) -> Option<u16> {
    let mut status = first;
    while status <= last && status < 500 {
        if matches!(status, 400..=407 | 410..=418 | 422 | 426 | 428 | 431 | 451) {
            return Some(status);
        }
        status += 1;
    }
    None
}

/// Of the statuses that `retry_on` lists.
pub const fn no_permanent(first: u16, last: u16) -> Rule {
    holds(
        permanent_status(first, last).is_none(),
        "this status is permanent, so that a retry cannot help; list statuses such as 408, 429 or 500 to 599, or write `retry_if` for the service that differs",
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

/// Where a credit rests, in tokens.
pub const fn rest(tokens: u32) -> Rule {
    all(&[
        holds(
            tokens >= budget::COST,
            "the rest of a credit must be at least 14 tokens, the price of one retry; write 42 for three retries",
        ),
        holds(
            tokens <= budget::MOST_REST,
            "the rest of a credit must be at most 1000000 tokens; write 500, or `budget = none`",
        ),
    ])
}

/// Of the calls that a budget counts.
pub const fn share(share: f64) -> Rule {
    holds(share >= 0.0 && share <= 1.0, "the share of a budget must be from 0 to 1; write 0.1 for a tenth of all calls")
}

/// Of a ratio.
pub const fn window(window: Duration) -> Rule {
    let nanos = nanos::from(window);
    holds(nanos >= SECOND && nanos <= DAY, "the window of a `ratio` must be from 1 s to a day; write one of 10 s")
}

/// Of a ratio with this window.
#[allow(clippy::cast_precision_loss)] // a window has far fewer bits
pub const fn reserve(per_second: f64, window: Duration) -> Rule {
    let retries = per_second * (nanos::from(window) as f64 / SECOND as f64);
    all(&[
        holds(per_second >= 0.0, "the reserve of a `ratio` must be zero or more retries a second; write 0.1"),
        holds(retries <= 10_000.0, "the reserve of a `ratio` must be at most 10000 retries in its window; write 0.1"),
    ])
}

/// Share and reserve of a ratio, in fixed point.
pub const fn some_ratio(share: i64, reserve: i64) -> Rule {
    holds(share > 0 || reserve > 0, "a `ratio` whose share and reserve are zero grants no retry; write a share of 0.1")
}

pub const fn some_in_flight(share: f64, at_least: u32) -> Rule {
    holds(
        share > 0.0 || at_least > 0,
        "an `in_flight` whose share and least number are zero grants no retry; write a share of 0.2, or 3 at least",
    )
}

/// Of a budget for each key.
pub const fn keys(keys: usize) -> Rule {
    holds(keys >= 16 && keys <= 10_000_000, "a keyed budget holds from 16 to 10000000 keys; write `.keys(10_000)`")
}

/// Of a rate limit: attempts a second, and at once.
pub const fn rate(per_second: u32, burst: u32) -> Rule {
    all(&[
        holds(per_second != 0, "a rate limit of zero allows no attempt; write `RateLimit::per_second(50)`"),
        holds(burst != 0, "a burst of zero allows no attempt; write `.burst(1)`"),
    ])
}
