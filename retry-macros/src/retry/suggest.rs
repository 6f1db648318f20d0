//! Options of other libraries, and how they are written here: the first of the likely ways that the attribute itself
//! accepts.

use std::time::Duration;

use proc_macro2::TokenStream;
use syn::{Expr, ExprCall, ExprLit, Lit};

use crate::diagnostics::Diagnostics;
use crate::retry::parse;
use crate::retry::validate;
use crate::retry::validate::callables;
use crate::retry::validate::rules;
use crate::syntax::literal::{self, Value, shown, ungrouped, word};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Attempts,
    Retries,
    Wait,
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
    Limit,
}

/// What others call each.
const NAMES: &[(Kind, &[&str])] = &[
    (Kind::Attempts, &["tries", "attempts", "max_tries", "stop_after_attempt", "stop_max_attempt_number"]),
    (Kind::Retries, &["max_retries", "retries", "times", "max_times", "max_retry", "num_retries", "retry_count"]),
    (Kind::Wait, &["delay", "wait", "interval", "sleep", "wait_fixed", "fixed", "wait_duration"]),
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
    (Kind::Limit, &["rate_limit", "rate_limiter", "ratelimit", "throttle", "quota", "rps"]),
    (Kind::Hook, &["notify", "before_sleep", "after", "on_error", "on_backoff"]),
];

fn kind(name: &str) -> Option<Kind> {
    NAMES.iter().find(|(_, names)| names.contains(&name)).map(|(kind, _)| *kind)
}

/// What is said of an option of another library; `value` is what was written after `=`.
pub(crate) fn words(name: &str, value: &TokenStream) -> Option<String> {
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
            let waits = matches!(kind, Kind::Wait | Kind::Base | Kind::Cap);
            let ways = if is_zero && waits { vec!["backoff = none".into()] } else { ways(kind, &text) };
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

/// The value, or what its words mean: `stop = stop_after_attempt(3)`, `delay = "2s"`.
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
    literal::count(value, "", "").ok()?.known().copied()
}

fn is_zero(value: &Expr) -> bool {
    matches!(literal::duration(value), Ok(Value::Known { value: Duration::ZERO, .. }))
}

/// Retries, counted with the first attempt.
fn retries(kind: Kind, number: Option<u32>) -> Option<String> {
    let most = |attempts: u32| format!("max_attempts = {}", attempts.min(100));
    match kind {
        Kind::Attempts => number.map(most),
        Kind::Retries => number.map(|retries| most(retries.saturating_add(1))),
        _ => None,
    }
}

/// The likely ways to write it, the last of them with a value of ours.
fn ways(kind: Kind, text: &str) -> Vec<String> {
    let all: &[&str] = match kind {
        Kind::Attempts => &["max_attempts = $", "max_attempts = 3"],
        Kind::Retries => &["max_attempts = $ + 1", "max_attempts = 3"],
        Kind::Wait => &["backoff = $", "backoff = fixed($)", "backoff = fixed(1s)"],
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
        Kind::Limit => &["limit = $", "limit = SHOP"],
    };
    all.iter().filter(|way| !text.is_empty() || !way.contains('$')).map(|way| way.replace('$', text)).collect()
}

/// Whether the attribute takes this option, and what it calls may be there.
fn is_accepted(option: &str) -> bool {
    let Ok(tokens) = option.parse() else { return false };
    let mut diagnostics = Diagnostics::new();
    let mut options = parse::parse(tokens, &mut diagnostics);
    let asked = [&options.retry_if, &options.on_retry].into_iter().flatten();
    let is_callable = asked.map(|given| ungrouped(&given.value)).all(is_callable);
    let (arguments, generics) = (["self".into()], ["Self".into()]);
    callables::check(&options, false, &mut diagnostics);
    rules::constants(&options, &arguments, &generics, &mut diagnostics);
    drop(validate::limits(&options, &arguments, &mut diagnostics));
    drop(validate::shared(&mut options, &arguments, &generics, &mut diagnostics));
    let list = options.retry_on.map(|given| given.value.tell_apart("retry_on", &mut diagnostics));
    let is_named = list.is_none_or(|list| !list.classes.is_empty() && list.patterns.is_empty() && list.none.is_none());
    diagnostics.verdict().is_ok() && is_callable && is_named
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

    /// The option that the words say to write.
    fn suggested(words: &str) -> Option<&str> {
        words.split_once("; write `")?.1.split('`').next()
    }

    #[test]
    fn what_is_suggested_is_accepted() {
        let item: TokenStream = "async fn subject() -> Result<u32, E> { work() }".parse().unwrap();
        for name in NAMES.iter().flat_map(|(_, names)| names.iter()) {
            for value in VALUES.split(';') {
                let words = words(name, &value.parse().unwrap()).unwrap();
                let Some(option) = suggested(&words) else {
                    assert!(words.ends_with("remove it") || words.ends_with("remove the attribute"), "{words}");
                    continue;
                };
                let mut attribute = String::from(option);
                if !option.starts_with("retry_") {
                    attribute.push_str(", retry_on = transient");
                }
                if option.starts_with("deadline") {
                    attribute.push_str(", backoff = fixed(1ns)");
                }
                let expanded = crate::retry::attempt(attribute.parse().unwrap(), item.clone(), false);
                assert!(expanded.is_ok(), "{name} = {value}: {words}");
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
            let words = words(name, &value.parse().unwrap()).unwrap();
            assert_eq!(suggested(&words), Some(option), "{name} = {value}");
        }
        let never = words("max_retries", &"0".parse().unwrap()).unwrap();
        assert_eq!(never, "`max_retries = 0` never retries; remove the attribute");
    }
}
