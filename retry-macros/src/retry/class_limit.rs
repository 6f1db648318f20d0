//! Limits of the attempts that fail as one class, behind `up_to`.

use std::fmt::{self, Display, Formatter};

use proc_macro2::Span;
use retry_core::ClassLimit;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Lit, Token};

use crate::retry::limit_spelling::OTHER_WORDS;
use crate::syntax::duration;
use crate::syntax::literal::{Length, Value, count};
use crate::syntax::option;
use crate::syntax::tokens::{shown, ungrouped};

/// Limit of one item of `retry_on`.
pub(crate) struct LimitSpec {
    /// Position of its class in the list.
    pub(crate) class: usize,
    pub(crate) most: Most,
    /// Begin of the item.
    pub(crate) start: Span,
}

/// Value behind `up_to`.
pub(crate) enum Most {
    Attempts(Value<u32>),
    Time(Length),
    /// A number or a time: its type says which.
    Const(Expr),
}

impl Most {
    /// Returns the limit, if it is a literal.
    pub(crate) fn literal(&self) -> Option<ClassLimit> {
        match self {
            Self::Attempts(count) => count.literal().copied().map(ClassLimit::attempts),
            Self::Time(time) => time.literal().copied().map(ClassLimit::time),
            Self::Const(_) => None,
        }
    }

    /// The user's expression, unless it is a literal.
    pub(crate) fn constant(&self) -> Option<&Expr> {
        match self {
            Self::Const(expr) => Some(expr),
            Self::Attempts(_) | Self::Time(_) => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Attempts(count) => count.span(),
            Self::Time(time) => time.span(),
            Self::Const(expr) => expr.span(),
        }
    }
}

/// The value as it is written.
impl Display for Most {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&match self {
            Self::Attempts(count) => count.text(),
            Self::Time(time) => time.text(),
            Self::Const(expr) => shown(expr),
        })
    }
}

/// Reads `up_to VALUE`, if it follows.
pub(crate) fn parse(input: ParseStream) -> syn::Result<Option<Expr>> {
    let Ok(word) = Ident::parse_any(&input.fork()) else { return Ok(None) };
    let name = word.to_string();
    if OTHER_WORDS.contains(&name.as_str()) {
        let message =
            format!("`{name}` is not part of a list; write a limit as in `Connect up_to 60s` or `Throttled up_to 6`");
        return Err(syn::Error::new(word.span(), message));
    }
    if name != "up_to" {
        return Ok(None);
    }
    Ident::parse_any(input)?;
    if input.is_empty() || input.peek(Token![,]) {
        let message = "`up_to` has no limit; write attempts as in `up_to 6`, or a time as in `up_to 60s`";
        return Err(syn::Error::new(word.span(), message));
    }
    option::expression(input).map(Some)
}

/// Reads a number of attempts, or a time with its unit.
pub(crate) fn most(expr: &Expr) -> syn::Result<Most> {
    let expr = ungrouped(expr);
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(int) if matches!(int.suffix(), "" | "u32") => count(expr, "a limit", "6").map(Most::Attempts),
            Lit::Float(float) if float.suffix().is_empty() => {
                let message = format!(
                    "`{float}` is neither a number of attempts nor a time; write `{float}s`, or a number of attempts as in `up_to 6`"
                );
                Err(syn::Error::new_spanned(expr, message))
            }
            Lit::Int(_) | Lit::Float(_) => duration::duration(expr).map(Most::Time),
            _ => Err(not_a_limit(expr)),
        },
        Expr::Unary(_) | Expr::Tuple(_) | Expr::Range(_) | Expr::Closure(_) | Expr::Array(_) | Expr::Reference(_) => {
            Err(not_a_limit(expr))
        }
        _ => {
            duration::without_units(expr)?;
            Ok(Most::Const(expr.clone()))
        }
    }
}

fn not_a_limit(expr: &Expr) -> syn::Error {
    let message =
        format!("`{}` is not a limit; write attempts as in `up_to 6`, or a time as in `up_to 60s`", shown(expr));
    syn::Error::new_spanned(expr, message)
}
