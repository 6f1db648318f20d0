//! `#[idempotent(..)]`: the same three stages as `#[retry]`.

mod expand;
mod modes;
mod parse;
mod times;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::syntax::function;

/// Parse, validate, expand; on a fault the function is kept as it was, so that one mistake is one error.
pub(crate) fn expand_attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    match attempt(options, item.clone()) {
        Ok(expanded) => expanded,
        Err(diagnostics) => [diagnostics, item].into_iter().collect(),
    }
}

fn attempt(options: TokenStream, item: TokenStream) -> Result<TokenStream, TokenStream> {
    let mut diagnostics = Diagnostics::new();
    let parsed = parse::parse(options, &mut diagnostics);
    let function = function::parse(item, "idempotent", "take effect once", &mut diagnostics);
    let model =
        function.and_then(|function| Some((validate::validate(parsed, &function, &mut diagnostics)?, function)));
    diagnostics.verdict()?;
    Ok(model.map_or_else(TokenStream::new, |(model, function)| expand::expand(&model, &function)))
}
