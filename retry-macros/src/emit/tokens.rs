//! Tokens of ours, and their places.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// Span of every token of ours.
///
/// At mixed site, locals of ours neither see nor are seen by the body.
pub(crate) fn here() -> Span {
    Span::mixed_site()
}

/// Returns the tokens if there are any.
///
/// Printing an empty stream costs as much as printing a full one.
pub(crate) fn some(tokens: TokenStream) -> Option<TokenStream> {
    (!tokens.is_empty()).then_some(tokens)
}

/// Returns no tokens.
pub(crate) fn nothing() -> TokenStream {
    TokenStream::new()
}

/// Appends `.name(arguments)` to a chain, token by token.
///
/// Interpolating one stream into another is slow.
pub(crate) fn push_call(chain: &mut TokenStream, name: &str, arguments: TokenStream) {
    let mut dot = Punct::new('.', Spacing::Alone);
    dot.set_span(here());
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(here());
    chain.extend([TokenTree::from(dot), Ident::new(name, here()).into(), arguments.into()]);
}

/// Moves all tokens to one place, where the compiler reports their errors.
///
/// Their hygiene stays.
pub(crate) fn at(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut moved = Group::new(group.delimiter(), at(group.stream(), span));
                moved.set_span(here().located_at(span));
                return TokenTree::Group(moved);
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

/// Renames `self` in the user's tokens.
pub(crate) fn rename_self(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut all = TokenStream::new();
    while let Some(token) = tokens.next() {
        all.extend([match token {
            TokenTree::Ident(ident) if ident == "self" && !begins_path(tokens.peek()) => {
                let mut name = name.clone();
                name.set_span(name.span().located_at(ident.span()));
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), rename_self(group.stream(), name));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }]);
    }
    all
}

/// Returns whether `self` before this token is the head of a path.
fn begins_path(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Punct(sign)) if sign.as_char() == ':')
}
