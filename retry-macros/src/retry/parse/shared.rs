//! Value that calls share: the path of a `static`, or an expression.

use syn::{Expr, UnOp};

use crate::retry::shared_spec::SharedSpec;
use crate::syntax::duration;
use crate::syntax::tokens::{Names, ungrouped};

/// Reads a value that calls share.
///
/// A path that names no argument is that of a `static`.
pub(super) fn spec(expr: &Expr, arguments: &[String]) -> syn::Result<SharedSpec> {
    if matches!(ungrouped(expr), Expr::Path(_)) && !expr.names_any(arguments) {
        return Ok(SharedSpec::Static(expr.clone()));
    }
    duration::without_units(expr).map(|()| SharedSpec::PerCall(expr.clone()))
}

/// Returns whether calls cannot share an expression, whatever its names mean.
pub(super) fn cannot_be_shared(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Unary(unary) => !matches!(unary.op, UnOp::Deref(_)),
        Expr::Lit(_)
        | Expr::Closure(_)
        | Expr::Range(_)
        | Expr::Tuple(_)
        | Expr::Array(_)
        | Expr::Repeat(_)
        | Expr::Binary(_)
        | Expr::Assign(_) => true,
        _ => false,
    }
}

/// Returns whether an expression creates a value, as `Budget::aws()` does.
///
/// The value has one of `types`.
pub(super) fn creates(expr: &Expr, types: &[&str]) -> bool {
    match ungrouped(expr) {
        Expr::Reference(reference) => creates(&reference.expr, types),
        Expr::MethodCall(call) => call.method == "fresh" || creates(&call.receiver, types),
        Expr::Call(call) => {
            let made = matches!(ungrouped(&call.func), Expr::Path(path) if is_constructor(&path.path, types));
            made || call.args.iter().any(|argument| creates(argument, types))
        }
        _ => false,
    }
}

fn is_constructor(path: &syn::Path, types: &[&str]) -> bool {
    path.segments.iter().rev().nth(1).is_some_and(|of| types.iter().any(|name| of.ident == name))
}
