//! Tokens of ours, and their places.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;

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

/// Buffer of tokens of ours.
///
/// Moving tokens from one buffer to another costs nothing. Interpolating a stream into another one takes several calls to
/// the compiler, each as slow as printing ten tokens.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Vec<TokenTree>);

impl Tokens {
    /// Appends an identifier.
    pub(crate) fn word(mut self, name: &str) -> Self {
        self.0.push(Ident::new(name, here()).into());
        self
    }

    /// Appends punctuation: `::`, `=`.
    pub(crate) fn sign(mut self, sign: &str) -> Self {
        let last = sign.len() - 1;
        self.0.extend(sign.chars().enumerate().map(|(index, sign)| {
            let mut sign = Punct::new(sign, if index < last { Spacing::Joint } else { Spacing::Alone });
            sign.set_span(here());
            TokenTree::from(sign)
        }));
        self
    }

    /// Appends a number.
    pub(crate) fn number(mut self, mut number: Literal) -> Self {
        number.set_span(here());
        self.0.push(number.into());
        self
    }

    /// Appends `(arguments)`.
    pub(crate) fn parentheses(self, arguments: impl Into<TokenStream>) -> Self {
        self.group(Delimiter::Parenthesis, arguments)
    }

    /// Appends `{ content }`.
    pub(crate) fn braces(self, content: impl Into<TokenStream>) -> Self {
        self.group(Delimiter::Brace, content)
    }

    fn group(mut self, delimiter: Delimiter, content: impl Into<TokenStream>) -> Self {
        let mut group = Group::new(delimiter, content.into());
        group.set_span(here());
        self.0.push(group.into());
        self
    }

    /// Appends an identifier with its own place.
    pub(crate) fn ident(mut self, ident: &Ident) -> Self {
        self.0.push(ident.clone().into());
        self
    }

    /// Appends `.name(arguments)`.
    pub(crate) fn call(self, name: &str, arguments: impl Into<TokenStream>) -> Self {
        self.sign(".").word(name).parentheses(arguments)
    }

    /// Appends other tokens.
    pub(crate) fn then(mut self, tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        self.0.extend(tokens);
        self
    }
}

impl IntoIterator for Tokens {
    type Item = TokenTree;
    type IntoIter = std::vec::IntoIter<TokenTree>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Tokens> for TokenStream {
    fn from(tokens: Tokens) -> Self {
        tokens.0.into_iter().collect()
    }
}

impl From<TokenStream> for Tokens {
    fn from(stream: TokenStream) -> Self {
        Self(stream.into_iter().collect())
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
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
