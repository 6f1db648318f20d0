//! `#[derive(Classify)]`: parse, validate, expand.

mod expand;
mod model;
mod names;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use self::model::Subject;
use crate::diagnostics::Diagnostics;

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    match syn::parse2(item) {
        Ok(item) => implement(&item),
        Err(error) => error.into_compile_error(),
    }
}

/// Prints the impl.
///
/// Beside errors it is a stub, so that users of the type do not report a missing impl.
fn implement(item: &Item) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let read = Subject::of(item, &mut diagnostics);
    let subject = diagnostics.take(read);
    match (diagnostics.finish(), subject) {
        (Ok(()), subject) => subject.as_ref().map(expand::implementation).unwrap_or_default(),
        (Err(diagnostics), subject) => {
            let stub = subject.as_ref().map(expand::stub);
            quote!(#diagnostics #stub)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expands_to(item: TokenStream, part: &TokenStream) -> bool {
        derive(item).to_string().contains(&part.to_string())
    }

    #[test]
    fn a_field_marked_by_from_is_asked_whatever_stands_beside_it() {
        let item = quote!(
            enum Error {
                Io(Backtrace, #[from] io::Error),
            }
        );
        assert!(expands_to(item, &quote!(Self::Io { 1: value, .. } => ::retry_runtime::Classify::class(value))));
    }

    #[test]
    fn a_variant_marked_by_from_is_asked() {
        let item = quote!(
            enum Error {
                #[from]
                Io(io::Error),
            }
        );
        assert!(expands_to(item, &quote!(Self::Io { 0: value, .. } => ::retry_runtime::Classify::class(value))));
    }

    #[test]
    fn from_with_words_of_another_derive_says_nothing() {
        let item = quote!(
            enum Error {
                #[from(skip)]
                Io(io::Error),
            }
        );
        assert!(expands_to(
            item,
            &quote!(
                fn class(&self) -> ::retry_runtime::Class {
                    ::retry_runtime::Class::Permanent
                }
            )
        ));
    }
}
