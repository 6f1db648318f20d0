//! Location of the caller of a `#[track_caller]` function.
//!
//! The body becomes a closure, and inside a closure `Location::caller()` is the line of that expression.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote_spanned;

use crate::emit::tokens::here;
use crate::syntax::function::Function;

/// Returns the statement that takes the location, and the body that reads it.
///
/// ```text
/// Err(Fault::at(Location::caller()))
///
/// let caller = Location::caller();
/// Err(Fault::at(identity::<&'static Location<'static>>(caller)))
/// ```
pub(super) fn moved_out(function: &Function, body: TokenStream) -> (TokenStream, TokenStream) {
    if !function.attributes.iter().any(|attribute| attribute.path().is_ident("track_caller")) {
        return (TokenStream::new(), body);
    }
    let mut has_location = false;
    let body = replaced(body, &mut has_location);
    let caller = has_location.then(|| quote_spanned!(here()=> let caller = ::core::panic::Location::caller();));
    (caller.unwrap_or_default(), body)
}

/// Replaces each `Location::caller()`, except in an inner function.
fn replaced(tokens: TokenStream, has_location: &mut bool) -> TokenStream {
    let mut before: Vec<TokenTree> = Vec::new();
    let mut is_inner = false;
    for token in tokens {
        let TokenTree::Group(group) = token else {
            is_inner |=
                matches!((&token, before.last()), (TokenTree::Ident(_), Some(TokenTree::Ident(word))) if word == "fn");
            before.push(token);
            continue;
        };
        let is_body = group.delimiter() == Delimiter::Brace;
        if group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty() && ends_with_path(&before) {
            // The user's path stays, so that its import is used.
            let path = take_path(&mut before);
            let caller = quote_spanned!(here()=> ::core::convert::identity::<&'static #path<'static>>(caller));
            before.extend(caller);
            *has_location = true;
        } else if is_body && is_inner {
            before.push(group.into());
        } else {
            let mut inner = proc_macro2::Group::new(group.delimiter(), replaced(group.stream(), has_location));
            inner.set_span(group.span());
            before.push(inner.into());
        }
        is_inner &= !is_body;
    }
    before.into_iter().collect()
}

fn ends_with_path(tokens: &[TokenTree]) -> bool {
    let [.., location, first, second, caller] = tokens else { return false };
    is_word(location, "Location") && is_colon(first) && is_colon(second) && is_word(caller, "caller")
}

/// Takes `::core::panic::Location::caller` from the end.
///
/// Returns the path of the type.
fn take_path(tokens: &mut Vec<TokenTree>) -> TokenStream {
    tokens.truncate(tokens.len() - 3);
    let mut start = tokens.len() - 1;
    while start >= 2 && is_colon(&tokens[start - 1]) && is_colon(&tokens[start - 2]) {
        start -= 2;
        // A path may begin with `::`, and a word of the language may stand before it.
        if start >= 1 && matches!(&tokens[start - 1], TokenTree::Ident(name) if !is_keyword(name)) {
            start -= 1;
        } else {
            break;
        }
    }
    tokens.split_off(start).into_iter().collect()
}

fn is_keyword(name: &Ident) -> bool {
    ["return", "break", "in", "match", "if", "while", "else"].iter().any(|word| name == word)
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':')
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn the_location_is_replaced_at_any_depth() {
        let body = quote! {
            let at = std::panic::Location::caller();
            fn inner() -> u32 { Location::caller().line() }
            if true { return Location::caller().line(); }
            log!("{}", ::core::panic::Location::caller());
            return ::std::panic::Location::caller();
            Other::caller() + caller(Location)
        };
        let expected = quote! {
            let at = ::core::convert::identity::<&'static std::panic::Location<'static>>(caller);
            fn inner() -> u32 { Location::caller().line() }
            if true { return ::core::convert::identity::<&'static Location<'static>>(caller).line(); }
            log!("{}", ::core::convert::identity::<&'static ::core::panic::Location<'static>>(caller));
            return ::core::convert::identity::<&'static ::std::panic::Location<'static>>(caller);
            Other::caller() + caller(Location)
        };
        let mut has_location = false;
        assert_eq!(replaced(body, &mut has_location).to_string(), expected.to_string());
        assert!(has_location);
    }
}
