//! Prints the calls of hooks: `on_retry` between attempts, `fallback` at the end.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Path, ReturnType, Stmt};

use crate::emit::tokens::here;
use crate::retry::fallback_spec::{Hook, HookKind};
use crate::syntax::tokens::ungrouped;

/// Prints the call of `on_retry`.
///
/// The hook receives the error, or the whole result if `is_whole`.
///
/// ```text
/// on_retry = |attempt, error| log(error)      ->  decision.on_retry(|attempt, error| log(error))
/// on_retry = renew                            ->  decision.on_retry_async_fn(renew).await
/// ```
pub(super) fn on_retry(hook: &Hook, is_whole: bool) -> TokenStream {
    let hook = &Hook { expr: returning(&hook.expr), kind: hook.kind };
    let (on_retry, expr, wait) = parts(if is_whole { "on_retry_outcome" } else { "on_retry" }, hook);
    quote_spanned!(here().located_at(hook.expr.span())=> decision.#on_retry(#expr) #wait)
}

/// Prints the call of `fallback`.
///
/// It receives the error, or the whole result if `is_whole`.
///
/// ```text
/// fallback = |error| cached(error)            ->  call.fallback(outcome, |_, error| cached(error))
/// fallback = cached                           ->  call.fallback_async_fn(outcome, &call.ended(), cached).await
/// ```
pub(super) fn fallback(hook: &Hook, is_whole: bool) -> TokenStream {
    let (fallback, expr, wait) = parts(if is_whole { "fallback_outcome" } else { "fallback" }, hook);
    let place = fallback.span();
    let ended = matches!(hook.kind, HookKind::AsyncFn).then(|| quote_spanned!(place=> &call.ended(),));
    quote_spanned!(place=> call.#fallback(outcome, #ended #expr) #wait)
}

/// Adds `-> ()` to a closure that never returns.
///
/// Since edition 2024 its type would be `!`, for which nothing is implemented.
fn returning(expr: &Expr) -> Expr {
    let mut expr = expr.clone();
    if let Expr::Closure(closure) = &mut expr {
        if matches!(closure.output, ReturnType::Default) && never_returns(&closure.body) {
            let body = &closure.body;
            *closure.body = syn::parse_quote_spanned!(body.span()=> { #body });
            closure.output = syn::parse_quote!(-> ());
        }
    }
    expr
}

fn never_returns(expr: &Expr) -> bool {
    let is_last = |path: &Path, names: &[&str]| {
        path.segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name))
    };
    let panics = |path: &Path| is_last(path, &["todo", "unimplemented", "panic", "unreachable"]);
    match ungrouped(expr) {
        Expr::Macro(call) => panics(&call.mac.path),
        Expr::Call(call) => {
            matches!(ungrouped(&call.func), Expr::Path(path) if is_last(&path.path, &["exit", "abort", "resume_unwind"]))
        }
        Expr::Block(block) => match block.block.stmts.last() {
            Some(Stmt::Expr(last, _)) => never_returns(last),
            Some(Stmt::Macro(call)) => panics(&call.mac.path),
            _ => false,
        },
        _ => false,
    }
}

/// Returns the method that calls a hook, the hook itself, and `.await`.
fn parts(name: &str, hook: &Hook) -> (Ident, TokenStream, Option<TokenStream>) {
    let path = &hook.expr;
    let (suffix, expr) = match hook.kind {
        HookKind::Blocking => ("", with_attempt(path)),
        HookKind::Async => ("_async", with_attempt(path)),
        HookKind::AsyncFn => ("_async_fn", path.to_token_stream()),
        HookKind::Argument => {
            let place = here().located_at(path.span());
            ("_async", quote_spanned!(place=> async |attempt, error| #path(attempt, error).await))
        }
    };
    // The method and its `.await` have one place, so that a function that is not async is reported once.
    let place = if let HookKind::AsyncFn = hook.kind { here().located_at(path.span()) } else { here() };
    let wait = (!matches!(hook.kind, HookKind::Blocking)).then(|| quote_spanned!(place=> .await));
    (Ident::new(&format!("{name}{suffix}"), place), expr, wait)
}

/// Adds the attempt as an argument to a closure that takes the error only.
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
