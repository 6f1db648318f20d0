//! What `retry_on`, `except` and `retry_ok` list: classes, statuses, and patterns on the value.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use retry_core::validate;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Pat, RangeLimits, Token, token};

use crate::diagnostics::{Diagnostics, with};
use crate::retry::validate::class_overlap;
use crate::syntax::literal::{Value, shown};
use crate::syntax::spelling::{CLASSES, nearest};

/// A list as it was parsed, not yet told apart.
pub(crate) struct RawList(Vec<(Pat, Option<Expr>)>);

/// A list, told apart.
#[derive(Default)]
pub(crate) struct Listed {
    pub(crate) classes: Vec<Class>,
    pub(crate) patterns: Vec<(Pat, Option<Expr>)>,
    /// `None`, the failure of an `Option`.
    pub(crate) none: Option<Span>,
    /// Whether a fault hid some of it.
    pub(crate) is_incomplete: bool,
}

#[allow(clippy::large_enum_variant)] // a handful of them lives for a moment
pub(crate) enum Class {
    Transient(Span),
    Named(String, Span),
    Status { first: Value<u16>, last: Value<u16>, span: Span },
}

impl Class {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Transient(span) | Self::Named(_, span) | Self::Status { span, .. } => *span,
        }
    }
}

impl Parse for RawList {
    /// One item, or a list of items in parentheses.
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(token::Bracket) || input.peek(token::Brace) {
            return Err(other_delimiter(input));
        }
        if !input.peek(token::Paren) {
            return item(input).map(|item| Self(vec![item]));
        }
        let content;
        syn::parenthesized!(content in input);
        let items: Punctuated<_, Token![,]> = content.parse_terminated(item, Token![,])?;
        Ok(Self(items.into_iter().collect()))
    }
}

/// What a list in brackets or braces is told.
fn other_delimiter(input: ParseStream) -> syn::Error {
    let words = match input.fork().parse::<proc_macro2::Group>() {
        Ok(group) => format!("a list stands in parentheses; write `({})`", shown(&group.stream()).trim()),
        Err(_) => "a list stands in parentheses; write `(Timeout, Connect)`".into(),
    };
    input.error(words)
}

fn item(input: ParseStream) -> syn::Result<(Pat, Option<Expr>)> {
    let pattern = Pat::parse_multi(input)?;
    let guard = if input.peek(Token![if]) {
        input.parse::<Token![if]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    Ok((pattern, guard))
}

/// Whether an item is a class by its looks: for `retry_ok`, where a path may be a predicate.
pub(crate) fn looks_like_class(input: ParseStream) -> bool {
    let ahead = input.fork();
    match ahead.parse::<syn::Ident>() {
        Ok(ident) => {
            let name = ident.to_string();
            (is_class_name(&name) || name == "Status") && !ahead.peek(Token![::])
        }
        Err(_) => input.peek(token::Paren) && !begins_closure(&ahead),
    }
}

/// Whether a closure stands in parentheses.
fn begins_closure(input: ParseStream) -> bool {
    let first = input.fork().parse::<proc_macro2::Group>().ok().and_then(|group| group.stream().into_iter().next());
    first.is_some_and(|first| matches!(first.to_string().as_str(), "|" | "move" | "async"))
}

impl RawList {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stands in each `Status(..)`.
    pub(crate) fn statuses(&self) -> impl Iterator<Item = TokenStream> + '_ {
        self.0.iter().flat_map(|(pattern, _)| statuses_in(pattern))
    }

    /// The guards of its patterns.
    pub(crate) fn guards(&self) -> impl Iterator<Item = &Expr> {
        self.0.iter().filter_map(|(_, guard)| guard.as_ref())
    }

    /// Tells the items apart; `option` is the option's name.
    pub(crate) fn tell_apart(self, option: &str, diagnostics: &mut Diagnostics) -> Listed {
        let mut listed = Listed::default();
        let ((), is_whole) = diagnostics.none_in(|diagnostics| {
            for (pattern, guard) in self.0 {
                add(pattern, guard, &mut listed, option, diagnostics);
            }
        });
        listed.is_incomplete = !is_whole;
        class_overlap::overlaps(&listed.classes, diagnostics);
        listed
    }
}

fn statuses_in(pattern: &Pat) -> Vec<TokenStream> {
    match pattern {
        Pat::Or(or) => or.cases.iter().flat_map(statuses_in).collect(),
        Pat::Paren(paren) => statuses_in(&paren.pat),
        Pat::TupleStruct(tuple) if tuple.path.is_ident("Status") => vec![tuple.elems.to_token_stream()],
        _ => Vec::new(),
    }
}

