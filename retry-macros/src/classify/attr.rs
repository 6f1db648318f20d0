//! What `#[classify(..)]` says in one place: on the item, or on a variant.

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitInt, Member, Path, Token, parenthesized};

use super::names;
use crate::fault::Faults;

#[derive(Default)]
pub(super) struct Options {
    pub(super) class: Option<(Ident, ClassOption)>,
    pub(super) retry_after: Option<(Ident, Member)>,
    pub(super) runtime: Option<(Ident, Path)>,
}

/// The option that decides on the class.
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

pub(super) fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("classify")
}

/// Reads every `#[classify(..)]` of one place.
pub(super) fn read(attrs: &[Attribute], faults: &mut Faults) -> Options {
    let mut options = Options::default();
    for attr in attrs.iter().filter(|attr| is_ours(attr)) {
        match attr.meta.require_list() {
            Ok(list) if !list.tokens.is_empty() => {
                let parsed = attr.parse_args_with(|input: ParseStream| options.read(input, faults));
                faults.take(parsed);
            }
            _ => faults.at(&attr, "`#[classify]` says nothing; write `#[classify(Timeout)]`, or leave it out"),
        }
    }
    options
}

impl Options {
    fn read(&mut self, input: ParseStream, faults: &mut Faults) -> syn::Result<()> {
        while !input.is_empty() {
            self.read_one(input, faults)?;
            if !input.is_empty() {
                input.parse::<Token![,]>().map_err(|error| {
                    syn::Error::new(error.span(), "no comma between two options; write `,` before this one")
                })?;
            }
        }
        Ok(())
    }

    fn read_one(&mut self, input: ParseStream, faults: &mut Faults) -> syn::Result<()> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(
                error.span(),
                "neither a class nor an option; write `Timeout`, `Status(503)` or `transparent`",
            )
        })?;
        match key.to_string().as_str() {
            names::CRATE => {
                let path = assigned(&key, input, Path::parse_mod_style, "path")?;
                once(&mut self.runtime, key, path, faults);
            }
            names::RETRY_AFTER => {
                let field = assigned(&key, input, Member::parse, "field")?;
                once(&mut self.retry_after, key, field, faults);
            }
            names::STATUS_FIELD => {
                let field = assigned(&key, input, Member::parse, "field")?;
                once(&mut self.class, key, ClassOption::StatusField(field), faults);
            }
            names::STATUS => match number(input)? {
                Some(number) => once(&mut self.class, key, ClassOption::Status(number), faults),
                None => faults.at(&key, "`Status` lacks its number; write `Status(503)`, or `status = field`"),
            },
            names::TRANSPARENT => once(&mut self.class, key, ClassOption::Transparent, faults),
            name if names::is_class(name) => once(&mut self.class, key, ClassOption::Named, faults),
            name => {
                faults.at(&key, names::unknown(name));
                skip_value(input)?;
            }
        }
        Ok(())
    }
}

/// The one place that says 'twice'.
fn once<T>(slot: &mut Option<(Ident, T)>, key: Ident, value: T, faults: &mut Faults) {
    match slot {
        Some((first, _)) if *first == key => faults.at(&key, format!("`{key}` is given twice; leave one out")),
        Some((first, _)) => {
            faults.at(&key, format!("`{key}` is a second class beside `{first}`; leave one of them out"));
        }
        None => *slot = Some((key, value)),
    }
}

/// The value behind `=`.
fn assigned<T>(
    key: &Ident,
    input: ParseStream,
    parse: fn(ParseStream) -> syn::Result<T>,
    what: &str,
) -> syn::Result<T> {
    let value = input.parse::<Token![=]>().and_then(|_| parse(input));
    value.map_err(|_| syn::Error::new(key.span(), format!("`{key}` lacks its {what}; write `{key} = {what}`")))
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
        .ok_or_else(|| syn::Error::new(parentheses.span.join(), "this is not one status; write `Status(503)`"))
}

/// Passes over the value of an option that is not known, so that those behind it are read too.
fn skip_value(input: ParseStream) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
