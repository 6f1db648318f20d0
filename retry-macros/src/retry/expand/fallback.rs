//! Prints the answer of a call that ends without a success.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{at, here};
use crate::retry::expand::budget::place;
use crate::retry::expand::hooks;
use crate::retry::fallback_spec::{Fallback, MaxAge, Stale};
use crate::retry::model::Model;
use crate::syntax::tokens::ungrouped;

/// Prints the key of a stale value, which the body must not take away.
///
/// ```text
/// fallback = stale(QUOTES, id)   ->  let stale_key = stale_key(&QUOTES, id);
/// ```
pub(super) fn local(model: &Model, emitter: &Emitter) -> Option<TokenStream> {
    let stale = model.fallback.as_ref()?.stale()?;
    let name = if model.is_async() { "stale_key_async" } else { "stale_key" };
    let (key, cache) = (&stale.key, borrowed(stale));
    // A cache of another type is reported at the cache, and a key of another type at the key.
    let stale_key = at(emitter.item(name).into_token_stream(), stale.cache.span());
    Some(quote_spanned!(place(key)=> let stale_key = #stale_key(#cache, #key);))
}

/// Prints the answer.
///
/// ```text
/// fallback = cached                                  ->  call.fallback(outcome, cached)
/// fallback = value(Quote::default())                 ->  call.fallback_value(outcome, || Quote::default())
/// fallback = stale(QUOTES, id, max_age = 10m)        ->  call.fallback_stale(outcome, &QUOTES, stale_key, Some(from_secs(600)))
/// ```
pub(super) fn answer(fallback: &Fallback, model: &Model, emitter: &Emitter) -> TokenStream {
    match fallback {
        Fallback::Hook(hook) => hooks::fallback(hook, model.retry_ok.is_some()),
        Fallback::Value(expr) => {
            let place = place(expr);
            quote_spanned!(place=> call.fallback_value(outcome, || #expr))
        }
        Fallback::Stale(stale) => {
            let name = if model.is_async() { "fallback_stale_async" } else { "fallback_stale" };
            // A value that cannot be marked is reported at the cache.
            let place = place(&stale.cache);
            let (name, cache) = (Ident::new(name, place), borrowed(stale));
            let wait = model.is_async().then(|| quote_spanned!(place=> .await));
            let max_age = max_age(stale, emitter);
            quote_spanned!(place=> call.#name(outcome, #cache, stale_key, #max_age) #wait)
        }
    }
}

fn borrowed(stale: &Stale) -> TokenStream {
    let cache = &stale.cache;
    match ungrouped(cache) {
        syn::Expr::Reference(_) => cache.to_token_stream(),
        _ => quote_spanned!(place(cache)=> &#cache),
    }
}

fn max_age(stale: &Stale, emitter: &Emitter) -> TokenStream {
    match &stale.max_age {
        None => quote_spanned!(here()=> ::core::option::Option::None),
        Some(MaxAge::Literal(age)) => {
            let age = TokenStream::from_iter(emitter.duration(*age));
            quote_spanned!(here()=> ::core::option::Option::Some(#age))
        }
        Some(MaxAge::PerCall(expr)) => quote_spanned!(place(expr)=> ::core::option::Option::Some(#expr)),
    }
}
