//! Values of `breaker`, `rate_limit`, `pace` and `nested`.

use syn::Expr;

use crate::retry::parse::shared;
use crate::retry::shared_spec::SharedSpec;
use crate::syntax::literal::count;
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::tokens::{shown, ungrouped, word};

/// Reads a breaker: the path of a `static`, or an expression.
pub(crate) fn breaker(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<SharedSpec>> {
    let expr = &given.value;
    none_by_default(expr, "breaker")?;
    if shared::cannot_be_shared(expr) || shared::creates(expr, &["Breaker", "BreakerBuilder"]) {
        let message = format!(
            "`breaker` is a circuit breaker that calls share, not `{}`; write `breaker = SHOP`, with `static SHOP: Breaker = Breaker::new();`",
            shown(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    Ok(Given { key: given.key, value: shared::spec(expr, arguments)? })
}

/// Rejects `none`.
pub(super) fn none_by_default(expr: &Expr, option: &str) -> syn::Result<()> {
    if matches!(word(expr).as_deref(), Some("none" | "None")) {
        return Err(syn::Error::new_spanned(expr, format!("there is no `{option}` by default; remove the option")));
    }
    Ok(())
}

/// Reads a rate limit: the path of a `static`, or an expression.
pub(crate) fn rate_limit(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<SharedSpec>> {
    let expr = &given.value;
    none_by_default(expr, "rate_limit")?;
    if shared::cannot_be_shared(expr) || shared::creates(expr, &["RateLimit"]) || is_rate(expr) {
        let message = format!(
            "`rate_limit` is a limit that calls share, not `{}`; write `rate_limit = SHOP`, with `static SHOP: RateLimit = {};`",
            shown(expr),
            item(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    Ok(Given { key: given.key, value: shared::spec(expr, arguments)? })
}

/// Reads a pace: the path of a `static`, or an expression.
pub(crate) fn pace(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<SharedSpec>> {
    let expr = &given.value;
    none_by_default(expr, "pace")?;
    if shared::cannot_be_shared(expr) || shared::creates(expr, &["Pace"]) {
        let message = format!(
            "`pace` is a cooldown that callers of a service share, not `{}`; write `pace = SHOP`, with `static SHOP: Pace = Pace::new();`",
            shown(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    Ok(Given { key: given.key, value: shared::spec(expr, arguments)? })
}

/// Returns whether an expression is a rate without its type, as `per_second(50)`.
fn is_rate(expr: &Expr) -> bool {
    named_call(expr).is_some_and(|call| call.arguments.is_some() && call.name.starts_with("per"))
}

/// Returns the value of the `static`, with the number that the user wrote.
fn item(expr: &Expr) -> String {
    let number = match ungrouped(expr) {
        Expr::Call(call) => call.args.first().and_then(|first| count(first, "", "").ok()),
        Expr::MethodCall(call) => call.args.first().and_then(|first| count(first, "", "").ok()),
        other => count(other, "", "").ok(),
    };
    let attempts = number.and_then(|number| number.literal().copied()).filter(|number| *number > 0).unwrap_or(50);
    let constructor = if shown(expr).contains("per_minute") { "per_minute" } else { "per_second" };
    format!("RateLimit::{constructor}({attempts})")
}

/// Reads `nested = stop` or `nested = retry`; returns whether it is `retry`.
pub(crate) fn nested(given: &Given<Expr>) -> syn::Result<bool> {
    let named = named_call(&given.value).filter(|named| named.arguments.is_none());
    match named.map(|named| named.name).as_deref() {
        Some("retry") => Ok(true),
        Some("stop") => Ok(false),
        _ => {
            let message =
                format!("`nested` is `stop` or `retry`, not `{}`; write `nested = retry`", shown(&given.value));
            Err(syn::Error::new_spanned(&given.value, message))
        }
    }
}
