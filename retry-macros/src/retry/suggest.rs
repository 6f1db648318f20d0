//! Messages for options that do not exist, among them those of other libraries.
//!
//! A message proposes the first of several ways to write the option that the stages below accept.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{Expr, ExprCall, ExprLit, Lit};

use crate::diagnostics::Diagnostics;
use crate::retry::draft::DraftList;
use crate::retry::parse::{self, GRAMMAR, UnknownOption};
use crate::retry::validate;
use crate::syntax::duration::duration;
use crate::syntax::function::Scope;
use crate::syntax::literal::{Value, count};
use crate::syntax::spelling::{CLASSES, listed, nearest};
use crate::syntax::tokens::{shown, ungrouped, word};

/// Reports each unknown option.
pub(crate) fn report(unknown: &[UnknownOption], diagnostics: &mut Diagnostics) {
    for UnknownOption { name, value } in unknown {
        diagnostics.at_span(name.span(), message(&name.to_string(), value));
    }
}

fn message(name: &str, value: &TokenStream) -> String {
    if let Some(message) = foreign(name, value) {
        return message;
    }
    if name == "transient" || name == "Status" || CLASSES.contains(&name) {
        return format!(
            "`{name}` is a class, not an option; write `retry_on = {name}`, or several in parentheses, as in `retry_on = (Timeout, Connect)`"
        );
    }
    let names = GRAMMAR.names();
    match nearest(name, &names) {
        Some(near) => format!("unknown option `{name}`; write `{near}`"),
        None => format!("unknown option `{name}`; write one of {}", listed(&names)),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Attempts,
    Retries,
    Delay,
    Base,
    Cap,
    Factor,
    AttemptTimeout,
    Deadline,
    Predicate,
    Classes,
    Hook,
    Budget,
    Breaker,
    RateLimit,
}

/// Names of each kind in other libraries.
const NAMES: &[(Kind, &[&str])] = &[
    (Kind::Attempts, &["tries", "attempts", "max_tries", "stop_after_attempt", "stop_max_attempt_number"]),
    (Kind::Retries, &["max_retries", "retries", "times", "max_times", "max_retry", "num_retries", "retry_count"]),
    (Kind::Delay, &["delay", "wait", "interval", "sleep", "wait_fixed", "fixed", "wait_duration"]),
    (
        Kind::Base,
        &[
            "exponential",
            "exponential_backoff",
            "wait_exponential",
            "initial_delay",
            "initial_interval",
            "min_delay",
            "base",
            "min_backoff",
        ],
    ),
    (Kind::Cap, &["max_delay", "max_backoff", "max_interval", "cap"]),
    (Kind::Factor, &["factor", "multiplier", "backoff_factor"]),
    (Kind::AttemptTimeout, &["timeout", "per_try_timeout", "try_timeout"]),
    (
        Kind::Deadline,
        &[
            "stop",
            "max_elapsed_time",
            "max_elapsed",
            "max_time",
            "total_timeout",
            "total_delay",
            "stop_after_delay",
            "max_duration",
        ],
    ),
    (Kind::Predicate, &["when", "condition", "predicate", "if", "retry_when"]),
    (Kind::Classes, &["retry", "on", "retry_for", "exceptions"]),
    (Kind::Budget, &["retry_budget", "token_bucket", "retry_quota", "tokens"]),
    (Kind::Breaker, &["circuit_breaker", "circuit"]),
    (Kind::RateLimit, &["limit", "limiter", "rate_limiter", "ratelimit", "throttle", "quota", "rps"]),
    (Kind::Hook, &["notify", "before_sleep", "after", "on_error", "on_backoff"]),
];

fn kind(name: &str) -> Option<Kind> {
    NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind)
}

/// Message for an option of another library; `value` are the tokens behind `=`.
fn foreign(name: &str, value: &TokenStream) -> Option<String> {
    let (kind, value) = meant(kind(name)?, syn::parse2(value.clone()).ok());
    let text = value.as_ref().map(shown).unwrap_or_default();
    let number = value.as_ref().and_then(number);
    let is_zero = value.as_ref().is_some_and(is_zero);
    Some(match kind {
        Kind::Attempts if matches!(number, Some(0 | 1)) => never_retries(name, &text),
        Kind::Retries if number == Some(0) => never_retries(name, &text),
        Kind::AttemptTimeout | Kind::Deadline if is_zero => {
            format!("`{name} = {text}` leaves no time at all; remove it")
        }
        _ => {
            let is_delay = matches!(kind, Kind::Delay | Kind::Base | Kind::Cap);
            let ways = if is_zero && is_delay { vec!["backoff = none".into()] } else { ways(kind, &text) };
            let ways = retries(kind, number).into_iter().chain(ways);
            let ours = ways.into_iter().find(|way| is_accepted(way))?;
            let or = if kind == Kind::AttemptTimeout { ours.strip_prefix("attempt_timeout") } else { None };
            let or = or.map(|time| format!(", or `deadline{time}` on a blocking function")).unwrap_or_default();
            format!("unknown option `{name}`; write `{ours}`{or}")
        }
    })
}

