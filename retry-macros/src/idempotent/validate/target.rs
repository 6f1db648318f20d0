//! Rules for the function.

use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::syntax::function::{Function, Shape};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Returns how the body runs, and the type of its result.
///
/// `None` if the function has no body, or its result cannot be recorded.
pub(super) fn target(function: &Function, diagnostics: &mut Diagnostics) -> Option<(Shape, Type)> {
    let signature = &function.signature;
    if let Some(constness) = &signature.constness {
        diagnostics.at(constness, "a `const fn` cannot use a store; remove `const`");
        return None;
    }
    let Some(body) = &function.body else {
        diagnostics.at(
            signature,
            "a function without a body has no effect; put `#[idempotent]` on the methods that implement it",
        );
        return None;
    };
    let Some((shape, outcome)) = function.shape(body) else {
        diagnostics.at_span(
            signature.output.span(),
            "this function returns a future, but does not end with the async block of its effect; write `async fn`, or end with `async move { .. }` or `Box::pin(async move { .. })`",
        );
        return None;
    };
    if return_type::is_option(&outcome) || return_type::cannot_fail(&outcome) {
        let is_written = !outcome.to_token_stream().is_empty() && !matches!(signature.output, syn::ReturnType::Default);
        let place = if is_written { outcome.span() } else { signature.ident.span() };
        let message = format!(
            "`#[idempotent]` may reject a call, and `{}` has no error for that; return a `Result` whose error implements `From<OnceError>`",
            shown_type(&outcome)
        );
        diagnostics.at_span(place, message);
        return None;
    }
    Some((shape, outcome))
}
