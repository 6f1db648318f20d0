//! First stage: the attribute's tokens become options.

pub(crate) mod backoff;
pub(crate) mod budget;
pub(crate) mod classes;
pub(crate) mod concurrency;
mod credit;
pub(crate) mod effects;
pub(crate) mod fallback;
pub(crate) mod guards;
pub(crate) mod hedge;
pub(crate) mod hooks;
pub(crate) mod limits;
mod named_durations;
pub(crate) mod runtime;
mod shared;
pub(crate) mod timeouts;

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, LitStr, Path, Token, token};

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{RawList, begins_list};
use crate::syntax::option::{Given, Grammar, Key, Start, crate_path, expression, parsed, take_item, take_value};
use crate::syntax::tokens::{shown, ungrouped};

/// Every option, with an example of its value.
pub(crate) const GRAMMAR: Grammar = Grammar {
    options: &[
        ("retry_on", "(Timeout, Status(503))"),
        ("except", "Conflict"),
        ("retry_if", "|value| value.is_empty()"),
        ("retry_ok", "|value| value.is_empty()"),
        ("max_attempts", "3"),
        ("backoff", "exp(100ms, 10s)"),
        ("jitter", "full"),
        ("throttled_backoff", "exp(100ms, 10s)"),
        ("max_retry_after", "30s"),
        ("deadline", "30s"),
        ("attempt_timeout", "2s"),
        ("cancel", "token.cancelled()"),
        ("budget", "PAYMENTS"),
        ("breaker", "SHOP"),
        ("rate_limit", "SHOP"),
        ("pace", "OPENAI"),
        ("concurrency", "20"),
        ("hedge", "p95"),
        ("nested", "retry"),
        ("context", "attempt"),
        ("clone", "(request, body)"),
        ("read_once", "allow"),
        ("side_effects", ".."),
        ("idempotency_key", "generate()"),
        ("on_retry", "|attempt, error| .."),
        ("fallback", "|attempt, error| .."),
        ("name", "\"quotes\""),
        ("policy", "self.retry"),
        ("runtime", "smol"),
        ("crate", "::my_crate::retry_runtime"),
    ],
    example: "max_attempts = 3",
};

/// The options as they are written.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) retry_on: Option<Given<RawList>>,
    pub(crate) except: Option<Given<RawList>>,
    pub(crate) retry_if: Option<Given<Expr>>,
    pub(crate) retry_ok: Option<Given<RawRetryOk>>,
    pub(crate) max_attempts: Option<Given<Expr>>,
    pub(crate) backoff: Option<Given<Expr>>,
    pub(crate) jitter: Option<Given<Expr>>,
    pub(crate) throttled_backoff: Option<Given<Expr>>,
    pub(crate) max_retry_after: Option<Given<Expr>>,
    pub(crate) deadline: Option<Given<Expr>>,
    pub(crate) attempt_timeout: Option<Given<Expr>>,
    pub(crate) cancel: Option<Given<Expr>>,
    pub(crate) budget: Option<Given<Expr>>,
    pub(crate) breaker: Option<Given<Expr>>,
    pub(crate) rate_limit: Option<Given<Expr>>,
    pub(crate) pace: Option<Given<Expr>>,
    pub(crate) concurrency: Option<Given<Expr>>,
    pub(crate) hedge: Option<Given<Expr>>,
    pub(crate) nested: Option<Given<Expr>>,
    pub(crate) context: Option<Given<Ident>>,
    pub(crate) clone: Option<Given<Vec<Ident>>>,
    pub(crate) read_once: Option<Given<Expr>>,
    pub(crate) on_retry: Option<Given<Expr>>,
    pub(crate) fallback: Option<Given<Expr>>,
    pub(crate) side_effects: Option<Span>,
    pub(crate) idempotency_key: Option<Given<Expr>>,
    pub(crate) name: Option<Given<LitStr>>,
    pub(crate) policy: Option<Given<Expr>>,
    pub(crate) runtime: Option<Given<Expr>>,
    pub(crate) crate_path: Option<Given<Path>>,
    /// Options that are not ours, which `suggest` answers.
    pub(crate) unknown: Vec<UnknownOption>,
    /// Values without an option, which `suggest` answers.
    pub(crate) unnamed: Vec<Unnamed>,
    before: Before,
    /// The tokens of the attribute.
    pub(crate) written: TokenStream,
    /// True if an error hid an option, so that a missing one may have been meant.
    pub(crate) is_incomplete: bool,
}

/// Value of `retry_ok`.
pub(crate) enum RawRetryOk {
    Classes(RawList),
    Predicate(Expr),
}

pub(crate) struct UnknownOption {
    pub(crate) name: Ident,
    /// The tokens behind `=`.
    pub(crate) value: TokenStream,
}

/// Value without an option.
pub(crate) struct Unnamed {
    pub(crate) tokens: TokenStream,
    pub(crate) before: Before,
}

/// Part of the attribute before a value without an option.
#[derive(Clone, Default)]
pub(crate) enum Before {
    /// `retry_on` or `except`, whose list may go on.
    List(Ident),
    Unnamed,
    #[default]
    Other,
}

/// Reads the options. Reports each error and reads the rest all the same.
pub(crate) fn options(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options { written: tokens.clone(), ..Options::default() };
    let has_errors = GRAMMAR.read(tokens, diagnostics, |start, input| option(start, input, &mut options));
    options.is_incomplete = has_errors || !options.unknown.is_empty() || !options.unnamed.is_empty();
    options
}

