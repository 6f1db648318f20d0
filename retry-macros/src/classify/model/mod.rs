//! The annotated item: what the expansion prints from.

pub(super) mod case;

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Generics, Item, ItemEnum, ItemStruct, Path};

use self::case::{Case, Place};
use crate::classify::parse::{self, Options};
use crate::diagnostics::Diagnostics;

/// Enum or struct with its cases.
pub(super) struct Subject<'a> {
    pub(super) ident: &'a Ident,
    pub(super) generics: &'a Generics,
    /// The path of the runtime, if `crate` gives one.
    pub(super) runtime: Option<Path>,
    pub(super) cases: Vec<Case<'a>>,
}

impl<'a> Subject<'a> {
    /// Reads an item.
    pub(super) fn of(item: &'a Item, diagnostics: &mut Diagnostics) -> syn::Result<Self> {
        match item {
            Item::Enum(item) => Ok(Self::of_enum(item, diagnostics)),
            Item::Struct(item) => Ok(Self::of_struct(item, diagnostics)),
            Item::Union(item) => {
                let message =
                    "a union does not record which field it holds; write an enum, or implement `Classify` by hand";
                diagnostics.at(&item.union_token, message);
                let runtime = parse::read(&item.attrs, diagnostics).runtime.map(|(_, path)| path);
                Ok(Self { ident: &item.ident, generics: &item.generics, runtime, cases: Vec::new() })
            }
            other => Err(syn::Error::new(
                other.span(),
                "only an error type has classes; put the derive on an enum or a struct",
            )),
        }
    }

    fn of_enum(item: &'a ItemEnum, diagnostics: &mut Diagnostics) -> Self {
        let options = parse::read(&item.attrs, diagnostics);
        check_options_of_enum(&options, diagnostics);
        let transparent = case::is_transparent(&item.attrs);
        let cases = item.variants.iter().map(|variant| {
            check_fields(&variant.fields, diagnostics);
            let options = parse::read(&variant.attrs, diagnostics);
            check_options_of_variant(&options, diagnostics);
            let transparent = case::is_transparent(&variant.attrs) || (transparent && !has_display(&variant.attrs));
            let from = case::is_from(&variant.attrs);
            let place = Place { variant: Some(&variant.ident), name: &variant.ident, fields: &variant.fields };
            Case::of(place, transparent || from, options, diagnostics)
        });
        let cases = cases.collect();
        Self { ident: &item.ident, generics: &item.generics, runtime: options.runtime.map(|(_, path)| path), cases }
    }

    fn of_struct(item: &'a ItemStruct, diagnostics: &mut Diagnostics) -> Self {
        check_fields(&item.fields, diagnostics);
        let mut options = parse::read(&item.attrs, diagnostics);
        let runtime = options.runtime.take().map(|(_, path)| path);
        let place = Place { variant: None, name: &item.ident, fields: &item.fields };
        let case = Case::of(place, case::is_transparent(&item.attrs), options, diagnostics);
        Self { ident: &item.ident, generics: &item.generics, runtime, cases: vec![case] }
    }
}

/// Checks that an enum as a whole has no option except `crate`.
fn check_options_of_enum(options: &Options, diagnostics: &mut Diagnostics) {
    let keys = [options.class.as_ref().map(|(key, _)| key), options.retry_after.as_ref().map(|(key, _)| key)];
    for key in keys.into_iter().flatten() {
        diagnostics.at(&key, format!("`{key}` has no meaning on a whole enum; write it on a variant"));
    }
}

/// Checks that a variant has no option `crate`.
fn check_options_of_variant(options: &Options, diagnostics: &mut Diagnostics) {
    if let Some((key, _)) = &options.runtime {
        diagnostics.at(&key, "`crate` has no meaning on one variant; write it on the enum");
    }
}

/// Checks that no field has the attribute: its variant or struct names it.
fn check_fields(fields: &Fields, diagnostics: &mut Diagnostics) {
    for attr in fields.iter().flat_map(|field| &field.attrs).filter(|attr| parse::is_ours(attr)) {
        diagnostics.at(
            attr,
            "`#[classify]` has no meaning on a field; write `#[classify(retry_after = field)]` on its variant or struct",
        );
    }
}

/// Returns whether thiserror has a text for this variant.
///
/// Then `transparent` on the enum does not apply.
fn has_display(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("error"))
}
