//! Values of `retry_on`, `except` and `retry_ok`.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, Pat, RangeLimits};

use crate::diagnostics::Diagnostics;
use crate::retry::class_limit::{LimitSpec, most};
use crate::retry::class_list::{Class, ClassList, RawItem, RawList, is_class_name};
use crate::syntax::duration::duration;
use crate::syntax::literal::Value;
use crate::syntax::spelling::{CLASSES, nearest_class};
use crate::syntax::tokens::shown;

/// Tells classes and patterns apart.
pub(crate) fn class_list(raw: RawList, diagnostics: &mut Diagnostics) -> ClassList {
    let mut list = ClassList::default();
    if let Some(error) = bare_statuses(&raw) {
        diagnostics.push(error);
        return list;
    }
    let mut previous: Option<Pat> = None;
    for RawItem { pattern, guard, limit } in raw.0 {
        let follows = previous.take();
        if let Some(number) = limit_alone(&pattern) {
            let class = follows.as_ref().map_or_else(|| "Throttled".into(), shown);
            let message =
                format!("`{number}` is neither a class nor a status; write `{class} up_to {number}` for a limit");
            diagnostics.at(&quote::quote!(#follows #pattern), message);
            continue;
        }
        previous = Some(pattern.clone()).filter(|pattern| limit.is_none() && is_class_like(pattern));
        let (before, text) = (list.classes.len(), limit.as_ref().map(|_| (pattern.span(), shown(&pattern))));
        let is_right = diagnostics.passes(|diagnostics| add(pattern, guard, &mut list, diagnostics));
        if let (Some(limit), Some(text), true) = (limit, text, is_right) {
            add_limit(&limit, (text.0, &text.1), before, &mut list, diagnostics);
        }
    }
    list
}

/// Adds the limit of the item `text`.
///
/// Its classes are those from `before` on.
fn add_limit(
    limit: &Expr,
    (start, text): (Span, &str),
    before: usize,
    list: &mut ClassList,
    diagnostics: &mut Diagnostics,
) {
    match &list.classes[before..] {
        [_] => {
            let most = diagnostics.take(most(limit));
            list.limits.extend(most.map(|most| LimitSpec { class: before, most, start }));
        }
        [] => {
            let message = format!(
                "a limit is of a class, and `{text}` is a pattern; list its class with the limit, or write `max_attempts`"
            );
            diagnostics.at(limit, message);
        }
        several => {
            let limit_text = shown(limit);
            let items: Vec<_> = several
                .iter()
                .map(|class| format!("{} up_to {limit_text}", class.to_string().replace('`', "")))
                .collect();
            let message =
                format!("a limit is of one class or one range; give each its own, as in `{}`", items.join(", "));
            diagnostics.at(limit, message);
        }
    }
}

/// Returns a number or a time that is an item, and cannot be a status.
fn limit_alone(pattern: &Pat) -> Option<String> {
    let Pat::Lit(ExprLit { lit: Lit::Int(int), .. }) = pattern else { return None };
    let number = int.base10_parse::<u32>().is_ok_and(|number| (2..=100).contains(&number));
    let is_time = || duration(&syn::parse_quote!(#int)).is_ok();
    (if int.suffix().is_empty() { number } else { is_time() }).then(|| int.to_string())
}

/// Returns the error for a list of numbers, `(429, 503)`.
fn bare_statuses(raw: &RawList) -> Option<syn::Error> {
    let statuses: Option<Vec<_>> = raw.0.iter().map(|item| bare_status(&item.pattern)).collect();
    let statuses = statuses.filter(|statuses| statuses.len() > 1)?;
    let message = format!("a number is not a class; write `Status({})`", statuses.join(" | "));
    let items = raw.0.iter().map(|item| &item.pattern);
    Some(syn::Error::new_spanned(quote::quote!(#(#items),*), message))
}

/// Returns the statuses that a number, a range of numbers or `5xx` means.
fn bare_status(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Lit(literal) => match &literal.lit {
            Lit::Int(int) => Some(family(int).unwrap_or_else(|| int.to_string())),
            _ => None,
        },
        Pat::Range(range) if is_numeric(range) => Some(shown(pattern)),
        _ => None,
    }
}

/// Returns the range that `5xx` means, without what is never retried.
fn family(int: &syn::LitInt) -> Option<String> {
    match (int.base10_digits(), int.suffix()) {
        ("5", "xx" | "XX") => Some("500..=599".into()),
        ("4", "xx" | "XX") => Some("408 | 425 | 429".into()),
        _ => None,
    }
}

fn add(pattern: Pat, guard: Option<Expr>, list: &mut ClassList, diagnostics: &mut Diagnostics) {
    match pattern {
        Pat::Paren(paren) => add(*paren.pat, guard, list, diagnostics),
        Pat::Or(or) if or.cases.iter().any(is_class_like) => {
            refuse_guard(
                guard,
                &or.cases.iter().find(|case| is_class_like(case)).map(shown).unwrap_or_default(),
                diagnostics,
            );
            for case in or.cases {
                add(case, None, list, diagnostics);
            }
        }
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none() => {
            let name = ident.ident.to_string();
            refuse_guard(guard, &name, diagnostics);
            if let Some(class) = bare_name(&name, ident.ident.span(), list, diagnostics) {
                list.classes.push(class);
            }
        }
        Pat::TupleStruct(tuple) if tuple.path.is_ident("Status") => {
            refuse_guard(guard, "Status", diagnostics);
            for element in &tuple.elems {
                statuses(element, &mut list.classes, diagnostics);
            }
            if tuple.elems.is_empty() {
                diagnostics.at(&tuple, "`Status` has no status; write `Status(503)` or `Status(500..=599)`");
            }
        }
        Pat::TupleStruct(mut tuple) if tuple.path.is_ident("error") => match tuple.elems.pop() {
            Some(inner) if tuple.elems.is_empty() => list.patterns.push((unbound(inner), guard)),
            _ => diagnostics.at(&tuple.path, "`error` takes one pattern; write `error(Busy)`"),
        },
        other => match misused_pattern(&other) {
            Some(message) => diagnostics.at(&other, message),
            None => list.patterns.push((other, guard)),
        },
    }
}

/// Message for a pattern that was meant as a class, or as a pattern on the result.
fn misused_pattern(pattern: &Pat) -> Option<String> {
    let text = shown(pattern);
    let instead = match pattern {
        Pat::Lit(literal) => match &literal.lit {
            Lit::Int(_) => return Some(format!("`{text}` is not a class; write `Status({})`", bare_status(pattern)?)),
            Lit::Bool(_) => return Some(format!("`{text}` is not a class; write `retry_if = |error| ..`")),
            Lit::Str(name) => {
                let class = nearest_class(&name.value())?;
                return Some(format!("`{text}` is a string, not a class; write `{class}`"));
            }
            _ => return None,
        },
        Pat::Range(range) if is_numeric(range) => {
            return Some(format!("`{text}` is not a class; write `Status({text})`"));
        }
        Pat::Path(path) if is_error_type(&path.path) => {
            return Some(format!(
                "`{text}` is a type, and a list takes classes of the function's own error; write `transient`, or `retry_if = |error| ..`"
            ));
        }
        Pat::Path(path) => class_in_path(&path.path)?,
        Pat::TupleStruct(tuple) => {
            let name = tuple.path.segments.last()?.ident.to_string();
            let arguments = text.split_once('(').map_or("", |(_, arguments)| arguments);
            match name.as_str() {
                "Err" | "Ok" if tuple.path.segments.len() == 1 => {
                    return Some(format!(
                        "a pattern matches the error, and `{text}` matches the result; write it without `{name}`"
                    ));
                }
                "Status" => class_in_path(&tuple.path).map(|name| format!("{name}({arguments}"))?,
                "status" | "http" | "Http" | "HTTP" | "StatusCode" | "HttpStatus" => format!("Status({arguments}"),
                "transient" => name,
                _ => return None,
            }
        }
        _ => return None,
    };
    Some(format!("`{text}` is not a class; write `{instead}`, or `error({text})` for a pattern on the error"))
}

/// Returns whether a path is that of an error type: `io::Error`, `reqwest::Error`.
pub(crate) fn is_error_type(path: &syn::Path) -> bool {
    let mut segments = path.segments.iter().rev();
    let is_error = segments.next().is_some_and(|last| last.ident == "Error");
    is_error && segments.next().is_some_and(|module| module.ident.to_string().starts_with(char::is_lowercase))
}

/// Returns the name of a class behind `Class::`.
fn class_in_path(path: &syn::Path) -> Option<String> {
    let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.as_slice() {
        [.., class, name] if class == "Class" => (is_class_name(name) || name == "Status").then(|| name.clone()),
        _ => None,
    }
}

fn is_numeric(range: &syn::PatRange) -> bool {
    let is_number = |end: &Expr| matches!(end, Expr::Lit(ExprLit { lit: Lit::Int(_), .. }));
    range.start.iter().chain(&range.end).all(|end| is_number(end))
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
            format!("the class `{name}` takes no guard; write `retry_if = |error| ..`, or a pattern on the error"),
        );
    }
}

/// Rewrites `Busy` as `Busy { .. }`.
///
/// A variable would match everything.
fn unbound(pattern: Pat) -> Pat {
    let Pat::Ident(ident) = &pattern else { return pattern };
    let name = &ident.ident;
    let is_constant = name.to_string().chars().all(|c| !c.is_lowercase());
    if is_constant && name.to_string().len() > 1 { pattern } else { syn::parse_quote!(#name { .. }) }
}

fn bare_name(name: &str, span: Span, list: &mut ClassList, diagnostics: &mut Diagnostics) -> Option<Class> {
    let message = match name {
        "transient" => return Some(Class::Transient(span)),
        "None" => {
            list.none = Some(span);
            return None;
        }
        _ if CLASSES.contains(&name) => return Some(Class::Named(name.into(), span)),
        "Permanent" | "Unclassified" => {
            format!("`{name}` is never retried; list classes that a retry can help, or write `retry_if = |error| ..`")
        }
        "Status" => "`Status` has no status; write `Status(503)` or `Status(500..=599)`".into(),
        "all" | "any" | "everything" | "always" | "every" => {
            format!("`{name}` is not a class; write `retry_if = |_| true`, or `transient`")
        }
        _ if name.starts_with("is_") => {
            format!("unknown class `{name}`; write `retry_if = {name}` for a predicate, or `transient`")
        }
        _ => match (nearest_class(name), name.starts_with(char::is_lowercase)) {
            (Some(near), true) => format!("unknown class `{name}`; write `{near}`"),
            (Some(near), false) => {
                format!("unknown class `{name}`; write `{near}`, or `error({name})` for a pattern on the error")
            }
            (None, true) => {
                format!(
                    "unknown class `{name}`; write `retry_if = {name}` for a predicate, or a class such as `Timeout`"
                )
            }
            (None, false) => format!(
                "unknown class `{name}`; write `error({name})` for a pattern on the error, or a class such as `Timeout` or `transient`"
            ),
        },
    };
    diagnostics.at_span(span, message);
    None
}

/// Reads one element of `Status(..)`.
///
/// It is a number, a constant, a range, or several of them with `|`.
fn statuses(element: &Pat, classes: &mut Vec<Class>, diagnostics: &mut Diagnostics) {
    let range = match element {
        Pat::Or(or) => {
            for case in &or.cases {
                statuses(case, classes, diagnostics);
            }
            return;
        }
        Pat::Paren(paren) => return statuses(&paren.pat, classes, diagnostics),
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
            Value::Literal { value, .. } => *value = value.saturating_sub(1),
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
            Ok(Value::Literal { value, text: int.to_string(), span: int.span() })
        }
        Lit::Int(int) if family(int).is_some() => Err(instead_of(lit, &family(int).unwrap_or_default())),
        Lit::Str(text) if text.value().parse::<u16>().is_ok() => Err(instead_of(lit, &text.value())),
        other => Err(not_a_status(other)),
    }
}

fn instead_of(lit: &Lit, statuses: &str) -> syn::Error {
    let message = format!("`{}` is not a status; write `Status({statuses})`", shown(lit));
    syn::Error::new_spanned(lit, message)
}

fn not_a_status(tokens: &impl ToTokens) -> syn::Error {
    let message =
        format!("`{}` is not a status; write `Status(503)`, `Status(500..=599)` or `Status(429 | 503)`", shown(tokens));
    syn::Error::new_spanned(tokens, message)
}
