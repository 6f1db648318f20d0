//! Rules for hooks beside `retry_ok`, which receive an `Ok` too.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Pat, Type};

use crate::diagnostics::Diagnostics;
use crate::retry::draft::Draft;
use crate::retry::fallback_spec::Fallback;
use crate::syntax::return_type;
use crate::syntax::tokens::{shown, ungrouped};

/// Checks that no hook takes the error alone.
pub(crate) fn hooks(draft: &Draft, outcome: &Type, diagnostics: &mut Diagnostics) {
    if draft.retry_ok.is_none() {
        return;
    }
    let fallback = draft.fallback.as_ref().and_then(Fallback::hook);
    for (option, hook) in [("on_retry", draft.on_retry.as_ref()), ("fallback", fallback)] {
        if let Some(argument) = hook.and_then(|hook| error_argument(&hook.expr, outcome)) {
            let message = format!(
                "beside `retry_ok`, which may reject an `Ok`, `{option}` receives the whole result, not its error; write `{option} = |attempt, result| ..`"
            );
            diagnostics.at(argument, message);
        }
    }
}

/// Returns the last argument of a closure if it can only be an error.
///
/// Its type says so, or the body returns it in an `Err`.
fn error_argument<'a>(hook: &'a Expr, outcome: &Type) -> Option<&'a Pat> {
    let Expr::Closure(closure) = ungrouped(hook) else { return None };
    let last = closure.inputs.last()?;
    let is_error = match last {
        Pat::Type(typed) => return_type::error(outcome).is_some_and(|error| is_type(&typed.ty, error)),
        Pat::Ident(name) => wraps(&closure.body.to_token_stream(), &name.ident.to_string()) == Some(true),
        _ => false,
    };
    is_error.then_some(last)
}

/// Returns whether `ty` is `error`, or a reference to it.
fn is_type(ty: &Type, error: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_type(&reference.elem, error),
        _ => shown(ty) == shown(error),
    }
}

/// Returns whether `Err(name)` is an expression in the tokens.
///
/// `Some(false)` if it is a pattern somewhere, which gives the name another meaning.
fn wraps(tokens: &TokenStream, name: &str) -> Option<bool> {
    let tokens: Vec<_> = tokens.clone().into_iter().collect();
    let mut found = None;
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let is_err = index > 0 && matches!(&tokens[index - 1], TokenTree::Ident(ident) if ident == "Err");
        let is_name = group.delimiter() == Delimiter::Parenthesis && group.stream().to_string() == name;
        let this =
            if is_err && is_name { Some(!is_pattern(&tokens[index + 1..])) } else { wraps(&group.stream(), name) };
        if this.is_some() {
            found = Some(found.unwrap_or(true) && this == Some(true));
        }
    }
    found
}

/// Returns whether the tokens follow a pattern: `=>`, `=`, `|` or `if`.
fn is_pattern(after: &[TokenTree]) -> bool {
    match after.first() {
        Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), '=' | '|'),
        Some(TokenTree::Ident(word)) => word == "if",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_in_an_err_is_an_error_unless_a_pattern_names_it() {
        let is_error = |hook: Expr| error_argument(&hook, &syn::parse_quote!(Result<Page, ApiError>)).is_some();
        assert!(is_error(syn::parse_quote!(|_, error| Err(error))));
        assert!(is_error(syn::parse_quote!(|_, e| { if full() { Ok(0) } else { Err(e) } })));
        assert!(is_error(syn::parse_quote!(|error: ApiError| cached(error))));
        assert!(is_error(syn::parse_quote!(|_, error: &ApiError| log(error))));
        assert!(!is_error(syn::parse_quote!(|_, result| result)));
        assert!(!is_error(syn::parse_quote!(|_, result: Result<Page, ApiError>| result)));
        assert!(!is_error(syn::parse_quote!(|_, end| match end {
            Err(end) => Err(end),
            Ok(page) => Ok(page),
        })));
        assert!(!is_error(syn::parse_quote!(|_, end| if let Err(end) = end { Err(end) } else { Ok(0) })));
        assert!(!is_error(syn::parse_quote!(cached)));
    }
}
