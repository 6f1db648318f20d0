//! `#[retry(..)]`: parse, validate, expand.
//!
//! ```text
//! tokens -> parse::Options -> draft::Draft -> model::Model -> tokens
//! ```

mod class_limit;
mod class_list;
mod class_set;
mod draft;
mod expand;
mod fallback_spec;
mod guards;
mod interruption;
mod limit_spelling;
mod literal_policy;
mod model;
pub(crate) mod parse;
mod registration;
mod shared_spec;
mod suggest;
mod validate;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::syntax::function;

pub(crate) use self::registration::Registration;

/// Expands the attribute.
///
/// If there are errors, the function stays as it is, so that a mistake is reported once.
pub(crate) fn expand_attribute(options: TokenStream, item: TokenStream, registration: Registration) -> TokenStream {
    match pipeline(options, item.clone(), registration) {
        Ok(expanded) => expanded,
        Err(errors) => [errors, item].into_iter().collect(),
    }
}

/// Reports that the runtime has no calls, and keeps the function.
pub(crate) fn without_runtime(item: TokenStream) -> TokenStream {
    let message = "`#[retry]` needs the feature `std` of `retry-runtime`, which is off; enable it";
    let error = syn::Error::new(proc_macro2::Span::call_site(), message).into_compile_error();
    [error, item].into_iter().collect()
}

pub(crate) fn pipeline(
    options: TokenStream,
    item: TokenStream,
    registration: Registration,
) -> Result<TokenStream, TokenStream> {
    let mut diagnostics = Diagnostics::new();
    let function = function::parse(item, "retry", "be retried", &mut diagnostics);
    if let Some(second) = function.as_ref().and_then(|function| function.second("retry")) {
        diagnostics.at(second, "`#[retry]` is given twice, so retries would multiply; put all options into one");
        return diagnostics.finish().map(|()| TokenStream::new());
    }
    let options = parse::options(options, &mut diagnostics);
    let is_blocking = function.as_ref().is_some_and(|function| !function.is_async());
    suggest::report(&options, is_blocking, &mut diagnostics);
    let valid = function.and_then(|function| Some((validate::model(options, &function, &mut diagnostics)?, function)));
    diagnostics.finish()?;
    Ok(valid.map(|(model, function)| expand::expand(model, function, registration)).unwrap_or_default())
}
