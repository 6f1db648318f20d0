//! Prints the runtime of an async function.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use crate::emit::Emitter;
use crate::emit::tokens::{at, here};
use crate::retry::model::RuntimeSpec;

/// Prints the method that begins a call on a runtime.
///
/// A type that is not a runtime is reported at the option's value.
///
/// ```text
/// runtime = smol        ->  .begin_on::<::retry_runtime::driver::Smol>
/// runtime = MyRuntime   ->  .begin_on::<MyRuntime>
/// ```
pub(super) fn begin_on(spec: &RuntimeSpec, emitter: &Emitter) -> TokenStream {
    let (path, place) = match spec {
        RuntimeSpec::BuiltIn(name) => {
            let runtime = emitter.runtime();
            (at(quote_spanned!(here()=> #runtime::driver::#name), name.span()), name.span())
        }
        RuntimeSpec::Path(path) => (path.to_token_stream(), path.span()),
    };
    quote_spanned!(here().located_at(place)=> .begin_on::<#path>)
}
