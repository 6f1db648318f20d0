//! Numbers of a policy: attempts and durations.

use syn::Expr;
use syn::spanned::Spanned;

use crate::retry::model::{Attempts, TimeLimit};
use crate::syntax::duration;
use crate::syntax::literal::{Length, count};
use crate::syntax::option::Given;
use crate::syntax::spelling::nearest;
use crate::syntax::tokens::{Names, shown, word};

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
    if matches!(word(&given.value).as_deref(), Some("none" | "None")) {
        return Err(syn::Error::new_spanned(&given.value, "there is no `deadline` by default; remove the option"));
    }
    let value = if given.value.names_any(arguments) {
        duration::without_units(&given.value)?;
        TimeLimit::PerCall(given.value.clone())
    } else {
        TimeLimit::Constant(duration::duration(&given.value)?)
    };
    Ok(Given { key: given.key, value })
}
