//! All that is wrong with an item, said in one go.

use quote::ToTokens;

#[derive(Default)]
pub(super) struct Faults(Option<syn::Error>);

impl Faults {
    /// Adds a fault at these tokens.
    pub(super) fn add(&mut self, at: impl ToTokens, message: impl core::fmt::Display) {
        self.join(syn::Error::new_spanned(at, message));
    }

    /// Adds what failed to parse.
    pub(super) fn check(&mut self, parsed: syn::Result<()>) {
        if let Err(error) = parsed {
            self.join(error);
        }
    }

    pub(super) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }

    fn join(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }
}
