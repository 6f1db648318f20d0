//! Expressions that have the same value in every call.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, ExprCall, ExprMacro, ExprMethodCall};

use crate::syntax::tokens::{Names, ungrouped};

/// Returns whether an expression has the same value in every call.
///
/// It does if it consists of literals and of names other than `arguments`.
pub(crate) fn is_same_for_all_calls(expr: &Expr, arguments: &[String]) -> bool {
    let all = |exprs: &syn::punctuated::Punctuated<Expr, syn::Token![,]>| {
        exprs.iter().all(|expr| is_same_for_all_calls(expr, arguments))
    };
    match ungrouped(expr) {
        Expr::Lit(_) => true,
        Expr::Path(_) | Expr::Field(_) => !expr.names_any(arguments),
        Expr::Reference(reference) => is_same_for_all_calls(&reference.expr, arguments),
        Expr::Binary(binary) => {
            is_same_for_all_calls(&binary.left, arguments) && is_same_for_all_calls(&binary.right, arguments)
        }
        Expr::MethodCall(ExprMethodCall { receiver, args, .. }) => {
            matches!(ungrouped(receiver), Expr::Lit(_) | Expr::Path(_))
                && is_same_for_all_calls(receiver, arguments)
                && all(args)
        }
        // A function without arguments may return another value in each call.
        Expr::Call(ExprCall { args, .. }) => !args.is_empty() && all(args),
        Expr::Macro(ExprMacro { mac, .. }) => is_plain(mac.tokens.clone()),
        _ => false,
    }
}

/// Returns whether a macro is called with literals, and no placeholders.
fn is_plain(tokens: TokenStream) -> bool {
    tokens.into_iter().all(|token| match token {
        TokenTree::Literal(literal) => !literal.to_string().contains('{'),
        TokenTree::Punct(_) => true,
        TokenTree::Ident(_) | TokenTree::Group(_) => false,
    })
}
