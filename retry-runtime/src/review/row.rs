//! One line of the table: what a reviewer is to see of an operation.

use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use retry_core::display::Time;
use retry_core::internal::UNBOUNDED;
use retry_core::units::{self, SECOND};

use crate::review::reviewed::{End, Reviewed};

pub(super) const HEAD: [&str; 9] = [
    "operation",
    "attempts",
    "waits",
    "worst wait",
    "worst time",
    "retried",
    "budget",
    "breaker, limit",
    "side effects, key",
];

/// The longest hint of a server that is heeded unless the attribute says otherwise, in nanoseconds.
const HINTS: u64 = 60 * SECOND;

/// What is where there is nothing.
const NOTHING: &str = "-";

pub(super) fn cells(of: Reviewed) -> [String; HEAD.len()] {
    let worst = of.worst();
    [
        operation(of),
        attempts(of, worst.attempts),
        waits(of),
        worst.waiting.map_or_else(|| unending_wait(of), time),
        worst_time(of, worst.time),
        retried(of),
        budget(of),
        gates(of),
        effects(of),
    ]
}

fn operation(of: Reviewed) -> String {
    let kind = if of.facts().is_async { "async" } else { "blocking" };
    format!("{} {kind}", code(of.name()))
}

fn attempts(of: Reviewed, most: Option<u32>) -> String {
    match of.facts().policy {
        "" => most.map_or("unbounded".into(), |most| most.to_string()),
        policy => format!("by {}", code(policy)),
    }
}

fn waits(of: Reviewed) -> String {
    let Some(policy) = of.policy() else { return NOTHING.into() };
    let (backoff, jitter) = policy.schedule();
    let mut words = vec![code(&backoff.to_string()), code(&jitter.to_string())];
    let (throttled, hints) = policy.after_throttling();
    if of.may_be_throttled() {
        words.push(format!("throttled {}", code(&throttled.to_string())));
    }
    if hints != HINTS {
        words.push(format!("hints to {}", Time(hints)));
    }
    words.join(", ")
}

/// Waits of any number end with the call.
fn unending_wait(of: Reviewed) -> String {
    match of.deadline() {
        End::PerCall(_) if of.policy().is_some() => "to the deadline".into(),
        _ => unbounded(of),
    }
}

fn worst_time(of: Reviewed, worst: Option<Duration>) -> String {
    let mut words = vec![worst.map_or_else(|| unbounded(of), time)];
    words.extend(end("each attempt", of.attempt_timeout()));
    words.extend(end("deadline", of.deadline()));
    let cancel = of.facts().cancel;
    words.extend((!cancel.is_empty()).then(|| format!("cancel {}", code(cancel))));
    words.join(", ")
}

fn unbounded(of: Reviewed) -> String {
    if of.policy().is_some() { "no bound".into() } else { NOTHING.into() }
}

fn end(what: &str, end: End) -> Option<String> {
    match end {
        End::Never => None,
        End::After(after) => Some(format!("{what} {}", time(after))),
        End::PerCall(text) => Some(format!("{what} {}", code(text))),
    }
}

fn retried(of: Reviewed) -> String {
    let mut words = Vec::new();
    if let Some(policy) = of.policy() {
        let classes = policy.classes().to_string();
        words.extend((!classes.is_empty()).then(|| code(&classes)));
    }
    let causes = of.facts().causes;
    words.extend((!causes.is_empty()).then(|| causes.to_string()));
    words.extend(of.operation().policy().retries_nested().then(|| "also what gave up inside".into()));
    joined(words)
}

fn budget(of: Reviewed) -> String {
    let (operation, name) = (of.operation(), of.facts().budget);
    match (operation.shared_budget(), name) {
        (Some(budget), "") => code(&budget.to_string()),
        (Some(budget), name) => format!("{}: {}", code(name), code(&budget.to_string())),
        (None, "none") => "none".into(),
        (None, "") if of.policy().is_some_and(|policy| policy.most_attempts() == UNBOUNDED) => "none".into(),
        (None, "") => code("credit"),
        (None, expression) => code(expression),
    }
}

/// What stands before each attempt.
fn gates(of: Reviewed) -> String {
    let (operation, facts) = (of.operation(), of.facts());
    let breaker = operation.circuit_breaker().map(|breaker| format!("{}: {breaker}", code(facts.breaker)));
    let limit = facts.rate.map(|rate| format!("{}: {rate}", code(facts.limit)));
    let gates: Vec<_> = breaker.into_iter().chain(limit).collect();
    if gates.is_empty() { NOTHING.into() } else { gates.join("; ") }
}

fn effects(of: Reviewed) -> String {
    let facts = of.facts();
    let declared = facts.has_side_effects.then(|| "yes".into());
    let key = (!facts.key.is_empty()).then(|| format!("key {}", code(facts.key)));
    joined(declared.into_iter().chain(key))
}

fn joined(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    if words.is_empty() { NOTHING.into() } else { words.join(", ") }
}

pub(super) fn time(time: Duration) -> String {
    Time(units::from(time)).to_string()
}

/// As code in Markdown: with more marks around it than stand together in it.
fn code(text: &str) -> String {
    let runs = text.split(|letter| letter != '`').map(str::len);
    match runs.max() {
        None | Some(0) => format!("`{text}`"),
        Some(most) => format!("{mark} {text} {mark}", mark = "`".repeat(most + 1)),
    }
}
