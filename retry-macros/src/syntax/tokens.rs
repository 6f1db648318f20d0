//! Walks over the user's tokens, and their text for messages.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Lit, Pat};

/// Formats tokens as a person would write them.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text
        .replace('\n', " ")
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

/// Formats a type as a person would write it.
pub(crate) fn shown_type(ty: &impl ToTokens) -> String {
    shown(ty).replace(" <", "<").replace("< ", "<").replace(" >", ">").replace("&mut(", "&mut (")
}

/// Returns the first number whose suffix is not a type.
///
/// An expression cannot hold `30s`.
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

/// Returns the identifier if the expression is nothing else.
pub(crate) fn word(expr: &Expr) -> Option<String> {
    match ungrouped(expr) {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// Strips parentheses, and the invisible groups of `macro_rules`.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        Expr::Paren(paren) => ungrouped(&paren.expr),
        _ => expr,
    }
}

/// Syntax that names things.
pub(crate) trait Names {
    /// Returns the first identifier that `is_it` accepts, at any depth.
    ///
    /// `self` at the head of a path does not count: `self::LIMITS` does not name `self`.
    fn first_name(&self, is_it: &dyn Fn(&str) -> bool) -> Option<Ident>;

    /// Returns whether it names one of `names`.
    fn names_any(&self, names: &[String]) -> bool {
        self.first_name(&|name| names.iter().any(|other| other == name)).is_some()
    }
}

impl Names for TokenStream {
    fn first_name(&self, is_it: &dyn Fn(&str) -> bool) -> Option<Ident> {
        let mut tokens = self.clone().into_iter().peekable();
        while let Some(token) = tokens.next() {
            let found = match token {
                TokenTree::Ident(ident) => {
                    let is_head = ident == "self"
                        && matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
                    (!is_head && is_it(&ident.to_string())).then_some(ident)
                }
                TokenTree::Group(group) => group.stream().first_name(is_it),
                _ => None,
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// The common forms are walked as they are, because making tokens of them is slow.
impl Names for Expr {
    fn first_name(&self, is_it: &dyn Fn(&str) -> bool) -> Option<Ident> {
        match self {
            Self::Lit(_) => None,
            Self::Path(path) if path.path.get_ident().is_some() => {
                path.path.get_ident().filter(|ident| is_it(&ident.to_string())).cloned()
            }
            Self::Call(call) => {
                call.func.first_name(is_it).or_else(|| call.args.iter().find_map(|argument| argument.first_name(is_it)))
            }
            Self::Group(group) => group.expr.first_name(is_it),
            Self::Paren(paren) => paren.expr.first_name(is_it),
            other => other.to_token_stream().first_name(is_it),
        }
    }
}

/// A literal names nothing; making tokens of other patterns is rare.
impl Names for Pat {
    fn first_name(&self, is_it: &dyn Fn(&str) -> bool) -> Option<Ident> {
        if let Self::Lit(_) = self { None } else { self.to_token_stream().first_name(is_it) }
    }
}

/// Returns whether the tokens may name an item of `names` that is in scope.
///
/// A name behind `::` or `.` does not; a macro call may name any.
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
    fn a_name_may_mean_an_item_unless_it_follows_a_dot_or_a_path() {
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
