//! `#[idempotent(..)]`: the same three stages as `#[retry]`.

mod expand;
mod options;
mod target;
mod times;
mod treatment;
mod valid;

use proc_macro2::{Span, TokenStream};

use crate::fault::Faults;
use crate::function;

/// Parse, validate, expand; on a fault the function is kept as it was, so that one mistake is one error.
pub(crate) fn once(options: TokenStream, item: TokenStream) -> TokenStream {
    match attempt(options, item.clone()) {
        Ok(expanded) => expanded,
        Err(faults) => [faults, item].into_iter().collect(),
    }
}

fn attempt(options: TokenStream, item: TokenStream) -> Result<TokenStream, TokenStream> {
    let mut faults = Faults::new();
    let parsed = options::parse(options, &mut faults);
    let function = function::parse(item, "idempotent", "take effect once", &mut faults);
    let model = function.and_then(|function| Some((valid::validate(parsed, &function, &mut faults)?, function)));
    faults.verdict()?;
    Ok(model.map_or_else(TokenStream::new, |(model, function)| expand::expand(&model, &function)))
}

/// The function as it was, and which feature the attribute needs.
pub(crate) fn missing(item: TokenStream) -> TokenStream {
    let words = "`#[idempotent]` needs the feature `idempotency` of `retry-runtime`; enable it";
    let fault = syn::Error::new(Span::call_site(), words).into_compile_error();
    [fault, item].into_iter().collect()
}
