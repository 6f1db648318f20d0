//! Value that calls share.

use syn::Expr;

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
