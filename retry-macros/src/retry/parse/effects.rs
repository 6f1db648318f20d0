//! Values of `idempotency_key` and `read_once`.

use syn::Expr;

use crate::retry::model::Key;
use crate::syntax::constancy::is_same_for_all_calls;
use crate::syntax::named_call::named_call;
use crate::syntax::option::Given;
use crate::syntax::tokens::{shown, word};

/// Reads `generate()`, or an expression that differs between calls.
pub(crate) fn key(given: &Given<Expr>, arguments: &[String]) -> syn::Result<Given<Key>> {
    let expr = &given.value;
    let is_argument = arguments.iter().any(|argument| argument == "generate");
    let value = if let Some(call) = named_call(expr).filter(|call| call.name == "generate" && !is_argument) {
        if !call.arguments.is_some_and(syn::punctuated::Punctuated::is_empty) {
            let message = "`generate` is called without arguments; write `idempotency_key = generate()`";
            return Err(syn::Error::new_spanned(expr, message));
        }
        Key::Generated
    } else if is_same_for_all_calls(expr, arguments) {
        let message = format!(
            "`{}` is the same for all calls, so they would count as one; write an expression over the arguments, or `idempotency_key = generate()`",
            shown(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    } else {
        Key::PerCall(expr.clone())
    };
    Ok(Given { key: given.key, value })
}

/// Reads `read_once = allow` or `reject`; returns whether it is `allow`.
pub(crate) fn read_once(given: &Given<Expr>) -> syn::Result<bool> {
    match word(&given.value).as_deref() {
        Some("allow") => Ok(true),
        Some("reject") => Ok(false),
        _ => {
            let message =
                format!("`read_once` is `allow` or `reject`, not `{}`; write `read_once = allow`", shown(&given.value));
            Err(syn::Error::new_spanned(&given.value, message))
        }
    }
}
