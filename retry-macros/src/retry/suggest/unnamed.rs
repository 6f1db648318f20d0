//! Messages for values without an option: `#[retry(Timeout)]`, `#[retry(3)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, Pat, Path};

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{RawList, is_class_name};
use crate::retry::parse::classes::is_error_type;
use crate::retry::parse::{Before, GRAMMAR, Options, Unnamed};
use crate::retry::suggest::accepted::is_accepted;
use crate::retry::suggest::other_libraries::foreign;
use crate::syntax::spelling::{nearest, nearest_class};
use crate::syntax::tokens::{shown, ungrouped};
use crate::syntax::translation;

/// Advice for the type of an error.
const TRANSIENT: &str = "retry_on = transient";

/// Reports each of them; several failures in a row are one error.
pub(super) fn report(options: &Options, is_blocking: bool, diagnostics: &mut Diagnostics) {
    let mut rest = &options.unnamed[..];
    while let Some((first, others)) = rest.split_first() {
        let Some(failures) = failures(&first.tokens) else {
            diagnostics.at(&first.tokens, message(&first.tokens, is_blocking));
            rest = others;
            continue;
        };
        let follows = |item: &&Unnamed| matches!(item.before, Before::Unnamed);
        let row: Vec<_> = others.iter().take_while(follows).map_while(|item| self::failures(&item.tokens)).collect();
        let (more, others) = others.split_at(row.len());
        rest = others;
        let failures = [vec![failures], row].concat().join(", ");
        let tokens = [first].into_iter().chain(more).map(|item| item.tokens.clone());
        report_failures(options, first, &failures, tokens.collect(), diagnostics);
    }
}

/// Reports failures that are outside a list.
fn report_failures(
    options: &Options,
    first: &Unnamed,
    failures: &str,
    tokens: TokenStream,
    diagnostics: &mut Diagnostics,
) {
    if let Before::List(option) = &first.before {
        let list = if option == "except" { &options.except } else { &options.retry_on };
        let list = list.as_ref().map(|given| given.value.text() + ", ").unwrap_or_default();
        let message = format!("several failures need parentheses; write `{option} = ({list}{failures})`");
        let whole: TokenStream = [option.to_token_stream(), tokens].into_iter().collect();
        return diagnostics.at(&whole, message);
    }
    let list = if failures.contains(", ") { format!("({failures})") } else { failures.into() };
    let message = format!("`{}` is not an option; write `retry_on = {list}`", shown(&tokens));
    diagnostics.at(&tokens, message);
}

/// Returns the items of a list of failures as they have to be written.
///
/// `None` if the tokens are something else.
fn failures(tokens: &TokenStream) -> Option<String> {
    let list: RawList = syn::parse2(tokens.clone()).ok()?;
    let texts: Option<Vec<_>> = list.0.iter().map(|item| Some((failure(&item.pattern)?, item))).collect();
    let texts = texts?.into_iter().map(|(text, item)| match (&item.guard, &item.limit) {
        (Some(guard), _) => format!("{text} if {}", shown(guard)),
        (None, Some(limit)) => format!("{text} up_to {}", shown(limit)),
        (None, None) => text,
    });
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn failure(pattern: &Pat) -> Option<String> {
    let is_variant = |path: &Path| {
        let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        last.starts_with(char::is_uppercase)
    };
    match pattern {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => {
            let name = ident.ident.to_string();
            let is_constant = name.len() > 1 && !name.contains(char::is_lowercase);
            let is_type = name.ends_with("Error") || name.ends_with("Exception");
            match name.starts_with(char::is_uppercase) {
                _ if is_class_name(&name) => Some(name),
                true if !is_constant && !is_type => {
                    nearest_class(&name).map_or(Some(format!("error({name})")), |near| Some(near.into()))
                }
                _ => None,
            }
        }
        Pat::TupleStruct(tuple) if tuple.path.is_ident("error") || is_variant(&tuple.path) => Some(shown(pattern)),
        Pat::Struct(inner) if is_variant(&inner.path) => Some(shown(pattern)),
        Pat::Path(inner) if is_variant(&inner.path) && !is_error_type(&inner.path) => Some(shown(pattern)),
        Pat::Or(or) => {
            let cases: Option<Vec<_>> = or.cases.iter().map(failure).collect();
            cases.map(|cases| cases.join(" | "))
        }
        Pat::Paren(paren) => failure(&paren.pat),
        _ => None,
    }
}

/// Message for a value of one option.
fn message(tokens: &TokenStream, is_blocking: bool) -> String {
    let text = shown(tokens);
    let name = tokens.clone().into_iter().next().map(|first| first.to_string()).unwrap_or_default();
    let is_name = name.starts_with(|first: char| first.is_lowercase()) && !text.contains("::");
    if let Some(message) = foreign(&name, &TokenStream::new(), is_blocking).filter(|_| is_name) {
        return message;
    }
    if text == name && is_name {
        if let Some(near) = nearest(&name, &GRAMMAR.names()) {
            return format!("unknown option `{name}`; write `{near}`");
        }
    }
    match syn::parse2(tokens.clone()).ok().and_then(|value| option_of(&value, &text)) {
        Some(option) if option == TRANSIENT && !text.starts_with('"') => {
            format!("`{text}` is a type, not an option; write `{option}`")
        }
        Some(option) => format!("`{text}` is a value without its option; write `{option}`"),
        None if is_name => {
            format!("unknown option `{name}`; remove it, or take one from the docs of `retry_runtime::retry`")
        }
        None => GRAMMAR.no_name(),
    }
}

/// Returns the option that takes a value, with the value.
fn option_of(value: &Expr, text: &str) -> Option<String> {
    let ways: &[&str] = match ungrouped(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => {
            return nearest_class(&name.value()).map(|class| format!("retry_on = {class}"));
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => &["max_attempts = $"],
        Expr::Lit(_) => &["deadline = $"],
        Expr::Closure(_) => &["retry_if = $"],
        Expr::Path(path) => match path.path.segments.last().map(|last| last.ident.to_string()) {
            Some(last) if is_error_type(&path.path) || last.ends_with("Error") || last.ends_with("Exception") => {
                return Some(TRANSIENT.into());
            }
            Some(last) if !last.contains(char::is_lowercase) => &["policy = $"],
            Some(last) if last == "credit" => &["budget = $"],
            _ => &["backoff = $", "jitter = $", "retry_if = $"],
        },
        Expr::Field(_) | Expr::Reference(_) => &["policy = $"],
        Expr::Call(_) | Expr::MethodCall(_) => {
            let ways = ["backoff = $", "jitter = $", "budget = $"].map(|way| way.replace('$', text));
            let translated =
                translation::options(value).or_else(|| Some(format!("backoff = {}", translation::backoff(value)?)));
            return translated.into_iter().chain(ways).find(|way| is_accepted(way) && !way.contains("::"));
        }
        _ => return None,
    };
    ways.iter().map(|way| way.replace('$', text)).find(|way| is_accepted(way))
}
