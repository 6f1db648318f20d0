//! The item, judged: what the expansion asks.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Generics, Item, ItemEnum, ItemStruct, Path};

use super::attr::{self, Options};
use super::case::{self, Case, Place};
use crate::fault::Faults;

pub(super) struct Subject<'a> {
    pub(super) ident: &'a Ident,
    pub(super) generics: &'a Generics,
    /// Where the runtime is, if not where it usually is.
    pub(super) runtime: Option<Path>,
    pub(super) cases: Vec<Case<'a>>,
}

impl<'a> Subject<'a> {
    pub(super) fn of(item: &'a Item, faults: &mut Faults) -> syn::Result<Self> {
        match item {
            Item::Enum(item) => Ok(Self::of_enum(item, faults)),
            Item::Struct(item) => Ok(Self::of_struct(item, faults)),
            Item::Union(item) => {
                let message = "a union does not know what it holds; write an enum, or implement `Classify` by hand";
                faults.at(&item.union_token, message);
                let runtime = attr::read(&item.attrs, faults).runtime.map(|(_, path)| path);
                Ok(Self { ident: &item.ident, generics: &item.generics, runtime, cases: Vec::new() })
            }
            other => {
                Err(syn::Error::new(other.span(), "only an error type has classes; write it on an enum or a struct"))
            }
        }
    }

    fn of_enum(item: &'a ItemEnum, faults: &mut Faults) -> Self {
        let options = attr::read(&item.attrs, faults);
        check_options_of_enum(&options, faults);
        let transparent = case::is_transparent(&item.attrs);
        let cases = item.variants.iter().map(|variant| {
            check_fields(&variant.fields, faults);
            let options = attr::read(&variant.attrs, faults);
            check_options_of_variant(&options, faults);
            let transparent = case::is_transparent(&variant.attrs) || (transparent && !has_display(&variant.attrs));
            let from = case::is_from(&variant.attrs);
            let place = Place { variant: Some(&variant.ident), name: &variant.ident, fields: &variant.fields };
            Case::of(place, transparent || from, options, faults)
        });
        let cases = cases.collect();
        Self { ident: &item.ident, generics: &item.generics, runtime: options.runtime.map(|(_, path)| path), cases }
    }

    fn of_struct(item: &'a ItemStruct, faults: &mut Faults) -> Self {
        check_fields(&item.fields, faults);
        let mut options = attr::read(&item.attrs, faults);
        let runtime = options.runtime.take().map(|(_, path)| path);
        let place = Place { variant: None, name: &item.ident, fields: &item.fields };
        let case = Case::of(place, case::is_transparent(&item.attrs), options, faults);
        Self { ident: &item.ident, generics: &item.generics, runtime, cases: vec![case] }
    }
}

/// What is said of an enum as a whole is where the runtime is, and nothing else.
fn check_options_of_enum(options: &Options, faults: &mut Faults) {
    let keys = [options.class.as_ref().map(|(key, _)| key), options.retry_after.as_ref().map(|(key, _)| key)];
    for key in keys.into_iter().flatten() {
        faults.at(&key, format!("`{key}` says nothing of a whole enum; write it on a variant"));
    }
}

/// Where the runtime is, is said once for all variants.
fn check_options_of_variant(options: &Options, faults: &mut Faults) {
    if let Some((key, _)) = &options.runtime {
        faults.at(&key, "`crate` says nothing of one variant; write it on the enum");
    }
}

/// A field is named by its variant or struct, it says nothing itself.
fn check_fields(fields: &Fields, faults: &mut Faults) {
    for attr in fields.iter().flat_map(|field| &field.attrs).filter(|attr| attr::is_ours(attr)) {
        faults.at(
            attr,
            "`#[classify]` says nothing on a field; write `#[classify(retry_after = field)]` on its variant or struct",
        );
    }
}

/// Whether thiserror shows this variant by its own text, not by the enum's.
fn has_display(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("error"))
}
