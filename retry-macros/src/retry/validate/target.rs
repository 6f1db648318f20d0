//! Rules for the function, and for the options that name its arguments.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::retry::parse::Options;
use crate::syntax::function::{Function, Receiver, Shape};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Returns how the body runs, and the type of its result.
///
/// `None` if the function cannot be retried: it has no body, is `const`, or cannot fail.
pub(crate) fn target(function: &Function, diagnostics: &mut Diagnostics) -> Option<(Shape, Type)> {
    let signature = &function.signature;
    if let Some(constness) = &signature.constness {
        diagnostics.at(constness, "a `const fn` cannot wait; remove `const`");
        return None;
    }
    let Some(body) = &function.body else {
        diagnostics.at(
            signature,
            "a function without a body cannot be retried; put `#[retry]` on the methods that implement it",
        );
        return None;
    };
    let Some((shape, outcome)) = function.shape(body) else {
        diagnostics.at_span(
            signature.output.span(),
            "this function returns a future, but does not end with an async block to retry; write `async fn`, or end with `async move { .. }` or `Box::pin(async move { .. })`",
        );
        return None;
    };
    if return_type::cannot_fail(&outcome) {
        let place = if outcome.to_token_stream().is_empty() || matches!(signature.output, syn::ReturnType::Default) {
            signature.ident.span()
        } else {
            outcome.span()
        };
        let message = format!(
            "`#[retry]` needs a function that can fail, and `{}` cannot; return a `Result`, or an `Option` with `retry_on = None`",
            shown_type(&outcome)
        );
        diagnostics.at_span(place, message);
        return None;
    }
    if function.borrows_mutably() && return_type::holds_mutable_borrow(&outcome) {
        diagnostics.at_span(
            outcome.span(),
            "a function that returns a `&mut` from a `&mut` argument cannot be retried, because a loop cannot borrow it twice; return an index or a clone, or loop by hand",
        );
        return None;
    }
    if let Some(borrow) = function.borrow_out_of_mut(&outcome) {
        diagnostics.at(
            &borrow,
            "a borrow out of a `&mut` argument would keep it borrowed for the next attempt; take a shared borrow as in `&self`, return an index or a clone, or name a longer lifetime as in `&'static str`",
        );
        return None;
    }
    Some((shape, outcome))
}

/// Checks that `clone` names arguments, and that `context` does not.
pub(crate) fn names(options: &Options, function: &Function, arguments: &[String], diagnostics: &mut Diagnostics) {
    let taken = |name: &Ident| arguments.iter().any(|argument| name == argument);
    if let Some(context) = options.context.as_ref().filter(|context| taken(&context.value)) {
        let message = format!(
            "`{}` is already an argument; give the context another name, such as `this_attempt`",
            context.value
        );
        diagnostics.at(&context.value, message);
    }
    for (index, name) in options.clone.iter().flat_map(|given| given.value.iter().enumerate()) {
        let earlier = options.clone.iter().flat_map(|given| &given.value[..index]);
        if earlier.into_iter().any(|other| other == name) {
            diagnostics.at(name, format!("`{name}` is listed twice; remove one"));
        } else if name == "self" {
            diagnostics.at(name, clone_of_self(function.receiver()));
        } else if !function.has_argument(name) {
            let message =
                format!("`{name}` is not an argument of this function; name an argument that the body consumes");
            diagnostics.at(name, message);
        }
    }
}

/// Message for `clone(self)`: a `let` cannot rebind `self`.
fn clone_of_self(receiver: Option<Receiver>) -> &'static str {
    match receiver {
        Some(Receiver::Value) => {
            "`self` cannot be rebound; remove it here, and begin the body with `let this = self.clone();`"
        }
        Some(Receiver::Shared) => "`&self` is available in every attempt, and nothing consumes it; remove `self` here",
        Some(Receiver::Mutable) => {
            "`&mut self` is available in every attempt, with the changes of the attempt before; remove `self` here, and begin the body with `let mut this = Self::clone(self);` to work on a copy"
        }
        None => "this function has no `self`; name an argument that the body consumes",
    }
}
