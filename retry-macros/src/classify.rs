//! `#[derive(Classify)]`: read the item, judge it, expand it.

mod attr;
mod case;
mod expand;
mod faults;
mod names;
mod subject;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use self::faults::Faults;
use self::subject::Subject;

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    syn::parse2::<Item>(item).and_then(|item| implement(&item)).unwrap_or_else(syn::Error::into_compile_error)
}

/// The impl; with faults, those beside an impl that keeps everything else from failing for want of one.
fn implement(item: &Item) -> syn::Result<TokenStream> {
    let mut faults = Faults::default();
    let subject = Subject::of(item, &mut faults)?;
    Ok(match faults.finish() {
        Ok(()) => expand::implementation(&subject),
        Err(error) => {
            let (error, stub) = (error.into_compile_error(), expand::stub(&subject));
            quote!(#error #stub)
        }
    })
}