fn never_retries(name: &str, text: &str) -> String {
    format!("`{name} = {text}` never retries; remove the attribute")
}

/// Returns the value in the notation of another library.
///
/// Examples are `stop = stop_after_attempt(3)` and `delay = "2s"`.
fn meant(kind: Kind, value: Option<Expr>) -> (Kind, Option<Expr>) {
    let Some(value) = value else { return (kind, None) };
    match ungrouped(&value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => (kind, text.parse().ok()),
        Expr::Call(ExprCall { func, args, .. }) => match word(func).and_then(|name| self::kind(&name)) {
            Some(inner) => meant(inner, args.first().cloned()),
            None => (kind, Some(value)),
        },
        _ => (kind, Some(value)),
    }
}

fn number(value: &Expr) -> Option<u32> {
    count(value, "", "").ok()?.literal().copied()
}

fn is_zero(value: &Expr) -> bool {
    matches!(duration(value), Ok(Value::Literal { value: Duration::ZERO, .. }))
}

/// Converts a number of retries to a number of attempts.
fn retries(kind: Kind, number: Option<u32>) -> Option<String> {
    let most = |attempts: u32| format!("max_attempts = {}", attempts.min(100));
    match kind {
        Kind::Attempts => number.map(most),
        Kind::Retries => number.map(|retries| most(retries.saturating_add(1))),
        _ => None,
    }
}

/// Proposals, the most likely one first.
///
/// The last one has a value of ours, and is always valid.
fn ways(kind: Kind, text: &str) -> Vec<String> {
    let all: &[&str] = match kind {
        Kind::Attempts => &["max_attempts = $", "max_attempts = 3"],
        Kind::Retries => &["max_attempts = $ + 1", "max_attempts = 3"],
        Kind::Delay => &["backoff = $", "backoff = fixed($)", "backoff = fixed(1s)"],
        Kind::Base => &[
            "backoff = $",
            "backoff = exp($, 10s)",
            "backoff = exp($, 1m)",
            "backoff = exp($, 1h)",
            "backoff = exp($, 24h)",
            "backoff = exp(100ms, 10s)",
        ],
        Kind::Cap => &[
            "backoff = exp(100ms, $)",
            "backoff = exp(1ms, $)",
            "backoff = exp(1us, $)",
            "backoff = fixed($)",
            "backoff = exp(100ms, 10s)",
        ],
        Kind::Factor => &["backoff = exp(100ms, 10s, factor = $)", "backoff = exp(100ms, 10s, factor = 2)"],
        Kind::AttemptTimeout => &["attempt_timeout = $", "attempt_timeout = 2s"],
        Kind::Deadline => &["deadline = $", "deadline = 30s"],
        Kind::Predicate => &["retry_if = $", "retry_if = |error| .."],
        Kind::Classes => &["retry_on = $", "retry_if = $", "retry_on = transient"],
        Kind::Hook => &["on_retry = $", "on_retry = |attempt, error| .."],
        Kind::Budget => &["budget = $", "budget = credit($)", "budget = ratio($, 10s)", "budget = credit"],
        Kind::Breaker => &["breaker = $", "breaker = SHOP"],
        Kind::RateLimit => &["rate_limit = $", "rate_limit = SHOP"],
    };
    all.iter().filter(|way| !text.is_empty() || !way.contains('$')).map(|way| way.replace('$', text)).collect()
}

/// Returns whether the attribute accepts an option.
fn is_accepted(option: &str) -> bool {
    let Ok(tokens) = option.parse() else { return false };
    let mut diagnostics = Diagnostics::new();
    let options = parse::options(tokens, &mut diagnostics);
    let called = [&options.retry_if, &options.on_retry];
    let is_callable = called.into_iter().flatten().all(|given| is_callable(ungrouped(&given.value)));
    let scope = Scope { arguments: vec!["self".into()], generics: vec!["Self".into()], is_blocking: false };
    let draft = validate::draft(options, &scope, &mut diagnostics);
    let lists_classes = |DraftList { list, .. }: &DraftList| !list.classes.is_empty() && !list.has_patterns();
    diagnostics.finish().is_ok() && is_callable && draft.retry_on.as_ref().is_none_or(lists_classes)
}

