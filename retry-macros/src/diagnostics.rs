//! All errors of an attribute, so that one compilation reports them all.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Accumulator of compiler errors.
///
/// [`finish`](Self::finish) must be called before it is dropped.
pub(crate) struct Diagnostics {
    errors: Option<syn::Error>,
    count: usize,
    is_finished: bool,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Self { errors: None, count: 0, is_finished: false }
    }

    /// Reports an error at `tokens`.
    pub(crate) fn at(&mut self, tokens: &impl ToTokens, message: impl std::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Reports an error at `span`.
    pub(crate) fn at_span(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.count += 1;
        match &mut self.errors {
            Some(errors) => errors.combine(error),
            None => self.errors = Some(error),
        }
    }

    /// Runs `check` and returns whether it reported no error.
    pub(crate) fn passes(&mut self, check: impl FnOnce(&mut Self)) -> bool {
        let before = self.count;
        check(self);
        self.count == before
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_none()
    }

    /// Returns the value, or reports the error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Returns all errors, to report them in other words.
    pub(crate) fn into_errors(mut self) -> Vec<syn::Error> {
        self.is_finished = true;
        self.errors.take().into_iter().flatten().collect()
    }

    /// Returns all errors as `compile_error!` calls.
    pub(crate) fn finish(mut self) -> Result<(), TokenStream> {
        self.is_finished = true;
        match self.errors.take() {
            Some(errors) => Err(errors.into_compile_error()),
            None => Ok(()),
        }
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        debug_assert!(self.is_finished || std::thread::panicking(), "errors were collected and never reported");
    }
}

/// Adds what was written to the message of a broken rule, before its `;`.
pub(crate) fn with_written(message: &str, written: &str) -> String {
    match message.split_once(';') {
        Some((wrong, instead)) => format!("{wrong}{written};{instead}"),
        None => format!("{message}{written}"),
    }
}
