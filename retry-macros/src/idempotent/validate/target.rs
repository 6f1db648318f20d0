//! The function that takes effect once: it has a body, and its outcome can be kept.

use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use crate::diagnostics::Diagnostics;
use crate::syntax::function::{Function, Shape};
use crate::syntax::literal::shown;
use crate::syntax::return_type;

/// How the function runs its body, and what it answers.
pub(super) fn target(function: &Function, diagnostics: &mut Diagnostics) -> Option<(Shape, Type)> {
    let signature = &function.signature;
    if let Some(second) = function.attributes.iter().find(|attribute| is_ours(attribute)) {
        diagnostics.at(second, "`#[idempotent]` is given twice; put all options into one");
        return None;
    }
    if let Some(constness) = &signature.constness {
        diagnostics.at(constness, "a `const fn` cannot ask a store; remove `const`");
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
        diagnostics.here(
            signature.output.span(),
            "this function returns a future and does not end in the async block that is the effect; write `async fn`, or end with `async move { .. }` or `Box::pin(async move { .. })`",
        );
        return None;
    };
    if return_type::is_option(&outcome) || return_type::is_none(&outcome) {
        let is_written = !outcome.to_token_stream().is_empty() && !matches!(signature.output, syn::ReturnType::Default);
        let place = if is_written { outcome.span() } else { signature.ident.span() };
        let words = format!(
            "a use of a key can be refused, and `{}` cannot say so; return a `Result` whose error is made from `Refused`",
            shown(&outcome).replace(" <", "<").replace("< ", "<").replace(" >", ">")
        );
        diagnostics.here(place, words);
        return None;
    }
    Some((shape, outcome))
}

fn is_ours(attribute: &syn::Attribute) -> bool {
    let path = attribute.path();
    let last = path.segments.last().is_some_and(|last| last.ident == "idempotent");
    last && (path.segments.len() == 1 || path.segments.first().is_some_and(|first| first.ident == "retry_runtime"))
}
