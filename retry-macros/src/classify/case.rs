//! One variant, or a struct: what its class is, and what its hint.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Field, Fields, LitInt, Member, Meta};

use super::names;
use super::parse::{ClassOption, Options};
use crate::diagnostics::Diagnostics;
use crate::syntax::spelling::nearest;

pub(super) struct Case<'a> {
    pub(super) place: Place<'a>,
    pub(super) class: ClassOf<'a>,
    pub(super) hint: Option<HintOf<'a>>,
}

#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// None of a struct.
    pub(super) variant: Option<&'a Ident>,
    /// The variant's name, or the struct's.
    pub(super) name: &'a Ident,
    pub(super) fields: &'a Fields,
}

pub(super) enum ClassOf<'a> {
    Named(Ident),
    Status(LitInt),
    /// The status that this field holds.
    StatusIn(FieldOf<'a>),
    /// The class of the error that this field holds.
    Asked(FieldOf<'a>),
}

pub(super) enum HintOf<'a> {
    In(FieldOf<'a>),
    Asked(FieldOf<'a>),
}

/// A field by its place in the variant.
#[derive(Clone, Copy)]
pub(super) struct FieldOf<'a> {
    pub(super) index: usize,
    pub(super) field: &'a Field,
}

impl<'a> Case<'a> {
    /// `asks` is set where another derive already says that the failure is that of the wrapped error.
    pub(super) fn of(place: Place<'a>, asks: bool, options: Options, diagnostics: &mut Diagnostics) -> Self {
        let class = match options.class {
            Some((key, option)) => place.class_said(key, option, diagnostics),
            None => place.class_implied(asks),
        };
        let hint = match (options.retry_after, &class) {
            (Some((_, member)), _) => place.field(&member, diagnostics).map(HintOf::In),
            (None, ClassOf::Asked(field)) => Some(HintOf::Asked(*field)),
            (None, _) => None,
        };
        Self { place, class, hint }
    }
}

impl<'a> Place<'a> {
    fn class_said(self, key: Ident, option: ClassOption, diagnostics: &mut Diagnostics) -> ClassOf<'a> {
        match option {
            ClassOption::Named => ClassOf::Named(key),
            ClassOption::Status(number) => {
                check_status(&number, diagnostics);
                ClassOf::Status(number)
            }
            ClassOption::StatusField(member) => {
                self.field(&member, diagnostics).map_or_else(permanent, ClassOf::StatusIn)
            }
            ClassOption::Transparent => self.wrapped().map_or_else(
                || {
                    let message =
                        "`transparent` needs the one error that is wrapped; leave one field, or mark it by `#[source]`";
                    diagnostics.at(&key, message);
                    permanent()
                },
                ClassOf::Asked,
            ),
        }
    }

    fn class_implied(self, asks: bool) -> ClassOf<'a> {
        let named = self.variant.filter(|name| names::is_class(&name.to_string()));
        if let Some(name) = named {
            return ClassOf::Named(name.clone());
        }
        let has_from = self.fields.iter().any(|field| is_from(&field.attrs));
        if let Some(wrapped) = self.wrapped().filter(|_| asks || has_from) {
            return ClassOf::Asked(wrapped);
        }
        match (self.variant, self.fields) {
            (Some(name), Fields::Unnamed(_)) if name == names::STATUS => {
                self.only().map_or_else(permanent, ClassOf::StatusIn)
            }
            _ => permanent(),
        }
    }

    /// The wrapped error: the field that is marked as one, or the only one.
    fn wrapped(self) -> Option<FieldOf<'a>> {
        let source = |field: &Field| field.ident.as_ref().is_some_and(|name| name == "source");
        self.find(|field| is_from(&field.attrs))
            .or_else(|| self.find(|field| has_path(&field.attrs, "source")))
            .or_else(|| self.find(source))
            .or_else(|| self.only())
    }

    fn only(self) -> Option<FieldOf<'a>> {
        (self.fields.len() == 1).then(|| self.find(|_| true)).flatten()
    }

    fn field(self, member: &Member, diagnostics: &mut Diagnostics) -> Option<FieldOf<'a>> {
        let found = match member {
            Member::Named(name) => self.find(|field| field.ident.as_ref() == Some(name)),
            Member::Unnamed(index) => {
                self.all().find(|field| field.field.ident.is_none() && u32::try_from(field.index) == Ok(index.index))
            }
        };
        if found.is_none() {
            diagnostics.at(&member, self.no_such_field(member));
        }
        found
    }

    fn no_such_field(self, member: &Member) -> String {
        let name = match member {
            Member::Named(name) => name.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let known = self.all().map(|field| match &field.field.ident {
            Some(name) => name.to_string(),
            None => field.index.to_string(),
        });
        let known: Vec<_> = known.collect();
        let place = self.name;
        match (nearest(&name, &known), known.as_slice()) {
            (Some(nearest), _) => format!("no field `{name}` in `{place}`; write `{nearest}`"),
            (None, [only]) => format!("no field `{name}` in `{place}`; write `{only}`"),
            (None, []) => format!("no field `{name}` in `{place}`; it has no fields, leave this out"),
            (None, known) => format!("no field `{name}` in `{place}`; write one of `{}`", known.join("`, `")),
        }
    }

    fn find(self, mut is_it: impl FnMut(&Field) -> bool) -> Option<FieldOf<'a>> {
        self.all().find(|field| is_it(field.field))
    }

    fn all(self) -> impl Iterator<Item = FieldOf<'a>> {
        self.fields.iter().enumerate().map(|(index, field)| FieldOf { index, field })
    }
}

/// Whether a derive that knows `#[from]` makes the error from what it wraps.
pub(super) fn is_from(attrs: &[Attribute]) -> bool {
    has_path(attrs, "from")
}

/// Whether thiserror passes on text and source of what is wrapped: `#[error(transparent)]`.
pub(super) fn is_transparent(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("error") && attr.parse_args::<Ident>().is_ok_and(|word| word == names::TRANSPARENT)
    })
}

fn has_path(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| matches!(&attr.meta, Meta::Path(path) if path.is_ident(name)))
}

fn permanent<'a>() -> ClassOf<'a> {
    ClassOf::Named(format_ident!("{}", names::PERMANENT))
}

/// The status of a failed exchange is 400 to 599.
fn check_status(number: &LitInt, diagnostics: &mut Diagnostics) {
    if !number.base10_parse::<u16>().is_ok_and(|status| (400..=599).contains(&status)) {
        diagnostics.at(&number, format!("`{number}` is no status of a failure; write one of `400..=599`"));
    }
}
