//! `#[idempotent(..)]`: parse, validate, expand.

mod expand;
mod model;
mod modes;
mod parse;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::syntax::function;

/// Expands the attribute.
///
/// If there are errors, the function stays as it is, so that a mistake is reported once.
pub(crate) fn expand_attribute(options: TokenStream, item: TokenStream) -> TokenStream {
    match pipeline(options, item.clone()) {
        Ok(expanded) => expanded,
        Err(errors) => [errors, item].into_iter().collect(),
    }
}

fn pipeline(options: TokenStream, item: TokenStream) -> Result<TokenStream, TokenStream> {
    let mut diagnostics = Diagnostics::new();
    let function = function::parse(item, "idempotent", "take effect once", &mut diagnostics);
    if let Some(second) = function.as_ref().and_then(|function| function.second("idempotent")) {
        diagnostics.at(second, "`#[idempotent]` is given twice; put all options into one");
        return diagnostics.finish().map(|()| TokenStream::new());
    }
    let options = parse::options(options, &mut diagnostics);
    let valid = function.and_then(|function| Some((validate::model(options, &function, &mut diagnostics)?, function)));
    diagnostics.finish()?;
    Ok(valid.map(|(model, function)| expand::expand(&model, &function)).unwrap_or_default())
}
