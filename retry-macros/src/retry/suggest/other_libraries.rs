//! Messages for options of other libraries.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, ExprCall, ExprClosure, ExprLit, Lit, Path};

use crate::retry::parse::UnknownOption;
use crate::retry::suggest::accepted::is_accepted;
use crate::retry::suggest::hedges;
use crate::retry::suggest::names::{self, Kind, kind_and_unit};
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, count};
use crate::syntax::tokens::{shown, ungrouped, word};
use crate::syntax::translation;

/// Message for an option of another library; `value` are the tokens behind `=`.
pub(super) fn foreign(name: &str, value: &TokenStream, is_blocking: bool) -> Option<String> {
    let (kind, unit) = kind_and_unit(name)?;
    let value = syn::parse2(value.clone()).ok();
    if kind == Kind::Breaker && value.as_ref().is_some_and(is_text) {
        return Some(format!(
            "unknown option `{name}`; write `breaker = SHOP`, with `static SHOP: Breaker = Breaker::new();`"
        ));
    }
    let (mut kind, value) = meant(kind, value);
    if is_blocking && kind == Kind::AttemptTimeout {
        kind = Kind::Deadline;
    }
    let number = value.as_ref().and_then(number);
    let is_zero = value.as_ref().is_some_and(is_zero);
    let text = value.as_ref().map(|value| text(kind, unit, value)).unwrap_or_default();
    Some(match kind {
        Kind::Attempts if matches!(number, Some(0 | 1)) => never_retries(name, &text),
        Kind::Retries if number == Some(0) => never_retries(name, &text),
        Kind::AttemptTimeout | Kind::Deadline if is_zero => {
            format!("`{name} = {text}` leaves no time at all; remove it")
        }
        Kind::Default => format!("`{name}` is what happens anyway: a caller gets the last error; remove it"),
        Kind::Log => {
            format!("`{name}` is not an option; remove it, and enable the feature `tracing`, which logs each retry")
        }
        Kind::Hedge if is_blocking => {
            format!("`{name}` is for async functions, and a blocking function cannot be hedged; remove it")
        }
        Kind::Hedge => hedges::unknown(name, unit, value.as_ref()),
        Kind::RateLimit if !is_accepted(&format!("rate_limit = {text}")) => limited(name, number),
        _ => {
            let is_delay = matches!(kind, Kind::Delay | Kind::Base | Kind::Cap);
            let ways = if is_zero && is_delay { vec!["backoff = none".into()] } else { ways(kind, &text) };
            let translated = value
                .as_ref()
                .filter(|value| kind.is_time() && translation::time(value).is_none())
                .and_then(translation::options);
            let ways = retries(kind, number).into_iter().chain(translated).chain(ways);
            let ours = ways.into_iter().find(|way| is_accepted(way))?;
            format!("unknown option `{name}`; write `{ours}`")
        }
    })
}

/// Options of another library that are parts of one backoff.
pub(super) struct Delays {
    pub(super) first: Ident,
    pub(super) others: Vec<Ident>,
    /// The option of ours for all of them.
    pub(super) backoff: String,
}

/// Returns the backoff of several options.
///
/// An example is `min_delay = 100ms, max_delay = 5s, factor = 3`.
///
/// `None` if there are not two that fit together.
pub(super) fn delays(unknown: &[UnknownOption]) -> Option<Delays> {
    let (mut names, mut parts) = (Vec::new(), [None, None, None]);
    for UnknownOption { name, value } in unknown {
        let Some((kind, unit)) = kind_and_unit(&name.to_string()) else { continue };
        let place = match kind {
            Kind::Base | Kind::Delay => 0,
            Kind::Cap => 1,
            Kind::Factor => 2,
            _ => continue,
        };
        let value = syn::parse2(value.clone()).ok()?;
        if parts[place].replace(text(kind, unit, &value)).is_some() {
            return None;
        }
        names.push(name.clone());
    }
    let [base, cap, factor] = parts;
    let base = base.unwrap_or_else(|| "100ms".into());
    let factor = factor.map(|factor| format!(", factor = {factor}")).unwrap_or_default();
    let caps = cap.map_or_else(|| ["10s", "1m", "1h", "24h"].map(Into::into).to_vec(), |cap| vec![cap]);
    let ways = caps.into_iter().map(|cap| format!("backoff = exp({base}, {cap}{factor})"));
    let backoff = ways.into_iter().find(|way| is_accepted(way))?;
    let mut names = names.into_iter();
    let first = names.next()?;
    let others: Vec<_> = names.collect();
    (!others.is_empty()).then_some(Delays { first, others, backoff })
}

