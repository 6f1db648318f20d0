//! Row of the table: what a reviewer sees of an operation.

use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use retry_core::display::Time;
use retry_core::internal::UNBOUNDED;
use retry_core::units::{self, SECOND};

use crate::review::reviewed::{InLine, ReviewedOperation, TimeLimit};

pub(super) const HEAD: [&str; 10] = [
    "operation",
    "attempts",
    "delays",
    "worst delay",
    "worst time",
    "in line",
    "retried on",
    "budget",
    "breaker, rate limit",
    "side effects, key",
];

/// The default bound of server hints, in nanoseconds.
const DEFAULT_MAX_HINT: u64 = 60 * SECOND;

/// Text of an empty cell.
const NOTHING: &str = "-";

/// Returns the cells of the row.
pub(super) fn cells(operation: ReviewedOperation) -> [String; HEAD.len()] {
    let worst = operation.worst_case();
    [
        name(operation),
        attempts(operation, worst.attempts),
        delays(operation),
        worst.delays.map_or_else(|| unbounded_delay(operation), time),
        worst_time(operation, worst.time),
        in_line(operation),
        retried(operation),
        budget(operation),
        guards(operation),
        effects(operation),
    ]
}

fn name(operation: ReviewedOperation) -> String {
    let kind = if operation.facts().is_async { "async" } else { "blocking" };
    #[cfg(feature = "settings")]
    if let Some(settings) = operation.settings() {
        let environment = settings.environment.as_deref().unwrap_or("every environment");
        return format!("{} {kind}", code(&format!("{} in {environment}", operation.name())));
    }
    format!("{} {kind}", code(operation.name()))
}

fn attempts(operation: ReviewedOperation, max: Option<u32>) -> String {
    #[cfg(feature = "settings")]
    if operation.settings().is_some_and(|settings| settings.is_disabled) {
        return "1".into();
    }
    let attempts = match operation.facts().policy {
        policy if operation.policy().is_none() => format!("by {}", code(policy)),
        _ => match (max, operation.policy()) {
            (Some(max), _) => max.to_string(),
            (None, Some(policy)) if policy.budgeted_attempts() != UNBOUNDED => "limited by class".into(),
            (None, _) => "unbounded".into(),
        },
    };
    match operation.facts().hedge {
        "" => attempts,
        hedge => format!("{attempts}, up to two at once by hedge {}", code(hedge)),
    }
}

fn delays(operation: ReviewedOperation) -> String {
    let Some(policy) = operation.policy() else { return NOTHING.into() };
    let (backoff, jitter) = (policy.get_backoff(), policy.get_jitter());
    let mut parts = vec![code(&backoff.to_string()), code(&jitter.to_string())];
    let (throttled, hints) = (policy.get_throttled_backoff(), units::from(policy.get_max_retry_after()));
    if operation.may_be_throttled() {
        parts.push(format!("throttled {}", code(&throttled.to_string())));
    }
    if hints != DEFAULT_MAX_HINT {
        parts.push(format!("server hints up to {}", Time(hints)));
    }
    parts.join(", ")
}

/// Describes the delays of unbounded attempts, which end with the call.
fn unbounded_delay(operation: ReviewedOperation) -> String {
    match operation.deadline() {
        TimeLimit::PerCall(_) if operation.policy().is_some() => "until the deadline".into(),
        _ => unbounded(operation),
    }
}

fn worst_time(operation: ReviewedOperation, worst: Option<Duration>) -> String {
    let mut parts = vec![worst.map_or_else(|| unbounded(operation), time)];
    parts.extend(match operation.attempt_timeouts() {
        Some(timeouts) => Some(format!("attempt timeout {}", code(&timeouts))),
        None => limit("attempt timeout", operation.attempt_timeout()),
    });
    parts.extend(limit("deadline", operation.deadline()));
    let cancel = operation.facts().cancel;
    parts.extend((!cancel.is_empty()).then(|| format!("cancel {}", code(cancel))));
    parts.join(", ")
}

