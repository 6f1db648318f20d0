//! Value that calls share.

use syn::Expr;

use crate::syntax::tokens::ungrouped;

/// Value that calls share, such as a circuit breaker.
pub(crate) enum SharedSpec {
    /// A `static` of the user.
    Static(Expr),
    /// The expression may name an argument.
    PerCall(Expr),
}

impl SharedSpec {
    pub(crate) fn expr(&self) -> &Expr {
        match self {
            Self::Static(expr) | Self::PerCall(expr) => expr,
        }
    }

    /// The path of a `static`.
    pub(crate) fn named(&self) -> Option<&Expr> {
        if let Self::Static(path) = self { Some(path) } else { None }
    }

    pub(crate) fn per_call(&self) -> Option<&Expr> {
        if let Self::PerCall(expr) = self { Some(expr) } else { None }
    }
}

/// Returns whether an expression is a reference to a static.
///
/// `&SHOP` and `&shop::LIMITS.reads` are.
///
/// A reference to a constant looks the same; the compiler rejects one that is not `'static`. `&Self::SHOP` is never one to
/// a static.
pub(crate) fn refers_to_static(expr: &Expr) -> bool {
    matches!(ungrouped(expr), Expr::Reference(reference) if reference.mutability.is_none() && is_in_static(&reference.expr))
}

/// Returns whether an expression is a reference to a constant or a static.
///
/// `&GENTLE` is. A field is not, because reading it may run the code that a static computes its value with.
pub(crate) fn refers_to_item(expr: &Expr) -> bool {
    let Expr::Reference(reference) = ungrouped(expr) else { return false };
    refers_to_static(expr) && matches!(ungrouped(&reference.expr), Expr::Path(_))
}

fn is_in_static(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Field(field) => is_in_static(&field.base),
        Expr::Path(path) if path.qself.is_none() => {
            let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
            let is_static = names
                .next()
                .is_some_and(|name| name.contains(char::is_uppercase) && !name.contains(char::is_lowercase));
            is_static && !names.any(|module| module.starts_with(char::is_uppercase))
        }
        _ => false,
    }
}