/// Formats the value for a proposal, with the unit of the option's name.
fn text(kind: Kind, unit: Option<&str>, value: &Expr) -> String {
    let is_number = matches!(ungrouped(value), Expr::Lit(ExprLit { lit: Lit::Int(_) | Lit::Float(_), .. }));
    match unit {
        Some(unit) if is_number => format!("{}{unit}", shown(value)),
        // Libraries with such an option count it in seconds.
        _ if kind == Kind::Deadline => translation::seconds(value).unwrap_or_else(|| shown(value)),
        _ if kind.is_time() => translation::time(value).unwrap_or_else(|| shown(value)),
        _ => shown(value),
    }
}

/// Message for a rate limit, with the number of attempts per second.
fn limited(name: &str, number: Option<u32>) -> String {
    let per_second = number.filter(|number| *number > 0).unwrap_or(50);
    format!(
        "unknown option `{name}`; write `rate_limit = SHOP`, with `static SHOP: RateLimit = RateLimit::per_second({per_second});`"
    )
}

fn never_retries(name: &str, text: &str) -> String {
    format!("`{name} = {text}` never retries; remove the attribute")
}

/// Returns the value in the notation of another library.
///
/// Examples are `stop = stop_after_attempt(3)` and `delay = "2s"`.
fn meant(kind: Kind, value: Option<Expr>) -> (Kind, Option<Expr>) {
    let Some(value) = value else { return (kind, None) };
    if kind == Kind::Classes {
        return retried(value);
    }
    match ungrouped(&value) {
        Expr::Path(path) if is_foreign_name(kind, &path.path) => (kind, None),
        Expr::Closure(hook) if kind == Kind::Hook && !begins_with_attempt(hook) => (kind, None),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => (kind, text.parse().ok()),
        // A duration, as in `Duration::from_secs(2)`, is a value, and so is a strategy.
        Expr::Call(_) if kind.is_time() => (kind, Some(value)),
        Expr::Call(ExprCall { func, args, .. }) => match word(func).and_then(|name| names::kind(&name)) {
            Some(inner) => meant(inner, args.first().cloned()),
            // A function that makes the hook: ours are closures.
            None if kind == Kind::Hook => (kind, None),
            None => (kind, Some(value)),
        },
        _ => (kind, Some(value)),
    }
}

/// Returns whether a path means nothing here.
///
/// Examples are `stop_never`, and a type of errors, which is not a pattern.
fn is_foreign_name(kind: Kind, path: &Path) -> bool {
    let Some(last) = path.segments.last().map(|segment| segment.ident.to_string()) else { return false };
    match kind {
        Kind::Deadline => last.starts_with("stop_"),
        Kind::Except => last.ends_with("Error") || last.ends_with("Exception"),
        _ => false,
    }
}

/// Returns whether a hook may have our order, the attempt before the error.
///
/// Others pass the error first.
fn begins_with_attempt(hook: &ExprClosure) -> bool {
    let first = hook.inputs.first().map(shown);
    hook.inputs.len() != 2 || first.is_some_and(|name| name.starts_with('_') || name.contains("attempt"))
}

fn is_text(value: &Expr) -> bool {
    matches!(ungrouped(value), Expr::Lit(ExprLit { lit: Lit::Str(_), .. }))
}

