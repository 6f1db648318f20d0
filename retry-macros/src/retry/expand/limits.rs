//! Prints the limits before each attempt: rate limit, pace and concurrency limit.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote_spanned;

use crate::emit::tokens::{Tokens, here};
use crate::emit::{Checked, Emitter};
use crate::retry::expand::{budget, hedge, policy};
use crate::retry::guards::{ConcurrencySpec, Guards};
use crate::retry::shared_spec::{SharedSpec, refers_to_static};
use crate::syntax::literal::Value;

/// Prints the item of a concurrency limit of the operation alone.
///
/// ```text
/// concurrency = limit(20, wait = 1s)   ->  static CONCURRENCY: Concurrency = Concurrency::new(20).wait(from_secs(1));
/// ```
pub(super) fn item(guards: &Guards, emitter: &mut Emitter) -> Option<TokenStream> {
    let Some(ConcurrencySpec::Inline { attempts, wait }) = guards.concurrency() else { return None };
    let kind = emitter.item("Concurrency");
    let attempts = match attempts {
        Value::Literal { value, .. } => Tokens::default().number(Literal::u32_unsuffixed(*value)),
        Value::Const(expr) => {
            let rule = if guards.hedge.is_some() { "places_of_hedged" } else { "places" };
            emitter.constant(Checked { name: "PLACES", kind: "u32", rule }, expr, Default::default())
        }
    };
    let wait = wait.as_ref().map(|wait| policy::length(wait, "PLACE_WAIT", "place_wait", emitter));
    let wait = wait.map(|wait| quote_spanned!(here()=> .wait(#wait)));
    let (name, constants) = (name(emitter), emitter.take_constants());
    Some(quote_spanned!(here()=> #(#constants)* static #name: #kind = #kind::new(#attempts) #wait;))
}

fn name(emitter: &Emitter) -> Ident {
    Ident::new(&emitter.unused_name("CONCURRENCY"), here())
}

/// Prints the settings of the call.
///
/// ```text
/// rate_limit = SHOP         ->  .limited().named_rate_limit(&SHOP)
/// rate_limit = self.limit   ->  .limited().rate_limit(rate_limit)
/// rate_limit = &LAZY        ->  .limited().static_rate_limit(rate_limit)
/// concurrency = 20          ->  .limited().named_concurrency(&CONCURRENCY)
/// hedge = p95               ->  .limited().hedged(&HEDGE)
/// ```
pub(super) fn settings(guards: &Guards, emitter: &Emitter) -> TokenStream {
    if !guards.has_limits() && guards.hedge.is_none() {
        return TokenStream::new();
    }
    let mut settings = quote_spanned!(here()=> .limited());
    if let Some(ConcurrencySpec::Inline { .. }) = guards.concurrency() {
        let name = name(emitter);
        settings.extend(quote_spanned!(here()=> .named_concurrency(&#name)));
    }
    for (option, spec) in guards.shared().into_iter().filter(|(option, _)| *option != "breaker") {
        let (place, argument) = (budget::place(spec.expr()), Ident::new(option, here()));
        let setter = |kind: &str| Ident::new(&format!("{kind}{option}"), place);
        settings.extend(match spec {
            SharedSpec::Static(path) => {
                let setter = setter("named_");
                quote_spanned!(place=> .#setter(&#path))
            }
            SharedSpec::PerCall(expr) if refers_to_static(expr) => {
                let setter = setter("static_");
                quote_spanned!(place=> .#setter(#argument))
            }
            SharedSpec::PerCall(_) => {
                let setter = setter("");
                quote_spanned!(place=> .#setter(#argument))
            }
        });
    }
    settings.extend(hedge::setting(guards, emitter));
    settings
}

/// Prints the statement that waits before each attempt: `call.admission().await;`.
pub(super) fn admission(guards: &Guards, is_async: bool) -> Option<TokenStream> {
    let wait = is_async.then(|| quote_spanned!(here()=> .await));
    guards.has_limits().then(|| quote_spanned!(here()=> call.admission() #wait;))
}
