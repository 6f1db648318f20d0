//! Numbers of a policy: attempts and durations.

use syn::Expr;
use syn::spanned::Spanned;

use crate::retry::model::{Attempts, TimeLimit};
use crate::retry::parse::backoff::backoff;
use crate::syntax::duration;
use crate::syntax::literal::{Length, count};
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::spelling::nearest;
use crate::syntax::tokens::{Names, shown, ungrouped, word};

/// Reads `max_attempts`.
pub(crate) fn attempts(given: &Given<Expr>) -> syn::Result<Given<Attempts>> {
    let word = word(&given.value);
    if word.as_deref().is_some_and(means_unbounded) {
        let message = format!(
            "`max_attempts` is a number, not `{0}`; write `max_attempts = unbounded` beside a `deadline` or `cancel`",
            shown(&given.value)
        );
        return Err(syn::Error::new_spanned(&given.value, message));
    }
    if word.as_deref() == Some("unbounded") {
        return Ok(Given { key: given.value.span(), value: Attempts::Unbounded });
    }
    let value = count(&given.value, "`max_attempts`", "max_attempts = 3")?;
    Ok(Given { key: given.key, value: Attempts::Count(value) })
}

/// Returns whether a word is another one for `unbounded`, or a slip.
fn means_unbounded(word: &str) -> bool {
    let others = ["None", "none", "infinite", "infinity", "inf", "forever", "unlimited", "endless", "always"];
    let is_slip = word != "unbounded" && word.starts_with(char::is_lowercase);
    others.contains(&word) || is_slip && nearest(word, &["unbounded"]).is_some()
}

/// Reads a constant duration.
pub(crate) fn length(given: &Given<Expr>) -> syn::Result<Given<Length>> {
    Ok(Given { key: given.key, value: duration::duration(&given.value)? })
}

/// Reads `deadline` or `attempt_timeout`.
///
/// The value is a constant duration, or an expression that names an argument.
pub(crate) fn time_limit(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<TimeLimit>> {
    let value = if given.value.names_any(arguments) {
        duration::without_units(&given.value)?;
        TimeLimit::PerCall(given.value.clone())
    } else {
        TimeLimit::Constant(duration::duration(&given.value)?)
    };
    Ok(Given { key: given.key, value })
}

/// Names of timeouts that differ by the number of the attempt.
const BY_NUMBER: &[&str] = &["exp", "linear", "fibonacci", "custom"];

/// Reads `attempt_timeout`.
///
/// It is a [`time_limit`], or timeouts by the number of the attempt.
pub(crate) fn attempt_timeout(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<TimeLimit>> {
    if let Expr::Closure(closure) = ungrouped(&given.value) {
        let message = format!(
            "a function of the attempt's number is written as `custom(..)`; write `attempt_timeout = custom({})`",
            shown(closure)
        );
        return Err(syn::Error::new_spanned(closure, message));
    }
    if !is_by_number(&given.value) {
        return time_limit(given, arguments);
    }
    let value = TimeLimit::ByNumber(Box::new(backoff(&given.value, "attempt_timeout")?), given.value.span());
    Ok(Given { key: given.key, value })
}

/// Returns whether the value has the form of timeouts by number.
pub(crate) fn is_by_number(value: &Expr) -> bool {
    named_call(value).is_some_and(|call| call.arguments.is_some() && BY_NUMBER.contains(&call.name.as_str()))
}
