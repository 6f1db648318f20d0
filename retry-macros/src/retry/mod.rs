//! `#[retry(..)]`: parse, validate, expand.

pub(crate) mod budget;
pub(crate) mod class_list;
pub(crate) mod effects;
pub(crate) mod expand;
pub(crate) mod guards;
pub(crate) mod literal_policy;
pub(crate) mod parse;
pub(crate) mod suggest;
pub(crate) mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::syntax::function;

/// Parse, validate, expand; on a fault the function is kept as it was, so that one mistake is one error.
pub(crate) fn expand_attribute(options: TokenStream, item: TokenStream, is_reviewed: bool) -> TokenStream {
    match attempt(options, item.clone(), is_reviewed) {
        Ok(expanded) => expanded,
        Err(diagnostics) => [diagnostics, item].into_iter().collect(),
    }
}

pub(crate) fn attempt(options: TokenStream, item: TokenStream, is_reviewed: bool) -> Result<TokenStream, TokenStream> {
    let mut diagnostics = Diagnostics::new();
    let parsed = parse::parse(options, &mut diagnostics);
    let model = match function::parse(item, "retry", "be retried", &mut diagnostics) {
        Some(mut function) => {
            validate::validate(parsed, &mut function, &mut diagnostics).map(|model| (model, function))
        }
        None => None,
    };
    diagnostics.verdict()?;
    Ok(model.map_or_else(TokenStream::new, |(model, function)| expand::expand(model, function, is_reviewed)))
}