fn add(pattern: Pat, guard: Option<Expr>, listed: &mut Listed, option: &str, diagnostics: &mut Diagnostics) {
    match pattern {
        Pat::Paren(paren) => add(*paren.pat, guard, listed, option, diagnostics),
        Pat::Or(or) if or.cases.iter().any(is_class_like) => {
            refuse_guard(
                guard,
                &or.cases.iter().find(|case| is_class_like(case)).map(shown).unwrap_or_default(),
                diagnostics,
            );
            for case in or.cases {
                add(case, None, listed, option, diagnostics);
            }
        }
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none() => {
            let name = ident.ident.to_string();
            refuse_guard(guard, &name, diagnostics);
            if let Some(class) = bare_name(&name, ident.ident.span(), listed, diagnostics) {
                listed.classes.push(class);
            }
        }
        Pat::TupleStruct(tuple) if tuple.path.is_ident("Status") => {
            refuse_guard(guard, "Status", diagnostics);
            for element in &tuple.elems {
                statuses(element, &mut listed.classes, option, diagnostics);
            }
            if tuple.elems.is_empty() {
                diagnostics.at(&tuple, "`Status` names no status; write `Status(503)` or `Status(500..=599)`");
            }
        }
        Pat::TupleStruct(mut tuple) if tuple.path.is_ident("error") => match tuple.elems.pop() {
            Some(inner) if tuple.elems.is_empty() => listed.patterns.push((unbound(inner), guard)),
            _ => diagnostics.at(&tuple.path, "`error` takes one pattern; write `error(Busy)`"),
        },
        other => match no_pattern(&other) {
            Some(words) => diagnostics.at(&other, words),
            None => listed.patterns.push((other, guard)),
        },
    }
}

