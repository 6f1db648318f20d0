//! Prints the circuit breaker and the rate limit.

use proc_macro2::TokenStream;
use quote::quote_spanned;

use crate::emit::Emitter;
use crate::retry::expand::budget;
use crate::retry::model::Guards;

/// Prints the settings of the operation: `.budget(&PAYMENTS).breaker(&SHOP)`.
///
/// An error in a path is reported there.
pub(super) fn setters(guards: &Guards, emitter: &Emitter) -> TokenStream {
    let mut chain = budget::setter(guards, emitter);
    if let Some(breaker) = &guards.breaker {
        let path = &breaker.value;
        chain.extend(quote_spanned!(budget::place(path)=> .breaker(&#path)));
    }
    chain
}

/// Prints the statement that waits for the rate limit before each attempt.
///
/// ```text
/// rate_limit = SHOP   ->  call.rate_limit(&SHOP).await;
/// ```
pub(super) fn rate_limit(guards: &Guards, is_async: bool) -> Option<TokenStream> {
    guards.rate_limit.as_ref().map(|given| {
        let (path, place) = (&given.value, budget::place(&given.value));
        let wait = is_async.then(|| quote_spanned!(place=> .await));
        quote_spanned!(place=> call.rate_limit(&#path) #wait;)
    })
}
