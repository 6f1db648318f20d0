//! Prints the idempotency key.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{at, here};
use crate::retry::model::{Effects, Key};
use crate::syntax::tokens::ungrouped;

/// Prints the key, which lives as long as the call.
///
/// ```text
/// idempotency_key = generate()   ->  let key = CallKey::generate();
/// idempotency_key = order.id     ->  let key = CallKey::new(&order.id);
/// ```
pub(super) fn local(effects: &Effects, emitter: &Emitter) -> Option<TokenStream> {
    let key = &effects.key.as_ref()?.value;
    let call_key = emitter.item("CallKey");
    Some(match key {
        Key::Generated => quote_spanned!(here()=> let key = #call_key::generate();),
        Key::PerCall(expr) => {
            let place = here().located_at(expr.span());
            let borrowed = match ungrouped(expr) {
                Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => quote_spanned!(place=> &(#expr)),
                _ => quote_spanned!(place=> &#expr),
            };
            let call_key = at(call_key.into_token_stream(), place);
            quote_spanned!(place=> let key = #call_key::new(#borrowed);)
        }
    })
}

/// Prints `.with_key(&key)`.
pub(super) fn call_setting(effects: &Effects) -> Option<TokenStream> {
    effects.key.as_ref().map(|given| {
        let with_key = Ident::new("with_key", here().located_at(given.key));
        quote_spanned!(here()=> .#with_key(&key))
    })
}

/// Prints the body of an attempt in the scope of the key: `key.scope(BODY)`.
pub(super) fn key_scope(effects: &Effects, body: TokenStream, method: &str) -> TokenStream {
    if effects.key.is_none() {
        return body;
    }
    let method = Ident::new(method, here());
    quote_spanned!(here()=> key.#method(#body))
}