/// What is said of a pattern that was meant as a class, or as one on the outcome.
fn no_pattern(pattern: &Pat) -> Option<String> {
    let text = shown(pattern);
    let instead = match pattern {
        Pat::Lit(literal) => match &literal.lit {
            Lit::Int(_) => format!("Status({text})"),
            Lit::Bool(_) => "retry_if = |error| ..".into(),
            Lit::Str(name) if is_class_name(&name.value()) => name.value(),
            _ => return None,
        },
        Pat::Range(range) if is_of_numbers(range) => format!("Status({text})"),
        Pat::Path(path) => of_class(&path.path)?,
        Pat::TupleStruct(tuple) => {
            let name = tuple.path.segments.last()?.ident.to_string();
            let arguments = text.split_once('(').map_or("", |(_, arguments)| arguments);
            match name.as_str() {
                "Err" | "Ok" if tuple.path.segments.len() == 1 => {
                    return Some(format!(
                        "a pattern is one on the error, not on the outcome as `{text}` is; write it without `{name}`"
                    ));
                }
                "Status" => of_class(&tuple.path).map(|name| format!("{name}({arguments}"))?,
                "status" => format!("Status({arguments}"),
                "transient" => name,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(format!("`{text}` is no class; write `{instead}`, or `error({text})` for a pattern on the error"))
}

/// The name of a class after `Class::`.
fn of_class(path: &syn::Path) -> Option<String> {
    let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.as_slice() {
        [.., class, name] if class == "Class" => (is_class_name(name) || name == "Status").then(|| name.clone()),
        _ => None,
    }
}

fn is_of_numbers(range: &syn::PatRange) -> bool {
    let is_number = |end: &Expr| matches!(end, Expr::Lit(ExprLit { lit: Lit::Int(_), .. }));
    range.start.iter().chain(&range.end).all(|end| is_number(end))
}

fn is_class_name(name: &str) -> bool {
    name == "transient" || CLASSES.contains(&name)
}

fn is_class_like(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(ident) => ident.subpat.is_none(),
        Pat::TupleStruct(tuple) => tuple.path.is_ident("Status"),
        _ => false,
    }
}

fn refuse_guard(guard: Option<Expr>, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(guard) = guard {
        diagnostics.at(
            &guard,
            format!(
                "a class takes no guard, as `{name}` does not; write `retry_if = |error| ..`, or a pattern on the error"
            ),
        );
    }
}

/// A name that cannot become a variable that matches everything: `Busy` becomes `Busy { .. }`.
fn unbound(pattern: Pat) -> Pat {
    let Pat::Ident(ident) = &pattern else { return pattern };
    let name = &ident.ident;
    let is_constant = name.to_string().chars().all(|c| !c.is_lowercase());
    if is_constant && name.to_string().len() > 1 { pattern } else { syn::parse_quote!(#name { .. }) }
}

fn bare_name(name: &str, span: Span, listed: &mut Listed, diagnostics: &mut Diagnostics) -> Option<Class> {
    let words = match name {
        "transient" => return Some(Class::Transient(span)),
        "None" => {
            listed.none = Some(span);
            return None;
        }
        _ if CLASSES.contains(&name) => return Some(Class::Named(name.into(), span)),
        "Permanent" | "Unclassified" => {
            format!(
                "`{name}` is never retried; list the classes that a retry can help, or write `retry_if = |error| ..`"
            )
        }
        "Status" => "`Status` names no status; write `Status(503)` or `Status(500..=599)`".into(),
        _ => match nearest(name, CLASSES) {
            Some(near) => {
                format!("unknown class `{name}`; write `{near}`, or `error({name})` for a pattern on the error")
            }
            None if name.starts_with(char::is_lowercase) => format!(
                "unknown class `{name}`; write `retry_if = |{name}| ..` to ask the error, or a class such as `Timeout`"
            ),
            None => format!(
                "unknown class `{name}`; write `error({name})` for a pattern on the error, or one of `transient`, {}, `Status(503)`",
                crate::syntax::spelling::listed(CLASSES)
            ),
        },
    };
    diagnostics.here(span, words);
    None
}

/// The statuses of one element of `Status(..)`: a number, a constant, a range, or several with `|`.
fn statuses(element: &Pat, classes: &mut Vec<Class>, option: &str, diagnostics: &mut Diagnostics) {
    let range = match element {
        Pat::Or(or) => {
            for case in &or.cases {
                statuses(case, classes, option, diagnostics);
            }
            return;
        }
        Pat::Paren(paren) => return statuses(&paren.pat, classes, option, diagnostics),
        Pat::Lit(literal) => status(&literal.lit).map(|value| (value.clone(), value)),
        Pat::Ident(ident) => {
            Ok(constant(Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: ident.ident.clone().into() })))
        }
        Pat::Path(path) => Ok(constant(syn::parse_quote!(#path))),
        Pat::Const(inner) => Ok(constant(syn::parse_quote!(#inner))),
        Pat::Range(range) => ends(range),
        other => Err(not_a_status(other)),
    };
    if let Some((first, last)) = diagnostics.take(range) {
        check_statuses(&first, &last, element.span(), option, diagnostics);
        classes.push(Class::Status { first, last, span: element.span() });
    }
}

fn constant(expr: Expr) -> (Value<u16>, Value<u16>) {
    (Value::Const(expr.clone()), Value::Const(expr))
}

fn ends(range: &syn::PatRange) -> syn::Result<(Value<u16>, Value<u16>)> {
    let (Some(start), Some(end)) = (&range.start, &range.end) else {
        return Err(syn::Error::new_spanned(range, "a range of statuses has two ends; write `Status(500..=599)`"));
    };
    let (first, mut last) = (end_of_range(start)?, end_of_range(end)?);
    if let RangeLimits::HalfOpen(_) = range.limits {
        match &mut last {
            Value::Known { value, .. } => *value = value.saturating_sub(1),
            Value::Const(expr) => *expr = syn::parse_quote_spanned!(expr.span()=> #expr - 1),
        }
    }
    Ok((first, last))
}

fn end_of_range(expr: &Expr) -> syn::Result<Value<u16>> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => status(lit),
        other => Ok(Value::Const(other.clone())),
    }
}

fn status(lit: &Lit) -> syn::Result<Value<u16>> {
    match lit {
        Lit::Int(int) if matches!(int.suffix(), "" | "u16") => {
            let value = int.base10_parse().unwrap_or(u16::MAX);
            Ok(Value::Known { value, text: int.to_string(), span: int.span() })
        }
        other => Err(not_a_status(other)),
    }
}

fn not_a_status(tokens: &impl ToTokens) -> syn::Error {
    let words =
        format!("`{}` is no status; write `Status(503)`, `Status(500..=599)` or `Status(429 | 503)`", shown(tokens));
    syn::Error::new_spanned(tokens, words)
}

/// A status that no failed exchange has, or that a retry cannot help.
fn check_statuses(first: &Value<u16>, last: &Value<u16>, span: Span, option: &str, diagnostics: &mut Diagnostics) {
    let (Some(&low), Some(&high)) = (first.known(), last.known()) else { return };
    let outside = [low, high].into_iter().find(|status| !(400..=599).contains(status));
    let words = if let Some(status) = outside {
        let kind = if (100..400).contains(&status) { "is no failure" } else { "is no HTTP status" };
        format!(
            "`{}` {kind}; write statuses from 400 to 599, or `retry_ok = |response| ..` for an answer that is `Ok`",
            status_text(status, first, last)
        )
    } else if low > high {
        "the range is empty; write the lower status first, as in `500..=599`".into()
    } else if option == "retry_on" && validate::permanent_status(low, high).is_some() {
        let status = validate::permanent_status(low, high).unwrap_or(low);
        let words = validate::no_permanent(low, high).err().map_or("", retry_core::PolicyError::message);
        with(&words.replacen("this status", &format!("status `{status}`"), 1), "")
    } else {
        return;
    };
    diagnostics.here(span, words);
}

/// A status as it was written.
fn status_text(status: u16, first: &Value<u16>, last: &Value<u16>) -> String {
    let written = [first, last].into_iter().find_map(|value| match value {
        Value::Known { value, text, .. } if *value == status => Some(text.clone()),
        _ => None,
    });
    written.unwrap_or_else(|| status.to_string())
}
