//! The async block at the end of a function that returns a future.
//!
//! It is found among the tokens of the body.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;

/// Body that ends with `async [move] { .. }` or `Box::pin(async [move] { .. })`.
pub(crate) struct AsyncBlock {
    /// Statements before the block; they run once per call.
    before: TokenStream,
    /// The path `Box::pin` and its arguments, if the block is boxed.
    boxing: Option<(TokenStream, Group)>,
    /// `async` or `async move`.
    head: TokenStream,
    /// Statements that move arguments into the block, `let x = x;`.
    ///
    /// They stay outside the loop.
    pub(crate) moves: TokenStream,
    /// Tokens that an attempt runs.
    pub(crate) body: TokenStream,
    block: Group,
}

/// Finds the block at the end of `body`.
pub(crate) fn find(body: &Group) -> Option<AsyncBlock> {
    let mut tokens: Vec<_> = body.stream().into_iter().collect();
    match tokens.last()? {
        TokenTree::Group(last) if last.delimiter() == Delimiter::Brace => {
            let block = last.clone();
            tokens.pop();
            let head = split_head(&mut tokens)?;
            Some(async_block(tokens, None, head, block))
        }
        TokenTree::Group(last) if last.delimiter() == Delimiter::Parenthesis => {
            let call = last.clone();
            tokens.pop();
            let boxing = split_pin(&mut tokens)?;
            let mut inner: Vec<_> = call.stream().into_iter().collect();
            if matches!(inner.last(), Some(TokenTree::Punct(comma)) if comma.as_char() == ',') {
                inner.pop();
            }
            let Some(TokenTree::Group(block)) = inner.pop() else { return None };
            let head = split_head(&mut inner)?;
            inner.is_empty().then(|| async_block(tokens, Some((boxing, call)), head, block))
        }
        _ => None,
    }
}

fn async_block(
    before: Vec<TokenTree>,
    boxing: Option<(TokenStream, Group)>,
    head: TokenStream,
    block: Group,
) -> AsyncBlock {
    let (moves, body) = split_moves(block.stream());
    AsyncBlock { before: before.into_iter().collect(), boxing, head, moves, body, block }
}

/// Removes `async` or `async move` from the end.
fn split_head(tokens: &mut Vec<TokenTree>) -> Option<TokenStream> {
    let has_move = is_word(tokens.last(), "move");
    let length = if has_move { 2 } else { 1 };
    let start = tokens.len().checked_sub(length)?;
    is_word(tokens.get(start), "async").then(|| tokens.drain(start..).collect())
}

/// Removes the path of `path::pin(..)` from the end.
fn split_pin(tokens: &mut Vec<TokenTree>) -> Option<TokenStream> {
    if !is_word(tokens.last(), "pin") {
        return None;
    }
    let is_path = |token: &TokenTree| match token {
        TokenTree::Ident(ident) => !matches!(ident.to_string().as_str(), "return" | "in" | "else"),
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    };
    let length = tokens.iter().rev().take_while(|token| is_path(token)).count();
    Some(tokens.drain(tokens.len() - length..).collect())
}

fn is_word(token: Option<&TokenTree>, word: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == word)
}

/// Splits off the leading statements that move an argument into the block.
///
/// They have the form `let x = x;`, as `async_trait` and people write it, or are what `async_trait` puts before these.
/// Inside the loop they would move the argument in attempt 1.
fn split_moves(stream: TokenStream) -> (TokenStream, TokenStream) {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut end = 0;
    while let Some(length) = one_move(&tokens[end..]) {
        end += length;
    }
    let body = tokens[end..].iter().cloned().collect();
    (tokens[..end].iter().cloned().collect(), body)
}

/// Returns the length of the first statement if it moves an argument.
fn one_move(tokens: &[TokenTree]) -> Option<usize> {
    if is_word(tokens.first(), "if") {
        return return_edge(tokens);
    }
    if matches!(tokens.first(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#') {
        return Some(2 + one_move(tokens.get(2..)?)?);
    }
    if !is_word(tokens.first(), "let") {
        return None;
    }
    let end = tokens.iter().position(|token| matches!(token, TokenTree::Punct(end) if end.as_char() == ';'))?;
    let equals =
        tokens[..end].iter().position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '='))?;
    let bound = &tokens[if is_word(tokens.get(1), "mut") { 2 } else { 1 }..equals];
    moves_argument(bound, &tokens[equals + 1..end]).then_some(end + 1)
}

/// Matches `x = x`, `__self = self`, `(a, b) = { let __arg0 = __arg0; __arg0 }`.
fn moves_argument(bound: &[TokenTree], value: &[TokenTree]) -> bool {
    match (bound, value) {
        ([TokenTree::Ident(bound)], [TokenTree::Ident(value)]) => {
            bound == value || *bound == "__self" && *value == "self"
        }
        (_, [TokenTree::Group(block)]) if block.delimiter() == Delimiter::Brace => {
            let inner: Vec<_> = block.stream().into_iter().collect();
            is_word(inner.first(), "let")
                && matches!(inner.get(1), Some(TokenTree::Ident(name)) if name.to_string().starts_with("__arg"))
        }
        _ => false,
    }
}

/// Matches `if let Some(__ret) = None::<R> { return __ret; }`.
///
/// It gives `return` its type.
fn return_edge(tokens: &[TokenTree]) -> Option<usize> {
    let block = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Group(block) if block.delimiter() == Delimiter::Brace))?;
    let head: TokenStream = tokens[..block].iter().cloned().collect();
    let text: String = head.to_string().split_whitespace().collect();
    text.starts_with("iflet::core::option::Option::Some(__ret)=::core::option::Option::None").then_some(block + 1)
}

impl AsyncBlock {
    /// Returns the name of `self` inside the block.
    ///
    /// `async_trait` moves it there: `let __self = self;`.
    pub(crate) fn moved_self(&self) -> Option<Ident> {
        self.moves.clone().into_iter().find_map(|token| match token {
            TokenTree::Ident(ident) if ident == "__self" => Some(ident),
            _ => None,
        })
    }

    /// Returns the whole body with `inner` as the content of the block.
    pub(crate) fn replace_content(&self, inner: TokenStream) -> TokenStream {
        let mut block = Group::new(Delimiter::Brace, inner);
        block.set_span(self.block.span());
        let mut future = self.head.clone();
        future.extend([TokenTree::Group(block)]);
        let mut tokens = self.before.clone();
        match &self.boxing {
            None => tokens.extend(future),
            Some((path, call)) => {
                let mut boxed = Group::new(Delimiter::Parenthesis, future);
                boxed.set_span(call.span());
                tokens.extend(path.clone());
                boxed.to_tokens(&mut tokens);
            }
        }
        tokens
    }
}
