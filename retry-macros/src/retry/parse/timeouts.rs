//! Value of `attempt_timeout`: a duration, or timeouts by number.

use std::time::Duration;

use syn::Expr;
use syn::spanned::Spanned;

use crate::retry::model::TimeLimit;
use crate::retry::parse::backoff::backoff;
use crate::retry::parse::limits::time_limit;
use crate::syntax::duration::duration;
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::tokens::{shown, ungrouped, word};
use crate::syntax::translation;

/// Names of timeouts that differ by the number of the attempt.
const BY_NUMBER: &[&str] = &["exp", "linear", "fibonacci", "custom"];

/// Words that are not values, beside the names above.
const WORDS: &[&str] =
    &["backoff", "throttled_backoff", "exponential", "expo", "fixed", "growing", "increasing", "deadline", "jitter"];

/// Reads `attempt_timeout`.
///
/// It is a [`time_limit`], or timeouts by the number of the attempt.
pub(crate) fn attempt_timeout(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<TimeLimit>> {
    let expr = ungrouped(&given.value);
    if let Expr::Closure(closure) = expr {
        let message = format!(
            "a function of the attempt's number is written as `custom(..)`; write `attempt_timeout = custom({})`",
            shown(closure)
        );
        return Err(syn::Error::new_spanned(closure, message));
    }
    if is_by_number(expr) {
        let value = TimeLimit::ByNumber(Box::new(backoff(expr, "attempt_timeout")?), expr.span());
        return Ok(Given { key: given.key, value });
    }
    match misread(expr, arguments) {
        Some(message) => Err(syn::Error::new_spanned(expr, message)),
        None => time_limit(given, arguments),
    }
}

/// Returns whether the value has the form of timeouts by number.
pub(crate) fn is_by_number(value: &Expr) -> bool {
    named_call(value).is_some_and(|call| call.arguments.is_some() && BY_NUMBER.contains(&call.name.as_str()))
}

/// Message for a value that is neither a duration nor timeouts by number.
fn misread(expr: &Expr, arguments: &[String]) -> Option<String> {
    let text = shown(expr);
    if let Some(word) = word(expr) {
        if word == "none" || word == "None" {
            return Some("there is no `attempt_timeout` by default; remove the option".into());
        }
        let is_known = WORDS.contains(&word.as_str()) || BY_NUMBER.contains(&word.as_str());
        return (is_known && !arguments.contains(&word)).then(|| {
            format!(
                "`{word}` is not a timeout; write `attempt_timeout = 2s`, or `attempt_timeout = exp(1s, 8s)` for timeouts by the number of the attempt"
            )
        });
    }
    let call = named_call(expr).filter(|call| !arguments.contains(&call.name));
    if let Some(one) = call.as_ref().filter(|call| call.name == "fixed").and_then(|call| call.plain().first().copied())
    {
        let time = translation::time(one).unwrap_or_else(|| shown(one));
        return Some(format!("`{text}` is the same timeout for each attempt; write `attempt_timeout = {time}`"));
    }
    let plain = match (expr, &call) {
        (Expr::Range(range), _) => range.start.as_deref().into_iter().chain(range.end.as_deref()).collect(),
        (Expr::Tuple(tuple), _) => tuple.elems.iter().collect(),
        (Expr::Array(array), _) => array.elems.iter().collect(),
        (_, Some(call)) => call.plain(),
        _ => return None,
    };
    let times: Option<Vec<_>> = plain.into_iter().map(literal).collect();
    let times = times.filter(|times| times.len() > 1)?;
    let ((low, first), (high, last)) = (times.first()?, times.last()?);
    let is_right = !low.is_zero() && low < high;
    let exp = if is_right { format!("exp({first}, {last})") } else { "exp(1s, 8s)".into() };
    Some(format!(
        "`{text}` is not a timeout; write `attempt_timeout = {exp}` for timeouts by the number of the attempt"
    ))
}

/// Returns a literal duration, and its text.
fn literal(expr: &Expr) -> Option<(Duration, String)> {
    let length = duration(expr).ok()?;
    length.literal().map(|value| (*value, length.text()))
}