fn is_callable(expr: &Expr) -> bool {
    matches!(expr, Expr::Closure(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_))
        || matches!(expr, Expr::Path(path) if path.path.segments.last().is_some_and(|last| !last.ident.to_string().starts_with(char::is_uppercase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: &str = r#"; 0; 1; 2; 3; 99; 100; 101; 200; 99999999999999999999; -1; -0.5; 0.0; 0.5; 1.5; 1e400; 0s;
        1ns; 50us; 1ms; 50ms; 100ms; 500ms; 10s; 11s; 60s; 2h; 24h; 25h; 5parsecs; 1h30m; 0x10s; 3f64; 3u64; N; N + 1;
        limits::N; f64::NAN; None; none; true; '3'; ""; "3"; "2s"; "abc"; "Timeout"; (); (1, 2); [1, 2]; 1..3; Some(3);
        |error| true; async |_, _| (); is_busy; self.retry; Self::busy; Duration::from_secs(2); stop_after_attempt(0);
        stop_after_attempt(7); stop_after_delay(10); wait_fixed(2); wait_exponential(multiplier = 1, max = 10);
        exponential(100ms, 10s); fixed(2s); exp(1s, 2s); exp(2s, 1s); retry_if_exception_type(IOError); Timeout; Timeuot;
        (Timeout, Connect); (Timeout, Timeout); Status(404); Status(503); IOError; E::Busy; 3 4; ?; =; {}"#;

    /// The option that a message advises to write.
    fn suggested(message: &str) -> Option<&str> {
        message.split_once("; write `")?.1.split('`').next()
    }

    #[test]
    fn what_is_suggested_is_accepted() {
        let item: TokenStream = "async fn subject() -> Result<u32, E> { work() }".parse().unwrap();
        for name in NAMES.iter().flat_map(|(_, names)| names.iter()) {
            for value in VALUES.split(';') {
                let message = foreign(name, &value.parse().unwrap()).unwrap();
                let Some(option) = suggested(&message) else {
                    assert!(message.ends_with("remove it") || message.ends_with("remove the attribute"), "{message}");
                    continue;
                };
                let mut attribute = String::from(option);
                if !option.starts_with("retry_") {
                    attribute.push_str(", retry_on = transient");
                }
                if option.starts_with("deadline") {
                    attribute.push_str(", backoff = fixed(1ns)");
                }
                let expanded = crate::retry::pipeline(attribute.parse().unwrap(), item.clone(), false);
                assert!(expanded.is_ok(), "{name} = {value}: {message}");
            }
        }
    }

    #[test]
    fn what_is_meant_is_suggested() {
        for (name, value, option) in [
            ("max_retries", "3", "max_attempts = 4"),
            ("max_retries", "N", "max_attempts = N + 1"),
            ("retries", "200", "max_attempts = 100"),
            ("tries", "\"3\"", "max_attempts = 3"),
            ("stop", "stop_after_attempt(7)", "max_attempts = 7"),
            ("stop", "10", "deadline = 10"),
            ("delay", "0", "backoff = none"),
            ("delay", "\"2s\"", "backoff = fixed(2s)"),
            ("wait", "wait_exponential(multiplier = 1)", "backoff = exp(100ms, 10s)"),
            ("wait", "exp(1s, 2s)", "backoff = exp(1s, 2s)"),
            ("initial_delay", "11s", "backoff = exp(11s, 1m)"),
            ("max_delay", "50ms", "backoff = exp(1ms, 50ms)"),
            ("max_delay", "1ns", "backoff = fixed(1ns)"),
            ("factor", "0.5", "backoff = exp(100ms, 10s, factor = 2)"),
            ("timeout", "25h", "attempt_timeout = 2s"),
            ("on", "IOError", "retry_on = transient"),
            ("on", "|error| true", "retry_if = |error| true"),
        ] {
            let message = foreign(name, &value.parse().unwrap()).unwrap();
            assert_eq!(suggested(&message), Some(option), "{name} = {value}");
        }
        let never = foreign("max_retries", &"0".parse().unwrap()).unwrap();
        assert_eq!(never, "`max_retries = 0` never retries; remove the attribute");
    }
}
