//! How the expansion names what is not the user's.
//!
//! Where every token of a policy is ours, it is printed with short names that a `use` in the static's own block brings
//! in, so that it fits a screen; the body and the function's types never see that block. Where the user's expressions
//! stand in it, every name is an absolute path, since theirs could mean something else.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::value::names_any;

/// The place of every token of ours.
pub(crate) fn here() -> Span {
    Span::mixed_site()
}

pub(crate) struct Paths {
    runtime: TokenStream,
    short: bool,
    used: RefCell<BTreeSet<&'static str>>,
    foreign: Cell<bool>,
}

impl Paths {
    pub(crate) fn absolute(runtime: Option<&Path>) -> Self {
        let runtime = runtime.map_or_else(|| quote_spanned!(here()=> ::retry_runtime), ToTokens::to_token_stream);
        Self { runtime, short: false, used: RefCell::default(), foreign: Cell::new(false) }
    }

    pub(crate) fn short(runtime: Option<&Path>) -> Self {
        Self { short: true, ..Self::absolute(runtime) }
    }

    /// The path of the runtime itself.
    pub(crate) fn runtime(&self) -> &TokenStream {
        &self.runtime
    }

    /// An item of the runtime.
    pub(crate) fn item(&self, name: &'static str) -> TokenStream {
        let ident = Ident::new(name, here());
        if self.short {
            self.used.borrow_mut().insert(name);
            return ident.into_token_stream();
        }
        let runtime = &self.runtime;
        quote_spanned!(here()=> #runtime::#ident)
    }

    /// A duration, in the largest unit that holds it whole.
    pub(crate) fn duration(&self, value: Duration) -> TokenStream {
        let (unit, number) = in_unit(value);
        let number = Literal::u64_unsuffixed(number);
        if self.short {
            self.used.borrow_mut().insert(unit);
            let unit = Ident::new(unit, here());
            return quote_spanned!(here()=> #unit(#number));
        }
        let unit = Ident::new(unit, here());
        quote_spanned!(here()=> ::core::time::Duration::#unit(#number))
    }

    /// The user's own tokens.
    pub(crate) fn users(&self, tokens: &impl ToTokens) -> TokenStream {
        self.foreign.set(true);
        tokens.to_token_stream()
    }

    /// Whether the user's tokens stand among short names and might mean ours: an expression of theirs, or a type that
    /// uses such a name, or a macro, which may use any.
    pub(crate) fn could_mean(&self, outcome: &TokenStream) -> bool {
        let names: Vec<_> = self.used.borrow().iter().map(ToString::to_string).collect();
        self.foreign.get() || names_any(outcome.clone(), &names) || outcome.to_string().contains('!')
    }

    /// The imports of the short names that were printed: items, and units of time.
    pub(crate) fn import(&self) -> TokenStream {
        let (runtime, used) = (&self.runtime, self.used.borrow());
        let (units, items): (Vec<&str>, Vec<&str>) = used.iter().partition(|name| name.starts_with("from_"));
        let imports = [items, units].into_iter().map(|names| {
            let names: Vec<_> = names.into_iter().map(|name| Ident::new(name, here())).collect();
            match names.as_slice() {
                [] => TokenStream::new(),
                [name] => quote_spanned!(here()=> use #runtime::#name;),
                names => quote_spanned!(here()=> use #runtime::{#(#names),*};),
            }
        });
        imports.collect()
    }
}

fn in_unit(value: Duration) -> (&'static str, u64) {
    let nanos = retry_core::nanos::from(value);
    for (unit, scale) in [("from_secs", 1_000_000_000), ("from_millis", 1_000_000), ("from_micros", 1_000)] {
        if nanos % scale == 0 {
            return (unit, nanos / scale);
        }
    }
    ("from_nanos", nanos)
}
