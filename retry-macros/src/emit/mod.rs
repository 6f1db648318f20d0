//! How the expansion names what is not the user's.
//!
//! Where every token of a policy is ours, it is printed with short names that a `use` in the static's own block brings
//! in, so that it fits a screen; the body and the function's types never see that block. Where the user's expressions
//! stand in it and use such a name, or a macro, which may use any, every name of ours is an absolute path.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Path};

use crate::syntax::literal::{first_name, may_mean_any};

/// The place of every token of ours.
pub(crate) fn here() -> Span {
    Span::mixed_site()
}

/// The tokens, if there are any: to print an empty stream costs as much as to print a full one.
pub(crate) fn some(tokens: TokenStream) -> Option<TokenStream> {
    (!tokens.is_empty()).then_some(tokens)
}

pub(crate) struct Paths {
    runtime: TokenStream,
    short: bool,
    used: RefCell<BTreeSet<&'static str>>,
    /// The user's tokens that stand among the short names.
    foreign: RefCell<TokenStream>,
    /// All that the user wrote, whose names no item of ours may have.
    written: TokenStream,
    /// The items that hold the user's expressions, and their names.
    constants: RefCell<Vec<(String, TokenStream)>>,
}

/// The name, the type and the rule of the item that holds an expression of the user's.
#[derive(Clone, Copy)]
pub(crate) struct Checked {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) rule: &'static str,
}

/// An item of the runtime, as it is printed.
pub(crate) struct Item<'a> {
    /// Where the path is absolute.
    runtime: Option<&'a TokenStream>,
    name: Ident,
}

impl ToTokens for Item<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some(runtime) = self.runtime {
            tokens.extend(quote_spanned!(here()=> #runtime::));
        }
        self.name.to_tokens(tokens);
    }
}

impl Paths {
    /// `written` is all that the user wrote beside what is printed.
    pub(crate) fn absolute(runtime: Option<&Path>, written: TokenStream) -> Self {
        let runtime = runtime.map_or_else(|| quote_spanned!(here()=> ::retry_runtime), ToTokens::to_token_stream);
        let (used, foreign, constants) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { runtime, short: false, used, foreign, written, constants }
    }

    pub(crate) fn short(runtime: Option<&Path>, written: TokenStream) -> Self {
        Self { short: true, ..Self::absolute(runtime, written) }
    }

    /// The path of the runtime itself.
    pub(crate) fn runtime(&self) -> &TokenStream {
        &self.runtime
    }