fn in_line(operation: ReviewedOperation) -> String {
    match operation.in_line() {
        InLine::Never => NOTHING.into(),
        InLine::UpTo(longest) => time(longest),
        InLine::PerCall(budget) => format!("by {}", code(budget)),
    }
}

fn unbounded(operation: ReviewedOperation) -> String {
    if operation.policy().is_some() { "unbounded".into() } else { NOTHING.into() }
}

fn limit(name: &str, limit: TimeLimit) -> Option<String> {
    match limit {
        TimeLimit::Unlimited => None,
        TimeLimit::After(after) => Some(format!("{name} {}", time(after))),
        TimeLimit::PerCall(text) => Some(format!("{name} {}", code(text))),
    }
}

fn retried(operation: ReviewedOperation) -> String {
    let mut parts = Vec::new();
    if let Some(policy) = operation.policy() {
        let classes = policy.retried().to_string();
        parts.extend((!classes.is_empty()).then(|| code(&classes)));
    }
    let causes = operation.facts().causes;
    parts.extend((!causes.is_empty()).then(|| causes.to_string()));
    parts.extend(operation.retries_nested().then(|| "also nested give-ups".into()));
    joined(parts)
}

fn budget(operation: ReviewedOperation) -> String {
    let name = operation.facts().budget;
    if let Some(budget) = operation.set_budget() {
        let budget = code(&budget.to_string());
        return if name.is_empty() || name == "none" { budget } else { format!("{}: {budget}", code(name)) };
    }
    match (operation.operation().shared_budget(), name) {
        (Some(budget), "") => code(&budget.to_string()),
        (Some(budget), name) => format!("{}: {}", code(name), code(&budget.to_string())),
        (None, "none") => "none".into(),
        (None, "") if operation.policy().is_some_and(|policy| policy.budgeted_attempts() == UNBOUNDED) => "none".into(),
        (None, "") => code("credit"),
        (None, expression) => code(expression),
    }
}

/// Describes what guards each attempt.
fn guards(operation: ReviewedOperation) -> String {
    let (set_breaker, set_limit) = set_guards(operation);
    let (facts, operation) = (operation.facts(), operation.operation());
    let breaker = match operation.circuit_breaker() {
        Some(breaker) => {
            let breaker = set_breaker.unwrap_or_else(|| breaker.to_string());
            Some(format!("{}: {breaker}", code(facts.breaker)))
        }
        None => (!facts.breaker.is_empty()).then(|| format!("breaker {}", code(facts.breaker))),
    };
    let limit = match facts.rate {
        Some(rate) => {
            let rate = set_limit.unwrap_or_else(|| rate.to_string());
            Some(format!("{}: {rate}", code(facts.limit)))
        }
        None => (!facts.limit.is_empty()).then(|| format!("rate limit {}", code(facts.limit))),
    };
    let guards: Vec<_> = breaker.into_iter().chain(limit).collect();
    if guards.is_empty() { NOTHING.into() } else { guards.join("; ") }
}

/// Returns breaker and rate limit of settings.
fn set_guards(operation: ReviewedOperation) -> (Option<String>, Option<String>) {
    #[cfg(feature = "settings")]
    if let Some(settings) = operation.settings() {
        return (settings.breaker.clone(), settings.rate_limit.clone());
    }
    let _ = operation;
    (None, None)
}

fn effects(operation: ReviewedOperation) -> String {
    let facts = operation.facts();
    let declared = facts.has_side_effects.then(|| "yes".into());
    let key = (!facts.key.is_empty()).then(|| format!("key {}", code(facts.key)));
    joined(declared.into_iter().chain(key))
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> = parts.into_iter().collect();
    if parts.is_empty() { NOTHING.into() } else { parts.join(", ") }
}

/// Formats a time, as `1.5s`.
pub(super) fn time(time: Duration) -> String {
    Time(units::from(time)).to_string()
}

/// Formats Markdown code, with more backticks around it than in a row inside it.
fn code(text: &str) -> String {
    let runs = text.split(|letter| letter != '`').map(str::len);
    match runs.max() {
        None | Some(0) => format!("`{text}`"),
        Some(longest) => format!("{ticks} {text} {ticks}", ticks = "`".repeat(longest + 1)),
    }
}
