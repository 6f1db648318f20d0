//! The attribute `#[retry]` and the derive of `Classify`; use them through `retry-runtime`.

mod check;
mod expand;
mod fault;
mod function;
mod known;
mod listed;
mod names;
mod options;
mod outcome;
mod policy;
mod schedule;
mod tail;
mod valid;
mod value;

use proc_macro2::TokenStream;

use crate::fault::Faults;

/// Retries the function.
#[proc_macro_attribute]
pub fn retry(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    retried(options.into(), item.into()).into()
}

/// Parse, validate, expand; on a fault the function is kept as it was, so that one mistake is one error.
fn retried(options: TokenStream, item: TokenStream) -> TokenStream {
    match attempt(options, item.clone()) {
        Ok(expanded) => expanded,
        Err(faults) => [faults, item].into_iter().collect(),
    }
}

fn attempt(options: TokenStream, item: TokenStream) -> Result<TokenStream, TokenStream> {
    let mut faults = Faults::new();
    let parsed = options::parse(options, &mut faults);
    let model = match function::parse(item, &mut faults) {
        Some(mut function) => valid::validate(parsed, &mut function, &mut faults).map(|model| (model, function)),
        None => None,
    };
    faults.verdict()?;
    Ok(model.map_or_else(TokenStream::new, |(model, function)| expand::expand(&model, function)))
}