fn option(start: Start<'_>, input: ParseStream, options: &mut Options) -> syn::Result<()> {
    let before = std::mem::take(&mut options.before);
    let first = match start {
        Start::Key(key) if is_option(key, input) => Ok(key),
        Start::Key(key) => Err(Some(&key.ident)),
        Start::Value if input.peek(Token![,]) => return Err(input.error(GRAMMAR.no_name())),
        Start::Value => Err(None),
    };
    let key = match first {
        Ok(key) => key,
        Err(first) => {
            unnamed(first, before, input, options);
            return Ok(());
        }
    };
    if matches!(key.name.as_str(), "retry_on" | "except") {
        options.before = Before::List(key.ident.clone());
    }
    match key.name.as_str() {
        "retry_on" => key.set(&mut options.retry_on, input, list),
        "except" => key.set(&mut options.except, input, list),
        "retry_ok" => key.set(&mut options.retry_ok, input, retry_ok),
        "retry_if" => key.set(&mut options.retry_if, input, parsed),
        "max_attempts" => key.set(&mut options.max_attempts, input, expression),
        "backoff" => key.set(&mut options.backoff, input, expression),
        "jitter" => key.set(&mut options.jitter, input, expression),
        "throttled_backoff" => key.set(&mut options.throttled_backoff, input, expression),
        "max_retry_after" => key.set(&mut options.max_retry_after, input, expression),
        "deadline" => key.set(&mut options.deadline, input, expression),
        "attempt_timeout" => key.set(&mut options.attempt_timeout, input, expression),
        "cancel" => key.set(&mut options.cancel, input, parsed),
        "budget" => key.set(&mut options.budget, input, expression),
        "breaker" => key.set(&mut options.breaker, input, expression),
        "rate_limit" => key.set(&mut options.rate_limit, input, expression),
        "pace" => key.set(&mut options.pace, input, expression),
        "concurrency" => key.set(&mut options.concurrency, input, expression),
        "hedge" => key.set(&mut options.hedge, input, expression),
        "nested" => key.set(&mut options.nested, input, expression),
        "on_retry" => key.set(&mut options.on_retry, input, parsed),
        "fallback" => key.set(&mut options.fallback, input, parsed),
        "policy" => key.set(&mut options.policy, input, policy),
        "context" => key.set(&mut options.context, input, context),
        "clone" => key.set(&mut options.clone, input, argument_names),
        "read_once" => key.set(&mut options.read_once, input, expression),
        "side_effects" => key.set_flag(&mut options.side_effects, input),
        "idempotency_key" => key.set(&mut options.idempotency_key, input, expression),
        "name" => key.set(&mut options.name, input, text),
        "runtime" => key.set(&mut options.runtime, input, expression),
        "crate" => key.set(&mut options.crate_path, input, crate_path),
        _ => {
            options.unknown.push(UnknownOption { name: key.ident.clone(), value: take_value(input) });
            Ok(())
        }
    }
}

/// Returns whether a name is that of an option, ours or another one.
fn is_option(key: &Key, input: ParseStream) -> bool {
    let has_value = input.peek(Token![=]) && !input.peek(Token![==]);
    has_value || GRAMMAR.names().contains(&key.name.as_str())
}

fn unnamed(first: Option<&Ident>, before: Before, input: ParseStream, options: &mut Options) {
    let tokens = first.map(ToTokens::to_token_stream).into_iter().chain([take_item(input)]).collect();
    options.unnamed.push(Unnamed { tokens, before });
    options.before = Before::Unnamed;
}

fn context(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| syn::Error::new(error.span(), "`context` is a name; write `context = attempt`"))
}

/// Reads the name of an argument, or `self`.
fn argument_name(input: ParseStream) -> syn::Result<Ident> {
    if input.peek(Token![self]) { Ident::parse_any(input) } else { input.parse() }
}

fn argument_names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return argument_name(input).map(|ident| vec![ident]);
    }
    let content;
    syn::parenthesized!(content in input);
    let names = content.parse_terminated(argument_name, Token![,])?;
    Ok(names.into_iter().collect())
}

fn policy(input: ParseStream) -> syn::Result<Expr> {
    let value = input.parse()?;
    match ungrouped(&value) {
        Expr::Lit(_) | Expr::Closure(_) | Expr::Range(_) | Expr::Array(_) => {
            let message = format!(
                "`{}` is not a policy; write `policy = SHARED` for a constant, or `policy = self.retry`",
                shown(&value)
            );
            Err(syn::Error::new_spanned(value, message))
        }
        _ => Ok(value),
    }
}

fn list(input: ParseStream) -> syn::Result<RawList> {
    if input.peek(Token![|]) || input.peek(Token![move]) {
        return Err(input.error("a list of classes cannot be a closure; write `retry_if = |error| ..`"));
    }
    input.parse()
}

fn retry_ok(input: ParseStream) -> syn::Result<RawRetryOk> {
    if begins_list(input) { list(input).map(RawRetryOk::Classes) } else { input.parse().map(RawRetryOk::Predicate) }
}

fn text(input: ParseStream) -> syn::Result<LitStr> {
    let name: LitStr = input
        .parse()
        .map_err(|error| syn::Error::new(error.span(), "`name` is a string; write it as in `name = \"quotes\"`"))?;
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(name.span(), "`name` is empty; write it as in `name = \"quotes\"`, or remove it"));
    }
    Ok(name)
}
