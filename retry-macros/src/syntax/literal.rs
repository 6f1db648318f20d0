//! Numbers and durations of the policy: literals, or constant expressions.

use std::time::Duration;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::syntax::tokens::{first_with_unit, shown, ungrouped};

/// Value that is a literal, or an expression that only the compiler can evaluate.
#[derive(Clone)]
pub(crate) enum Value<T> {
    Literal { value: T, text: String, span: Span },
    Const(Expr),
}

pub(crate) type Length = Value<Duration>;

impl<T> Value<T> {
    /// The value of a literal.
    pub(crate) fn literal(&self) -> Option<&T> {
        match self {
            Self::Literal { value, .. } => Some(value),
            Self::Const(_) => None,
        }
    }

    /// The expression, unless it is a literal.
    pub(crate) fn constant(&self) -> Option<&Expr> {
        match self {
            Self::Literal { .. } => None,
            Self::Const(expr) => Some(expr),
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Literal { span, .. } => *span,
            Self::Const(expr) => expr.span(),
        }
    }

    /// The value as it is written in the attribute.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Literal { text, .. } => text.clone(),
            Self::Const(expr) => shown(expr),
        }
    }
}

/// Reads a whole number.
pub(crate) fn count(expr: &Expr, what: &str, instead: &str) -> syn::Result<Value<u32>> {
    let expr = ungrouped(expr);
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if matches!(int.suffix(), "" | "u32") => {
            let text = int.to_string();
            let value = int.base10_parse().unwrap_or(u32::MAX);
            Ok(Value::Literal { value, text, span: int.span() })
        }
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => Err(not_whole(expr, what, instead)),
        _ if is_no_value(expr) || first_with_unit(expr.to_token_stream()).is_some() => {
            Err(not_whole(expr, what, instead))
        }
        _ => Ok(Value::Const(expr.clone())),
    }
}

fn not_whole(expr: &Expr, what: &str, instead: &str) -> syn::Error {
    let message = format!("{what} is a whole number, not `{}`; write `{instead}`", shown(expr));
    syn::Error::new_spanned(expr, message)
}

/// Reads a number that may have a fraction.
pub(crate) fn number(expr: &Expr, what: &str, instead: &str) -> syn::Result<Value<f64>> {
    let expr = ungrouped(expr);
    let (negative, inner) = match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => (true, ungrouped(inner)),
        _ => (false, expr),
    };
    let parsed = match inner {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => int.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if matches!(float.suffix(), "" | "f64") => {
            float.base10_parse::<f64>().ok()
        }
        Expr::Lit(_) => None,
        _ if is_no_value(inner) || first_with_unit(inner.to_token_stream()).is_some() => None,
        _ => return Ok(Value::Const(expr.clone())),
    };
    let Some(value) = parsed else {
        let message = format!("{what} is a plain number, not `{}`; write `{instead}`", shown(expr));
        return Err(syn::Error::new_spanned(expr, message));
    };
    Ok(Value::Literal { value: if negative { -value } else { value }, text: shown(expr), span: expr.span() })
}

/// Returns whether an expression cannot be a number or a duration.
///
/// The meaning of its names does not matter.
pub(crate) fn is_no_value(expr: &Expr) -> bool {
    match expr {
        Expr::Range(_) | Expr::Closure(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Reference(_) | Expr::Assign(_) => {
            true
        }
        Expr::Field(field) => matches!(ungrouped(&field.base), Expr::Lit(_) | Expr::Field(_)),
        Expr::Path(path) => path.path.is_ident("None") || path.path.is_ident("none"),
        _ => false,
    }
}
