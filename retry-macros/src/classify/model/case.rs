//! The class and the hint of a variant, or of a struct.

use proc_macro2::Ident;
use quote::format_ident;
use syn::{Attribute, Field, Fields, LitInt, Member, Meta};

use crate::classify::names;
use crate::classify::parse::{ClassOption, Options};
use crate::diagnostics::Diagnostics;
use crate::syntax::spelling::nearest;

/// Variant, or struct, with its class and its hint.
pub(in crate::classify) struct Case<'a> {
    pub(in crate::classify) place: Place<'a>,
    pub(in crate::classify) class: ClassOf<'a>,
    pub(in crate::classify) hint: Option<HintOf<'a>>,
}

#[derive(Clone, Copy)]
pub(in crate::classify) struct Place<'a> {
    /// `None` for a struct.
    pub(in crate::classify) variant: Option<&'a Ident>,
    /// The name of the variant or the struct.
    pub(in crate::classify) name: &'a Ident,
    pub(in crate::classify) fields: &'a Fields,
}

/// Source of a class.
pub(in crate::classify) enum ClassOf<'a> {
    Named(Ident),
    Status(LitInt),
    /// The field holds the status.
    StatusIn(FieldOf<'a>),
    /// The field holds an error, whose class it is.
    Forwarded(FieldOf<'a>),
    /// Nothing gives a class: `Permanent`, and not a final answer.
    Default,
}

/// Source of a hint.
pub(in crate::classify) enum HintOf<'a> {
    In(FieldOf<'a>),
    Forwarded(FieldOf<'a>),
}

/// Field with its index in the variant.
#[derive(Clone, Copy)]
pub(in crate::classify) struct FieldOf<'a> {
    pub(in crate::classify) index: usize,
    pub(in crate::classify) field: &'a Field,
}

impl<'a> Case<'a> {
    /// Reads one case.
    ///
    /// `is_transparent` is whether another derive already forwards to the wrapped error.
    pub(in crate::classify) fn of(
        place: Place<'a>,
        is_transparent: bool,
        options: Options,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let class = match options.class {
            Some((key, option)) => place.given_class(key, option, diagnostics),
            None => place.implied_class(is_transparent),
        };
        let hint = match (options.retry_after, &class) {
            (Some((_, member)), _) => place.field(&member, diagnostics).map(HintOf::In),
            (None, ClassOf::Forwarded(field)) => Some(HintOf::Forwarded(*field)),
            (None, _) => None,
        };
        Self { place, class, hint }
    }
}

impl<'a> Place<'a> {
    fn given_class(self, key: Ident, option: ClassOption, diagnostics: &mut Diagnostics) -> ClassOf<'a> {
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
                        "`transparent` needs a single wrapped error; keep one field, or mark the error with `#[source]`";
                    diagnostics.at(&key, message);
                    permanent()
                },
                ClassOf::Forwarded,
            ),
        }
    }

    fn implied_class(self, is_transparent: bool) -> ClassOf<'a> {
        let named = self.variant.filter(|name| names::is_class(&name.to_string()));
        if let Some(name) = named {
            return ClassOf::Named(name.clone());
        }
        let has_from = self.fields.iter().any(|field| is_from(&field.attrs));
        if let Some(wrapped) = self.wrapped().filter(|_| is_transparent || has_from) {
            return ClassOf::Forwarded(wrapped);
        }
        match (self.variant, self.fields) {
            (Some(name), Fields::Unnamed(_)) if name == names::STATUS => {
                self.only().map_or_else(permanent, ClassOf::StatusIn)
            }
            _ => ClassOf::Default,
        }
    }

    /// Returns the wrapped error: the field that is marked as such, or the only field.
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
            (None, []) => format!("no field `{name}` in `{place}`; it has no fields, so remove this"),
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

/// Returns whether another derive converts the wrapped error with `#[from]`.
pub(in crate::classify) fn is_from(attrs: &[Attribute]) -> bool {
    has_path(attrs, "from")
}

/// Returns whether thiserror forwards to the wrapped error.
///
/// It does for `#[error(transparent)]`.
pub(in crate::classify) fn is_transparent(attrs: &[Attribute]) -> bool {
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

/// Checks that a status is one of a failed exchange.
fn check_status(number: &LitInt, diagnostics: &mut Diagnostics) {
    if !number.base10_parse::<u16>().is_ok_and(|status| (400..=599).contains(&status)) {
        diagnostics.at(&number, format!("`{number}` is not the status of a failure; write one of `400..=599`"));
    }
}