    /// An item of the runtime.
    pub(crate) fn item(&self, name: &'static str) -> Item<'_> {
        if self.short {
            self.used.borrow_mut().insert(name);
        }
        Item { runtime: (!self.short).then_some(&self.runtime), name: Ident::new(name, here()) }
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
        tokens.to_tokens(&mut self.foreign.borrow_mut());
        tokens.to_token_stream()
    }

    /// The name of a constant that holds the user's expression, held against its rule: so the expression stands in the
    /// expansion once, and what is wrong with it is said once, at its own tokens.
    ///
    /// `[before, after]` is what the rule is given beside it.
    pub(crate) fn constant(&self, checked: Checked, expr: &Expr, [before, after]: [TokenStream; 2]) -> TokenStream {
        expr.to_tokens(&mut self.foreign.borrow_mut());
        let (name, kind, value) = (self.fresh(checked.name), checked.kind, expr.to_token_stream());
        let first = value.clone().into_iter().next().map_or_else(here, |token| token.span());
        let last = value.clone().into_iter().last().map_or_else(here, |token| token.span());
        let (runtime, of, rule) = (&self.runtime, Ident::new(kind, here()), Ident::new(checked.rule, here()));
        let of = if kind == "Duration" { quote_spanned!(here()=> ::core::time::#of) } else { of.into_token_stream() };
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(here()=> #before #value #after));
        arguments.set_span(here().located_at(last));
        let called = at(quote_spanned!(here()=> #runtime::__private::const_check::#rule), first);
        let constant = at(Ident::new(&name, here()).into_token_stream(), first);
        let item = quote_spanned!(here()=> const #constant: #of = #called #arguments;);
        self.constants.borrow_mut().push((name, item));
        constant
    }

    /// A name that nothing of the user's has, nor another constant.
    pub(crate) fn fresh(&self, name: &str) -> String {
        let (constants, text) = (self.constants.borrow(), self.written.to_string());
        let is_taken = |name: &String| {
            constants.iter().any(|(other, _)| other == name)
                // The text is asked first, since most write no such name and a walk is dear.
                || text.contains(name) && first_name(self.written.clone(), &|other| other == name).is_some()
        };
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        std::iter::once(name.into()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
    }

    /// The items of the constants that were printed since the last time.
    pub(crate) fn constants(&self) -> Vec<TokenStream> {
        self.constants.take().into_iter().map(|(_, item)| item).collect()
    }

    /// What was printed, with its constants.
    pub(crate) fn closed(&self, printed: TokenStream) -> TokenStream {
        let constants = self.constants();
        if constants.is_empty() { printed } else { quote_spanned!(here()=> { #(#constants)* #printed }) }
    }

    /// Whether the user's tokens among short names might mean ours: an expression or a type that uses such a name, or a
    /// macro, which may use any.
    pub(crate) fn could_mean(&self, outcome: &TokenStream) -> bool {
        let names: Vec<_> = self.used.borrow().iter().copied().collect();
        let theirs = [self.foreign.borrow().clone(), outcome.clone()];
        theirs.into_iter().any(|tokens| may_mean_any(tokens, &names))
    }

    /// The imports of the short names that were printed: items and units of time, on a line of their own each where one
    /// does not hold both.
    pub(crate) fn import(&self) -> TokenStream {
        let used = self.used.borrow();
        let (units, items): (Vec<&str>, Vec<&str>) = used.iter().partition(|name| name.starts_with("from_"));
        let all = [items.as_slice(), units.as_slice()].concat();
        if all.join(", ").len() <= LINE {
            self.imported(&all)
        } else {
            [items, units].map(|names| self.imported(&names)).into_iter().collect()
        }
    }

    fn imported(&self, names: &[&str]) -> TokenStream {
        let runtime = &self.runtime;
        let names: Vec<_> = names.iter().map(|name| Ident::new(name, here())).collect();
        match names.as_slice() {
            [] => TokenStream::new(),
            [name] => quote_spanned!(here()=> use #runtime::#name;),
            names => quote_spanned!(here()=> use #runtime::{#(#names),*};),
        }
    }
}

/// The letters of names that fit a line beside `use ::retry_runtime::{};`, in a method.
const LINE: usize = 52;

/// A duration as a constructor of `Duration` and its argument, in the largest unit that holds it whole.
pub(crate) fn in_unit(value: Duration) -> (&'static str, u64) {
    let nanos = retry_core::units::from(value);
    for (unit, scale) in [("from_secs", 1_000_000_000), ("from_millis", 1_000_000), ("from_micros", 1_000)] {
        if nanos % scale == 0 {
            return (unit, nanos / scale);
        }
    }
    ("from_nanos", nanos)
}

/// Puts `.name(arguments)` behind a chain, token by token: a stream that is put into another is dear.
pub(crate) fn push_call(chain: &mut TokenStream, name: &str, arguments: TokenStream) {
    let mut dot = Punct::new('.', Spacing::Alone);
    dot.set_span(here());
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(here());
    chain.extend([TokenTree::from(dot), Ident::new(name, here()).into(), arguments.into()]);
}

/// The same tokens, all at one place; each keeps what it can see.
pub(crate) fn at(tokens: TokenStream, span: Span) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let mut moved = Group::new(group.delimiter(), at(group.stream(), span));
                moved.set_span(here().located_at(span));
                return TokenTree::Group(moved);
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}
