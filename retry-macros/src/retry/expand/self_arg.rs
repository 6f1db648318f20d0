//! `self` under `async_trait`, which moves it into the block that it makes of the body: `let __self = self;`.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

use crate::retry::budget::Budget;
use crate::retry::effects::Key;
use crate::retry::validate::{Accepted, Base, Limit, Model};
use crate::syntax::async_block::Tail;
use crate::syntax::function::Shape;

/// Lets the options name what `self` is called in that block.
pub(crate) fn rename(model: &mut Model) {
    let Shape::Future(tail) = &model.shape else { return };
    let Some(name) = bound(tail) else { return };
    for expr in expressions(model) {
        if let Ok(renamed) = syn::parse2(renamed(expr.to_token_stream(), &name)) {
            *expr = renamed;
        }
    }
}

/// What `self` is called in the block, if it is moved into it.
pub(crate) fn bound(tail: &Tail) -> Option<Ident> {
    tail.moves.clone().into_iter().find_map(bound_self)
}

fn bound_self(token: TokenTree) -> Option<Ident> {
    match token {
        TokenTree::Ident(ident) if ident == "__self" => Some(ident),
        _ => None,
    }
}

/// All that is evaluated at a call.
fn expressions(model: &mut Model) -> Vec<&mut Expr> {
    let mut found = Vec::new();
    if let Base::PerCall(expr) = &mut model.base {
        found.push(expr);
    }
    for limit in [&mut model.limits.deadline, &mut model.limits.attempt_timeout].into_iter().flatten() {
        if let Limit::PerCall(expr) = &mut limit.value {
            found.push(expr);
        }
    }
    if let Some(Budget::PerCall(expr)) = model.shared.budget.as_mut().map(|given| &mut given.value) {
        found.push(expr);
    }
    if let Some(Key::PerCall(expr)) = model.effects.key.as_mut().map(|given| &mut given.value) {
        found.push(expr);
    }
    found.extend(model.cancel.as_mut().map(|given| &mut given.value));
    found.extend(&mut model.retry_if);
    if let Some(Accepted::Unless(expr)) = &mut model.retry_ok {
        found.push(expr);
    }
    found.extend([&mut model.on_retry, &mut model.fallback].into_iter().flatten().map(|hook| &mut hook.expr));
    let lists = model.retry_on.as_mut().map(|given| &mut given.value).into_iter().chain([&mut model.except]);
    found.extend(lists.flat_map(|list| list.patterns.iter_mut().filter_map(|(_, guard)| guard.as_mut())));
    found
}

/// The tokens, with `self` under that name.
pub(crate) fn renamed(tokens: TokenStream, name: &Ident) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut all = TokenStream::new();
    while let Some(token) = tokens.next() {
        all.extend([match token {
            TokenTree::Ident(ident) if ident == "self" && !is_head(tokens.peek()) => {
                let mut name = name.clone();
                name.set_span(name.span().located_at(ident.span()));
                TokenTree::Ident(name)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), renamed(group.stream(), name));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }]);
    }
    all
}

/// Whether `self` before this is the head of a path: `self::LIMITS`.
fn is_head(next: Option<&TokenTree>) -> bool {
    matches!(next, Some(TokenTree::Punct(sign)) if sign.as_char() == ':')
}
