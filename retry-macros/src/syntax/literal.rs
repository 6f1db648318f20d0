//! Values: durations and numbers, as literals or as expressions.

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

pub(crate) use crate::syntax::duration::duration;

/// A value that is a literal, or an expression that the compiler will know.
#[derive(Clone)]
pub(crate) enum Value<T> {
    Known { value: T, text: String, span: Span },
    Const(Expr),
}

impl<T> Value<T> {
    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Const(_) => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Known { span, .. } => *span,
            Self::Const(expr) => expr.span(),
        }
    }
}

/// An expression, as a person would write it.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" . ", ".")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" ,", ",")
        .replace("& ", "&")
        .replace("| | ", "|| ")
        .replace(" ..= ", "..=")
        .replace(" .. ", "..");
    let closure = text.strip_prefix("| ").and_then(|rest| rest.split_once(" | "));
    let text = closure.map_or(text.clone(), |(arguments, body)| format!("|{arguments}| {body}"));
    ["-", "*"]
        .into_iter()
        .find_map(|sign| Some((sign, text.strip_prefix(sign)?.strip_prefix(' ')?)))
        .map_or(text.clone(), |(sign, rest)| format!("{sign}{rest}"))
}

/// A whole number.
pub(crate) fn count(expr: &Expr, what: &str, instead: &str) -> syn::Result<Value<u32>> {
    let expr = ungrouped(expr);
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if matches!(int.suffix(), "" | "u32") => {
            let text = int.to_string();
            let value = int.base10_parse().unwrap_or(u32::MAX);
            Ok(Value::Known { value, text, span: int.span() })
        }
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => Err(not_whole(expr, what, instead)),
        _ if is_no_value(expr) || first_with_unit(expr.to_token_stream()).is_some() => {
            Err(not_whole(expr, what, instead))
        }
        _ => Ok(Value::Const(expr.clone())),
    }
}

fn not_whole(expr: &Expr, what: &str, instead: &str) -> syn::Error {
    let words = format!("{what} is a whole number, not `{}`; write `{instead}`", shown(expr));
    syn::Error::new_spanned(expr, words)
}

/// A number that may have a fraction.
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
        let words = format!("{what} is a plain number, not `{}`; write `{instead}`", shown(expr));
        return Err(syn::Error::new_spanned(expr, words));
    };
    Ok(Value::Known { value: if negative { -value } else { value }, text: shown(expr), span: expr.span() })
}

/// The first number with a suffix that is no type of Rust's: there is no `30s` in an expression.
pub(crate) fn first_with_unit(tokens: TokenStream) -> Option<Literal> {
    const TYPES: &[&str] =
        &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];
    let has_unit = |literal: &Literal| match Lit::new(literal.clone()) {
        Lit::Int(int) => !int.suffix().is_empty() && !TYPES.contains(&int.suffix()),
        Lit::Float(float) => !float.suffix().is_empty() && !TYPES.contains(&float.suffix()),
        _ => false,
    };
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => has_unit(&literal).then_some(literal),
        TokenTree::Group(group) => first_with_unit(group.stream()),
        _ => None,
    })
}

/// Whether an expression can be no constant number or duration, whatever its names mean.
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

/// The one word that an expression is.
pub(crate) fn word(expr: &Expr) -> Option<String> {
    match ungrouped(expr) {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// The expression without parentheses, and without the invisible groups that a `macro_rules` fragment leaves around it.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        Expr::Paren(paren) => ungrouped(&paren.expr),
        _ => expr,
    }
}

/// Whether one of these names stands anywhere in the tokens, other than at the head of a path: `self::LIMITS` does not
/// name `self`.
pub(crate) fn names_any(tokens: TokenStream, names: &[String]) -> bool {
    first_name(tokens, &|name| names.iter().any(|other| other == name)).is_some()
}

/// The first identifier of which this is true, however deep it stands; `self` at the head of a path is none.
pub(crate) fn first_name(tokens: TokenStream, is_it: &impl Fn(&str) -> bool) -> Option<proc_macro2::Ident> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Ident(ident) => {
                let is_head =
                    ident == "self" && matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
                (!is_head && is_it(&ident.to_string())).then_some(ident)
            }
            TokenTree::Group(group) => first_name(group.stream(), is_it),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// Whether one of these names stands in the tokens where it could be that of an item in scope, not behind `::` or `.`; or
/// whether a macro may stand there, which may mean any.
pub(crate) fn may_mean_any(tokens: TokenStream, names: &[&str]) -> bool {
    let (mut is_behind, mut colons) = (false, 0);
    for token in tokens {
        let sign = match token {
            TokenTree::Punct(sign) => sign.as_char(),
            TokenTree::Ident(ident) if !is_behind && names.contains(&ident.to_string().as_str()) => return true,
            TokenTree::Group(group) if may_mean_any(group.stream(), names) => return true,
            _ => ' ',
        };
        if sign == '!' {
            return true;
        }
        colons = if sign == ':' { colons + 1 } else { 0 };
        is_behind = sign == '.' || colons == 2;
    }
    false
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn a_name_may_mean_an_item_only_where_nothing_stands_before_it() {
        let names = ["Backoff"];
        for tokens in [
            quote!(Backoff),
            quote!(f(Backoff::none())),
            quote!(P { b: Backoff::none() }),
            quote!(a + Backoff),
            quote!(a::b!()),
        ] {
            assert!(may_mean_any(tokens.clone(), &names), "{tokens}");
        }
        for tokens in [quote!(other::Backoff), quote!(x.Backoff), quote!(Backoffs), quote!(f(a::b::Backoff))] {
            assert!(!may_mean_any(tokens.clone(), &names), "{tokens}");
        }
    }
}
