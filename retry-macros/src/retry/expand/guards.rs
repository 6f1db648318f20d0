//! Prints the circuit breaker.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;

use crate::emit::Emitter;
use crate::emit::tokens::here;
use crate::retry::expand::budget;
use crate::retry::guards::Guards;
use crate::retry::interruption::Interruption;
use crate::retry::shared_spec::refers_to_static;

/// Prints the locals of what a call names: `let breaker = &self.breaker;`.
pub(super) fn locals(guards: &Guards) -> TokenStream {
    let mut locals = TokenStream::new();
    for (name, spec) in guards.shared() {
        if let Some(expr) = spec.per_call() {
            let name = Ident::new(name, here());
            locals.extend(quote_spanned!(budget::place(expr)=> let #name = &#expr;));
        }
    }
    locals
}

/// Prints the settings of the operation: `.named_breaker(&SHOP, type_of(&SHOP))`.
///
/// An error in a path is reported there. The second argument has the type that is checked.
pub(super) fn setters(guards: &Guards, emitter: &Emitter) -> TokenStream {
    let mut chain = budget::setter(guards, emitter);
    if let Some(path) = guards.breaker.as_ref().and_then(|breaker| breaker.value.named()) {
        let type_of = emitter.item("type_of");
        chain.extend(quote_spanned!(budget::place(path)=> .named_breaker(&#path, #type_of(&#path))));
    }
    chain
}

/// Prints the setting of a call that `option` may end without an outcome.
///
/// ```text
/// breaker = SHOP           ->  .interruptible_by_breaker()
/// breaker = self.breaker   ->  .with_breaker(breaker)
/// breaker = &LAZY          ->  .static_breaker(breaker)
/// ```
///
/// An error type without `From<Stopped>` is reported at `option`, and an expression that is not a breaker at itself.
pub(super) fn interruptible(guards: &Guards, option: &Interruption) -> TokenStream {
    let per_call = guards.breaker.as_ref().and_then(|given| Some((given.key, given.value.per_call()?)));
    match per_call {
        None => {
            let name = format!("interruptible_by_{}", option.name);
            let interruptible = Ident::new(&name, here().located_at(option.place));
            quote_spanned!(here()=> .#interruptible())
        }
        Some((key, expr)) => {
            let setter = if refers_to_static(expr) { "static_breaker" } else { "with_breaker" };
            let with_breaker = Ident::new(setter, here().located_at(key));
            let breaker = Ident::new("breaker", budget::place(expr));
            quote_spanned!(here()=> .#with_breaker(#breaker))
        }
    }
}
