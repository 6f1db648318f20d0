//! The async block that a function ends in which returns a future, found among the body's tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;

/// A body that ends in `async [move] { .. }` or `Box::pin(async [move] { .. })`.
pub(crate) struct Tail {
    /// What stands before the tail; it runs once a call.
    before: TokenStream,
    /// `Box :: pin`, if the block is boxed.
    boxing: Option<(TokenStream, Group)>,
    /// `async` or `async move`.
    head: TokenStream,
    /// What moves arguments into the block, and stays outside the loop: `let x = x;`.
    pub(crate) moves: TokenStream,
    /// What an attempt runs.
    pub(crate) body: TokenStream,
    block: Group,
}

pub(crate) fn find(body: &Group) -> Option<Tail> {
    let mut tokens: Vec<_> = body.stream().into_iter().collect();
    match tokens.last()? {
        TokenTree::Group(last) if last.delimiter() == Delimiter::Brace => {
            let block = last.clone();
            tokens.pop();
            let head = split_head(&mut tokens)?;
            Some(tail(tokens, None, head, block))
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
            inner.is_empty().then(|| tail(tokens, Some((boxing, call)), head, block))
        }
        _ => None,
    }
}

fn tail(before: Vec<TokenTree>, boxing: Option<(TokenStream, Group)>, head: TokenStream, block: Group) -> Tail {
    let (moves, body) = split_moves(block.stream());
    Tail { before: before.into_iter().collect(), boxing, head, moves, body, block }
}

/// Takes `async` or `async move` off the end.
fn split_head(tokens: &mut Vec<TokenTree>) -> Option<TokenStream> {
    let has_move = is_word(tokens.last(), "move");
    let length = if has_move { 2 } else { 1 };
    let start = tokens.len().checked_sub(length)?;
    is_word(tokens.get(start), "async").then(|| tokens.drain(start..).collect())
}

/// Takes the path in `path::pin(..)` off the end.
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

/// Takes the statements off the front that move an argument into the block: `let x = x;`, as `async_trait` and people
/// write them, and what `async_trait` puts before these. In the loop they would move the argument at attempt 1.
fn split_moves(stream: TokenStream) -> (TokenStream, TokenStream) {
    let tokens: Vec<_> = stream.into_iter().collect();
    let mut end = 0;
    while let Some(length) = one_move(&tokens[end..]) {
        end += length;
    }
    let body = tokens[end..].iter().cloned().collect();
    (tokens[..end].iter().cloned().collect(), body)
}

/// The length of the first statement, if it moves an argument.
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

/// `x = x`, `__self = self`, `(a, b) = { let __arg0 = __arg0; __arg0 }`.
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

/// `if let Some(__ret) = None::<R> { return __ret; }`, which gives `return` its type.
fn return_edge(tokens: &[TokenTree]) -> Option<usize> {
    let block = tokens
        .iter()
        .position(|token| matches!(token, TokenTree::Group(block) if block.delimiter() == Delimiter::Brace))?;
    let head: TokenStream = tokens[..block].iter().cloned().collect();
    let text: String = head.to_string().split_whitespace().collect();
    text.starts_with("iflet::core::option::Option::Some(__ret)=::core::option::Option::None").then_some(block + 1)
}

impl Tail {
    /// The whole body again, with `inner` inside the async block.
    pub(crate) fn around(&self, inner: TokenStream) -> TokenStream {
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
