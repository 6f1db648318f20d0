//! How hooks are called: what runs between attempts, and what answers at the end.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::emit::here;
use crate::retry::validate::{Hook, Told};
use crate::syntax::literal::ungrouped;

/// Calls `on_retry`, which is shown the error, or the whole outcome.
pub(crate) fn told(hook: &Hook, whole: bool) -> TokenStream {
    let (on_retry, expr, wait) = called(if whole { "on_retry_outcome" } else { "on_retry" }, hook);
    quote_spanned!(here().located_at(hook.expr.span())=> decision.#on_retry(#expr) #wait)
}

/// Calls `fallback`.
pub(crate) fn answered(hook: &Hook) -> TokenStream {
    let (fallback, expr, wait) = called("fallback", hook);
    let place = fallback.span();
    let ended = matches!(hook.how, Told::AsyncFn).then(|| quote_spanned!(place=> &call.ended(),));
    quote_spanned!(place=> call.#fallback(outcome, #ended #expr) #wait)
}

/// The method that calls a hook, what it is given, and whether it is awaited.
fn called(name: &str, hook: &Hook) -> (Ident, TokenStream, Option<TokenStream>) {
    let path = &hook.expr;
    let (suffix, expr) = match hook.how {
        Told::Blocking => ("", with_attempt(path)),
        Told::Async => ("_async", with_attempt(path)),
        Told::AsyncFn => ("_async_fn", path.to_token_stream()),
        Told::Argument => {
            let place = here().located_at(path.span());
            ("_async", quote_spanned!(place=> async |attempt, error| #path(attempt, error).await))
        }
    };
    // What is called stands with what is awaited of it, so that a function that is not async is told once.
    let place = if let Told::AsyncFn = hook.how { here().located_at(path.span()) } else { here() };
    let wait = (!matches!(hook.how, Told::Blocking)).then(|| quote_spanned!(place=> .await));
    (Ident::new(&format!("{name}{suffix}"), place), expr, wait)
}

/// A closure on the error alone, as one that is given the attempt too.
fn with_attempt(expr: &Expr) -> TokenStream {
    match ungrouped(expr) {
        Expr::Closure(closure) if closure.inputs.len() == 1 => {
            let mut closure = closure.clone();
            closure.inputs.insert(0, syn::parse_quote!(_));
            closure.into_token_stream()
        }
        other => other.to_token_stream(),
    }
}
