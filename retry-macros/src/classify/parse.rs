//! Options of `#[classify(..)]` in one place: on the item, or on a variant.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitInt, Member, Path, Token, parenthesized};

use super::names;
use crate::diagnostics::Diagnostics;

#[derive(Default)]
pub(super) struct Options {
    pub(super) class: Option<(Ident, ClassOption)>,
    pub(super) retry_after: Option<(Ident, Member)>,
    pub(super) runtime: Option<(Ident, Path)>,
}

/// Option that decides the class.
pub(super) enum ClassOption {
    /// `Timeout`
    Named,
    /// `Status(503)`
    Status(LitInt),
    /// `status = field`
    StatusField(Member),
    /// `transparent`
    Transparent,
}

/// Returns whether an attribute is `#[classify]`.
pub(super) fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("classify")
}

/// Reads every `#[classify(..)]` of one place.
pub(super) fn read(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options::default();
    for attr in attrs.iter().filter(|attr| is_ours(attr)) {
        match attr.meta.require_list() {
            Ok(list) if !list.tokens.is_empty() => {
                let parsed = attr.parse_args_with(|input: ParseStream| options.read(input, diagnostics));
                diagnostics.take(parsed);
            }
            _ => diagnostics.at(&attr, "`#[classify]` is empty; write `#[classify(Timeout)]`, or remove it"),
        }
    }
    options
}

impl Options {
    fn read(&mut self, input: ParseStream, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        while !input.is_empty() {
            self.read_one(input, diagnostics)?;
            if !input.is_empty() {
                input.parse::<Token![,]>().map_err(|error| {
                    syn::Error::new(error.span(), "a comma is missing between two options; write `,` before this one")
                })?;
            }
        }
        Ok(())
    }

    fn read_one(&mut self, input: ParseStream, diagnostics: &mut Diagnostics) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                "this is neither a class nor an option; write `Timeout`, `Status(503)` or `transparent`",
            )
        })?;
        match key.to_string().as_str() {
            names::CRATE => {
                let path = assigned(&key, input, Path::parse_mod_style, "path")?;
                once(&mut self.runtime, key, path, diagnostics);
            }
            names::RETRY_AFTER => {
                let field = assigned(&key, input, Member::parse, "field")?;
                once(&mut self.retry_after, key, field, diagnostics);
            }
            names::STATUS_FIELD => {
                let field = assigned(&key, input, Member::parse, "field")?;
                once(&mut self.class, key, ClassOption::StatusField(field), diagnostics);
            }
            names::STATUS => match number(input)? {
                Some(number) => once(&mut self.class, key, ClassOption::Status(number), diagnostics),
                None => diagnostics.at(&key, "`Status` has no number; write `Status(503)`, or `status = field`"),
            },
            names::TRANSPARENT => once(&mut self.class, key, ClassOption::Transparent, diagnostics),
            name if names::is_class(name) => once(&mut self.class, key, ClassOption::Named, diagnostics),
            name => {
                diagnostics.at(&key, names::unknown(name));
                skip_value(input)?;
            }
        }
        Ok(())
    }
}

/// Stores an option, or reports that it is given twice.
fn once<T>(slot: &mut Option<(Ident, T)>, key: Ident, value: T, diagnostics: &mut Diagnostics) {
    match slot {
        Some((first, _)) if *first == key => diagnostics.at(&key, format!("`{key}` is given twice; remove one")),
        Some((first, _)) => {
            diagnostics.at(&key, format!("`{key}` is a second class beside `{first}`; remove one of them"));
        }
        None => *slot = Some((key, value)),
    }
}

/// Reads the value behind `=`.
fn assigned<T>(
    key: &Ident,
    input: ParseStream,
    parse: fn(ParseStream) -> syn::Result<T>,
    what: &str,
) -> syn::Result<T> {
    let value = input.parse::<Token![=]>().and_then(|_| parse(input));
    value.map_err(|_| syn::Error::new(key.span(), format!("`{key}` has no {what}; write `{key} = {what}`")))
}

fn number(input: ParseStream) -> syn::Result<Option<LitInt>> {
    if !input.peek(syn::token::Paren) {
        return Ok(None);
    }
    let content;
    let parentheses = parenthesized!(content in input);
    let number = content.parse().ok().filter(|_| content.is_empty());
    number
        .map(Some)
        .ok_or_else(|| syn::Error::new(parentheses.span.join(), "this is not a single status; write `Status(503)`"))
}

/// Skips the value of an unknown option, to read the options behind it.
fn skip_value(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
