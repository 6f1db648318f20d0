//! Prints the predicate on an attempt's result.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use crate::emit::Emitter;
use crate::emit::tokens::here;
use crate::retry::class_list::ClassList;
use crate::retry::expand::classes;
use crate::retry::model::{Model, RejectedOk};

/// Prints the predicate on a result, if there is more than classes.
///
/// ```text
/// retry_on = (Timeout, E::Busy), retry_if = P, except = E::Fatal
///
/// , |result| (result.is_listed() || result.error(|error| matches!(error, E::Busy)) || result.error(P))
///     && !result.error(|error| matches!(error, E::Fatal))
/// ```
pub(super) fn predicate(model: &Model, emitter: &mut Emitter) -> Option<TokenStream> {
    if !model.has_predicate() {
        return None;
    }
    let (reasons, exceptions) = (reasons(model, emitter), exceptions(&model.except, emitter));
    let any = quote_spanned!(here()=> #(#reasons)||*);
    if exceptions.is_empty() {
        return Some(quote_spanned!(here()=> , |result| #any));
    }
    let any = if reasons.len() > 1 { quote_spanned!(here()=> (#any)) } else { any };
    Some(quote_spanned!(here()=> , |result| #any #(&& !#exceptions)*))
}

fn reasons(model: &Model, emitter: &mut Emitter) -> Vec<TokenStream> {
    let mut reasons = Vec::new();
    if model.has_classes() {
        let is_listed = Ident::new("is_listed", here().located_at(model.class_span()));
        reasons.push(quote_spanned!(here()=> result.#is_listed()));
    }
    reasons.extend(model.retry_on.iter().flat_map(patterns));
    if let Some(predicate) = &model.retry_if {
        reasons.push(quote_spanned!(here()=> result.error(#predicate)));
    }
    match &model.retry_ok {
        Some(RejectedOk::Classes(list)) => reasons.push(class_of("ok_in", list, emitter)),
        Some(RejectedOk::Predicate(predicate)) => reasons.push(quote_spanned!(here()=> result.ok(#predicate))),
        None => {}
    }
    reasons
}

fn exceptions(except: &ClassList, emitter: &mut Emitter) -> Vec<TokenStream> {
    let mut exceptions: Vec<_> = patterns(except).collect();
    if !except.classes.is_empty() {
        exceptions.push(class_of("error_in", except, emitter));
    }
    exceptions
}

/// Prints `result.ok_in(&Classes::new().timeout())`.
///
/// The method is located at the first class of the list.
fn class_of(method: &str, list: &ClassList, emitter: &mut Emitter) -> TokenStream {
    let place = list.classes.first().map_or_else(here, |class| here().located_at(class.span()));
    let method = Ident::new(method, place);
    let classes = classes::set(&list.classes, false, emitter);
    let classes = emitter.with_constants(classes.into());
    quote_spanned!(here()=> result.#method(&#classes))
}

/// Prints a test for each pattern of a list.
fn patterns(list: &ClassList) -> impl Iterator<Item = TokenStream> + '_ {
    let none = list.none.iter().map(|_| quote_spanned!(here()=> result.is_err()));
    none.chain(list.patterns.iter().map(|(pattern, guard)| {
        let guard = guard.as_ref().map(|guard| quote_spanned!(here()=> if #guard));
        quote_spanned!(here()=> result.error(|error| ::core::matches!(error, #pattern #guard)))
    }))
}
