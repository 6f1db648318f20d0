//! All diagnostics of an attribute, so that one compile shows them all.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects diagnostics. It must be asked for its verdict before it is dropped.
pub(crate) struct Diagnostics {
    found: Option<syn::Error>,
    count: usize,
    asked: bool,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self { found: None, count: 0, asked: false }
    }

    /// A fault at these tokens.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, words: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, words));
    }

    /// A fault at this place.
    pub(crate) fn here(&mut self, span: Span, words: impl std::fmt::Display) {
        self.push(syn::Error::new(span, words));
    }

    pub(crate) fn push(&mut self, fault: syn::Error) {
        self.count += 1;
        match &mut self.found {
            Some(found) => found.combine(fault),
            None => self.found = Some(fault),
        }
    }

    /// Whether what is done here adds no fault.
    pub(crate) fn none_in<T>(&mut self, done: impl FnOnce(&mut Self) -> T) -> (T, bool) {
        let before = self.count;
        let value = done(self);
        (value, self.count == before)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// Keeps the value, or the fault in its place.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|fault| self.push(fault)).ok()
    }

    /// All diagnostics, as the compiler shows them.
    pub(crate) fn verdict(mut self) -> Result<(), TokenStream> {
        self.asked = true;
        match self.found.take() {
            Some(found) => Err(found.into_compile_error()),
            None => Ok(()),
        }
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        debug_assert!(self.asked || std::thread::panicking(), "diagnostics were collected and never shown");
    }
}

/// The words of a broken rule, with what was written put before the `;`.
pub(crate) fn with(words: &str, written: &str) -> String {
    match words.split_once(';') {
        Some((wrong, instead)) => format!("{wrong}{written};{instead}"),
        None => format!("{words}{written}"),
    }
}
