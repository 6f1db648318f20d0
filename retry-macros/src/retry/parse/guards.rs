//! Values of `breaker`, `rate_limit` and `nested`.

use syn::Expr;

use crate::syntax::literal::count;
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::tokens::{Names, shown, ungrouped, word};

/// Reads a breaker or a rate limit: the path of a `static` of type `kind`.
pub(crate) fn path(given: &Given<Expr>, option: &str, kind: &str, arguments: &[String]) -> syn::Result<Given<Expr>> {
    let expr = &given.value;
    if matches!(word(expr).as_deref(), Some("none" | "None")) {
        return Err(syn::Error::new_spanned(expr, format!("there is no `{option}` by default; remove the option")));
    }
    if matches!(ungrouped(expr), Expr::Path(_)) && !expr.names_any(arguments) {
        return Ok(Given { key: given.key, value: expr.clone() });
    }
    let message = format!(
        "`{option}` is the path of a `static {kind}` that calls share, not `{}`; write `{option} = SHOP`, with `static SHOP: {kind} = {};`",
        shown(expr),
        item(expr, kind)
    );
    Err(syn::Error::new_spanned(expr, message))
}

/// Returns the value of the `static`, with the number that the user wrote.
fn item(expr: &Expr, kind: &str) -> String {
    if kind == "Breaker" {
        return "Breaker::new()".into();
    }
    let number = match ungrouped(expr) {
        Expr::Call(call) => call.args.first().and_then(|first| count(first, "", "").ok()),
        Expr::MethodCall(call) => call.args.first().and_then(|first| count(first, "", "").ok()),
        other => count(other, "", "").ok(),
    };
    let per_second = number.and_then(|number| number.literal().copied()).filter(|number| *number > 0).unwrap_or(50);
    format!("RateLimit::per_second({per_second})")
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
