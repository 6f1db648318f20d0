//! The function that takes effect once: it has a body, and its outcome can be kept.

use quote::ToTokens;
use syn::Type;
use syn::spanned::Spanned;

use crate::fault::Faults;
use crate::function::{Function, Shape};
use crate::outcome;
use crate::value::shown;

/// How the function runs its body, and what it answers.
pub(super) fn target(function: &Function, faults: &mut Faults) -> Option<(Shape, Type)> {
    let signature = &function.signature;
    if let Some(second) = function.attributes.iter().find(|attribute| is_ours(attribute)) {
        faults.at(second, "`#[idempotent]` is given twice; put all options into one");
        return None;
    }
    if let Some(constness) = &signature.constness {
        faults.at(constness, "a `const fn` cannot ask a store; remove `const`");
        return None;
    }
    let Some(body) = &function.body else {
        faults.at(
            signature,
            "a function without a body has no effect; put `#[idempotent]` on the methods that implement it",
        );
        return None;
    };
    let Some((shape, outcome)) = function.shape(body) else {
        faults.here(
            signature.output.span(),
            "this function returns a future and does not end in the async block that is the effect; write `async fn`, or end with `async move { .. }` or `Box::pin(async move { .. })`",
        );
        return None;
    };
    if outcome::is_option(&outcome) || outcome::is_none(&outcome) {
        let is_written = !outcome.to_token_stream().is_empty() && !matches!(signature.output, syn::ReturnType::Default);
        let place = if is_written { outcome.span() } else { signature.ident.span() };
        let words = format!(
            "a use of a key can be refused, and `{}` cannot say so; return a `Result` whose error is made from `Refused`",
            shown(&outcome).replace(" <", "<").replace("< ", "<").replace(" >", ">")
        );
        faults.here(place, words);
        return None;
    }
    Some((shape, outcome))
}

fn is_ours(attribute: &syn::Attribute) -> bool {
    let path = attribute.path();
    let last = path.segments.last().is_some_and(|last| last.ident == "idempotent");
    last && (path.segments.len() == 1 || path.segments.first().is_some_and(|first| first.ident == "retry_runtime"))
}