/// Returns the value of tenacity's `retry`: `retry_if_result(is_none)`.
fn retried(value: Expr) -> (Kind, Option<Expr>) {
    let Expr::Call(ExprCall { func, args, .. }) = ungrouped(&value) else { return (Kind::Classes, Some(value)) };
    let first = args.first().cloned();
    match word(func).as_deref() {
        Some("retry_if_exception") => (Kind::Predicate, first),
        Some("retry_if_result") => (Kind::RetryOk, first),
        Some("retry_if_not_exception_type") => (Kind::Except, first),
        Some(name) if name.starts_with("retry_") => (Kind::Classes, None),
        _ => (Kind::Classes, Some(value)),
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
        Kind::Strategy => &["backoff = $", "backoff = exp(100ms, 10s)"],
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
        Kind::Jitter => &["jitter = proportional($)", "jitter = full"],
        Kind::AttemptTimeout => &["attempt_timeout = $", "attempt_timeout = 2s"],
        Kind::Deadline => &["deadline = $", "deadline = 30s"],
        Kind::Predicate => &["retry_if = $", "retry_if = |error| .."],
        Kind::Classes => &["retry_on = $", "retry_if = $", "retry_on = transient"],
        Kind::Except => &["except = $", "except = error($)", "except = Conflict"],
        Kind::RetryOk => &["retry_ok = $", "retry_ok = |value| .."],
        Kind::Hook => &["on_retry = $", "on_retry = |attempt, error| .."],
        Kind::Budget => &["budget = $", "budget = credit($)", "budget = ratio($, 10s)", "budget = credit"],
        Kind::Breaker => &["breaker = $", "breaker = SHOP"],
        Kind::RateLimit => &["rate_limit = $"],
        Kind::Concurrency => &["concurrency = $", "concurrency = 20"],
        Kind::Hedge | Kind::Default | Kind::Log => &[],
    };
    all.iter().filter(|way| !text.is_empty() || !way.contains('$')).map(|way| way.replace('$', text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::suggest::names::NAMES;

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
                let message = foreign(name, &value.parse().unwrap(), false).unwrap();
                let Some(option) = suggested(&message) else {
                    assert!(message.contains("; remove it") || message.ends_with("remove the attribute"), "{message}");
                    continue;
                };
                // It excludes what nothing else in this attribute would retry.
                if option == "except = Status(404)" {
                    continue;
                }
                let mut attribute = String::from(option);
                if !option.starts_with("retry_") || option.starts_with("retry_ok = |value| ..") {
                    attribute.push_str(", retry_on = transient");
                }
                if option.starts_with("deadline") {
                    attribute.push_str(", backoff = fixed(1ns)");
                }
                let expanded = crate::retry::pipeline(
                    attribute.parse().unwrap(),
                    item.clone(),
                    crate::retry::Registration::default(),
                );
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
            ("stop", "10", "deadline = 10s"),
            ("delay", "0", "backoff = none"),
            ("delay", "\"2s\"", "backoff = fixed(2s)"),
            ("wait", "wait_exponential(multiplier = 1)", "backoff = exp(1s, 10s)"),
            ("wait", "exp(1s, 2s)", "backoff = exp(1s, 2s)"),
            ("initial_delay", "11s", "backoff = exp(11s, 1m)"),
            ("max_delay", "50ms", "backoff = exp(1ms, 50ms)"),
            ("max_delay", "1ns", "backoff = fixed(1ns)"),
            ("factor", "0.5", "backoff = exp(100ms, 10s, factor = 2)"),
            ("timeout", "25h", "attempt_timeout = 2s"),
            ("delay", "100", "backoff = fixed(100ms)"),
            ("delay_ms", "100", "backoff = fixed(100ms)"),
            ("backoff_seconds", "2", "backoff = fixed(2s)"),
            ("with_min_delay", "100ms", "backoff = exp(100ms, 10s)"),
            ("with_max_times", "5", "max_attempts = 6"),
            ("MaxRetryAttempts", "4", "max_attempts = 5"),
            ("Delay", "TimeSpan.FromSeconds(2)", "backoff = fixed(2s)"),
            ("BackoffType", "DelayBackoffType.Exponential", "backoff = exp(100ms, 10s)"),
            ("UseJitter", "true", "jitter = full"),
            ("randomized_wait_factor", "0.5", "jitter = proportional(0.5)"),
            ("wait", "wait_exponential(multiplier = 1, min = 4, max = 10)", "backoff = exp(4s, 10s)"),
            ("stop", "stop_after_attempt(5) | stop_after_delay(10)", "max_attempts = 5, deadline = 10s"),
            (
                "strategy",
                "ExponentialBackoff::from_millis(10).take(3)",
                "backoff = exp(10ms, 10s, factor = 10), max_attempts = 4",
            ),
            ("wait_duration", "500", "backoff = fixed(500ms)"),
            ("timeout_ms", "500", "attempt_timeout = 500ms"),
            ("deadline_secs", "30", "deadline = 30s"),
            ("retry", "retry_if_exception_type(IOError)", "retry_on = transient"),
            ("retry", "retry_if_result(is_none)", "retry_ok = is_none"),
            ("retry", "retry_if_exception(is_busy)", "retry_if = is_busy"),
            ("before_sleep", "before_sleep_log(logger, logging.DEBUG)", "on_retry = |attempt, error| .."),
            ("ignore_exceptions", "NotFound", "except = error(NotFound)"),
            ("ignore_exceptions", "io::Error", "except = Conflict"),
            ("stop", "stop_never", "deadline = 30s"),
            ("max_elapsed_time", "300", "deadline = 300s"),
            ("circuit_breaker", "\"backend\"", "breaker = SHOP"),
            ("notify", "|e, d| print(e, d)", "on_retry = |attempt, error| .."),
            ("notify", "|_, error| print(error)", "on_retry = |_, error| print(error)"),
            ("rps", "20", "rate_limit = SHOP"),
        ] {
            let message = foreign(name, &value.parse().unwrap(), false).unwrap();
            assert_eq!(suggested(&message), Some(option), "{name} = {value}");
        }
        let never = foreign("max_retries", &"0".parse().unwrap(), false).unwrap();
        let blocking = foreign("timeout", &"2s".parse().unwrap(), true).unwrap();
        assert_eq!(blocking, "unknown option `timeout`; write `deadline = 2s`");
        assert_eq!(never, "`max_retries = 0` never retries; remove the attribute");
    }

    #[test]
    fn a_hedge_of_another_name_keeps_its_value() {
        for (name, value, option) in [
            ("hedge_after", "100ms", "hedge = after(100ms)"),
            ("hedge_delay", "0.5", "hedge = after(0.5)"),
            ("hedge_delay_ms", "95", "hedge = after(95ms)"),
            ("hedge_delay", "95", "hedge = after(95ms)"),
            ("hedge_after", "p95", "hedge = p95"),
            ("hedge_after", "\"100ms\"", "hedge = after(100ms)"),
            ("hedge_after", "N", "hedge = after(N)"),
            ("hedge_percentile", "95", "hedge = p95"),
            ("hedge_percentile", "0.99", "hedge = p99"),
            ("hedge_percentile", "99.9", "hedge = p99"),
            ("hedging", "true", "hedge = p95"),
            ("on", "IOError", "retry_on = transient"),
            ("on", "|error| true", "retry_if = |error| true"),
        ] {
            let message = foreign(name, &value.parse().unwrap(), false).unwrap();
            assert_eq!(suggested(&message), Some(option), "{name} = {value}");
        }
        let hedged = foreign("hedge_after", &"100ms".parse().unwrap(), true).unwrap();
        assert_eq!(hedged, "`hedge_after` is for async functions, and a blocking function cannot be hedged; remove it");
    }
}
