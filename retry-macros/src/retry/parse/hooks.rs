//! Values of `on_retry` and `fallback`.

use syn::Expr;

use crate::retry::fallback_spec::{Hook, HookKind};
use crate::syntax::function::Scope;
use crate::syntax::tokens::{Names, ungrouped};

/// Reads a hook.
///
/// On an async function a path names an async function, and a closure is async if it says `async`.
pub(crate) fn hook(expr: Expr, scope: &Scope) -> syn::Result<Hook> {
    let is_async = match ungrouped(&expr) {
        Expr::Closure(closure) => closure.asyncness.is_some(),
        _ => !scope.is_blocking,
    };
    if scope.is_blocking && is_async {
        let message = "a blocking function cannot await a hook; write a closure without `async`";
        return Err(syn::Error::new_spanned(expr, message));
    }
    let kind = match ungrouped(&expr) {
        _ if !is_async => HookKind::Blocking,
        Expr::Path(_) if expr.names_any(&scope.arguments) => HookKind::Argument,
        Expr::Path(_) => HookKind::AsyncFn,
        _ => HookKind::Async,
    };
    Ok(Hook { expr, kind })
}
