//! First stage: the attribute's tokens become options, each with its key's and its value's place.

pub(crate) mod backoff;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, LitStr, Path, Token, token};

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{self, RawList};
use crate::syntax::duration;
use crate::syntax::literal::{shown, ungrouped};
use crate::syntax::spelling;

/// A value, and the key that gave it.
pub(crate) struct Given<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

/// `retry_ok` takes classes or a predicate.
pub(crate) enum RetryOk {
    Classes(RawList),
    Predicate(Expr),
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) retry_on: Option<Given<RawList>>,
    pub(crate) except: Option<Given<RawList>>,
    pub(crate) retry_if: Option<Given<Expr>>,
    pub(crate) retry_ok: Option<Given<RetryOk>>,
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
    pub(crate) limit: Option<Given<Expr>>,
    pub(crate) nested: Option<Given<Expr>>,
    pub(crate) context: Option<Given<Ident>>,
    pub(crate) clone: Option<Given<Vec<Ident>>>,
    pub(crate) on_retry: Option<Given<Expr>>,
    pub(crate) fallback: Option<Given<Expr>>,
    pub(crate) side_effects: Option<Span>,
    pub(crate) idempotency_key: Option<Given<Expr>>,
    pub(crate) name: Option<Given<LitStr>>,
    pub(crate) policy: Option<Given<Expr>>,
    pub(crate) runtime: Option<Given<Path>>,
    /// All that was written.
    pub(crate) written: TokenStream,
    /// Whether a fault hid an option, so that one that is missing may have been meant.
    pub(crate) incomplete: bool,
}

/// Parses the options; every fault is told, and the rest is parsed all the same.
pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options { written: tokens.clone(), ..Options::default() };
    options.incomplete = each(tokens, "max_attempts = 3", diagnostics, |key, input| value(input, key, &mut options));
    options
}

/// Reads one option after the other by `value`; whether a fault hid some. `example` is one of them.
pub(crate) fn each(
    tokens: TokenStream,
    example: &str,
    diagnostics: &mut Diagnostics,
    mut value: impl FnMut(&Ident, ParseStream) -> syn::Result<()>,
) -> bool {
    let mut incomplete = false;
    let parsed = (|input: ParseStream| {
        while !input.is_empty() {
            if let Err(fault) = key(input, example).and_then(|key| value(&key, input)) {
                incomplete = true;
                diagnostics.push(fault);
                skip_to_next(input);
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    })
    .parse2(tokens);
    // What is left inside the parentheses of a value that was told already is no second fault.
    incomplete || diagnostics.take(parsed).is_none()
}

fn key(input: ParseStream, example: &str) -> syn::Result<Ident> {
    Ident::parse_any(input).map_err(|fault| {
        syn::Error::new(fault.span(), format!("an option begins with its name; write it as in `{example}`"))
    })
}

fn value(input: ParseStream, key: &Ident, options: &mut Options) -> syn::Result<()> {
    match key.to_string().as_str() {
        "retry_on" => set(&mut options.retry_on, key, input, list),
        "except" => set(&mut options.except, key, input, list),
        "retry_ok" => set(&mut options.retry_ok, key, input, retry_ok),
        "retry_if" => set(&mut options.retry_if, key, input, parse_value),
        "max_attempts" => set(&mut options.max_attempts, key, input, expression),
        "backoff" => set(&mut options.backoff, key, input, expression),
        "jitter" => set(&mut options.jitter, key, input, expression),
        "throttled_backoff" => set(&mut options.throttled_backoff, key, input, expression),
        "max_retry_after" => set(&mut options.max_retry_after, key, input, expression),
        "deadline" => set(&mut options.deadline, key, input, expression),
        "attempt_timeout" => set(&mut options.attempt_timeout, key, input, expression),
        "cancel" => set(&mut options.cancel, key, input, parse_value),
        "budget" => set(&mut options.budget, key, input, expression),
        "breaker" => set(&mut options.breaker, key, input, expression),
        "limit" => set(&mut options.limit, key, input, expression),
        "nested" => set(&mut options.nested, key, input, expression),
        "on_retry" => set(&mut options.on_retry, key, input, parse_value),
        "fallback" => set(&mut options.fallback, key, input, parse_value),
        "policy" => set(&mut options.policy, key, input, policy),
        "context" => set(&mut options.context, key, input, identifier),
        "clone" => set(&mut options.clone, key, input, names),
        "side_effects" => flag(&mut options.side_effects, key, input),
        "idempotency_key" => set(&mut options.idempotency_key, key, input, expression),
        "name" => set(&mut options.name, key, input, text),
        "crate" => set(&mut options.runtime, key, input, runtime_path),
        other => {
            let words = if begins_pattern(other, input) {
                format!(
                    "`{other}` begins a pattern and no option; put several into parentheses, as in `retry_on = (Timeout, error(Busy))`"
                )
            } else {
                spelling::unknown_option(other, &value_ahead(input))
            };
            Err(syn::Error::new(key.span(), words))
        }
    }
}

/// Whether a list goes on without its parentheses: `retry_on = Timeout, E::Busy`.
fn begins_pattern(name: &str, input: ParseStream) -> bool {
    let is_name = name == "error" || name.starts_with(char::is_uppercase);
    input.peek(Token![::]) || is_name && (input.peek(token::Paren) || input.peek(token::Brace))
}

/// An option that is there or not.
fn flag(place: &mut Option<Span>, key: &Ident, input: ParseStream) -> syn::Result<()> {
    if !(input.is_empty() || input.peek(Token![,])) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes no value; write `{key}`, or remove it")));
    }
    if place.replace(key.span()).is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is given twice; remove one")));
    }
    Ok(())
}

/// Reads `= value` into its place, which must be empty.
pub(crate) fn set<T>(
    place: &mut Option<Given<T>>,
    key: &Ident,
    input: ParseStream,
    parse: impl FnOnce(ParseStream) -> syn::Result<T>,
) -> syn::Result<()> {
    equals(key, input)?;
    if input.is_empty() || input.peek(Token![,]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` has no value; write it as in `{}`", example(key))));
    }
    let value = parse(input).map_err(|fault| unreadable(fault, key))?;
    if !(input.is_empty() || input.peek(Token![,])) {
        return Err(input.error(format!(
            "unexpected after the value of `{key}`; put a comma between options, and several values into parentheses"
        )));
    }
    if place.is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is given twice; remove one")));
    }
    *place = Some(Given { key: key.span(), value });
    Ok(())
}

/// A value that could not be read: the parser's own words say what it expected, and not what to write.
fn unreadable(fault: syn::Error, key: &Ident) -> syn::Error {
    let words = fault.to_string();
    if words.starts_with("unexpected end of input") {
        let words = format!("the value of `{key}` has no end; write it as in `{}`", example(key));
        return syn::Error::new(key.span(), words);
    }
    if words.contains("; ") {
        return fault;
    }
    let words = format!("the value of `{key}` cannot be read from here on; write it as in `{}`", example(key));
    syn::Error::new(fault.span(), words)
}

/// `clone(a, b)` reads as well as `clone = (a, b)`; all others have the sign.
fn equals(key: &Ident, input: ParseStream) -> syn::Result<()> {
    if input.peek(Token![=]) && !input.peek(Token![==]) {
        return input.parse::<Token![=]>().map(|_| ());
    }
    if key == "clone" && input.peek(token::Paren) {
        return Ok(());
    }
    let wrong = if input.is_empty() || input.peek(Token![,]) { "has no value" } else { "takes its value after `=`" };
    Err(syn::Error::new(key.span(), format!("`{key}` {wrong}; write it as in `{}`", example(key))))
}

fn example(key: &Ident) -> String {
    let value = match key.to_string().as_str() {
        "retry_on" => "(Timeout, Status(503))",
        "except" => "Conflict",
        "retry_if" | "retry_ok" => "|value| value.is_empty()",
        "max_attempts" => "3",
        "backoff" | "throttled_backoff" => "exp(100ms, 10s)",
        "jitter" => "full",
        "max_retry_after" | "deadline" | "lease" => "30s",
        "attempt_timeout" => "2s",
        "cancel" => "token.cancelled()",
        "budget" => "PAYMENTS",
        "breaker" | "limit" => "SHOP",
        "nested" => "retry",
        "context" => "attempt",
        "clone" => "(request, body)",
        "on_retry" | "fallback" => "|attempt, error| ..",
        "idempotency_key" => "generate()",
        "name" => "\"quotes\"",
        "policy" => "self.retry",
        "crate" => "::my_crate::retry_runtime",
        "store" => "&self.store",
        "key" => "&order.id",
        "scope" => "&order.customer",
        "fingerprint" => "(order, euros)",
        "keep" => "24h",
        "wait" => "5s",
        "duplicates" => "reject",
        "interrupted" => "rerun",
        "mode" => "steps",
        "claim" => "claim",
        _ => "..",
    };
    format!("{key} = {value}")
}

/// An expression; a number that begins with its point is none.
pub(crate) fn expression(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(Token![.]) {
        return Err(input.error("a number begins with a digit; write it as in `0.5`"));
    }
    let value = input.parse()?;
    match duration::apart(&value, &next_word(input)) {
        Some(words) => Err(input.error(words)),
        None => Ok(value),
    }
}

/// The token that comes next, as it is written.
fn next_word(input: ParseStream) -> String {
    input.fork().parse::<TokenTree>().map_or_else(|_| String::new(), |token| token.to_string())
}

fn identifier(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|fault| syn::Error::new(fault.span(), "`context` is a name; write `context = attempt`"))
}

/// An argument's name, or `self`.
fn argument(input: ParseStream) -> syn::Result<Ident> {
    if input.peek(Token![self]) { Ident::parse_any(input) } else { input.parse() }
}

pub(crate) fn parse_value<T: syn::parse::Parse>(input: ParseStream) -> syn::Result<T> {
    input.parse()
}

fn policy(input: ParseStream) -> syn::Result<Expr> {
    let value = input.parse()?;
    match ungrouped(&value) {
        Expr::Lit(_) | Expr::Closure(_) | Expr::Range(_) | Expr::Array(_) => {
            let words = format!(
                "`{}` is no policy; write `policy = SHARED` for a constant, or `policy = self.retry`",
                shown(&value)
            );
            Err(syn::Error::new_spanned(value, words))
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

fn retry_ok(input: ParseStream) -> syn::Result<RetryOk> {
    if class_list::looks_like_class(input) {
        list(input).map(RetryOk::Classes)
    } else {
        input.parse().map(RetryOk::Predicate)
    }
}

fn names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        return argument(input).map(|ident| vec![ident]);
    }
    let content;
    syn::parenthesized!(content in input);
    let names = content.parse_terminated(argument, Token![,])?;
    Ok(names.into_iter().collect())
}

fn text(input: ParseStream) -> syn::Result<LitStr> {
    let name: LitStr = input
        .parse()
        .map_err(|fault| syn::Error::new(fault.span(), "`name` is a string; write it as in `name = \"quotes\"`"))?;
    if name.value().trim().is_empty() {
        return Err(syn::Error::new(name.span(), "`name` is empty; write it as in `name = \"quotes\"`, or remove it"));
    }
    Ok(name)
}

pub(crate) fn runtime_path(input: ParseStream) -> syn::Result<Path> {
    let path = Path::parse_mod_style(input)?;
    let first = path.segments.first().map(|segment| segment.ident.to_string());
    if path.leading_colon.is_some() || first.as_deref() == Some("crate") {
        return Ok(path);
    }
    let words = format!("`crate` is an absolute path; write `crate = ::{0}` or `crate = crate::{0}`", shown(&path));
    Err(syn::Error::new_spanned(path, words))
}

/// What follows `=`, for a message; nothing is consumed.
fn value_ahead(input: ParseStream) -> TokenStream {
    let ahead = input.fork();
    let mut value = TokenStream::new();
    if ahead.parse::<Token![=]>().is_err() {
        return value;
    }
    while !(ahead.is_empty() || ahead.peek(Token![,]) && begins_option(&ahead)) {
        value.extend(ahead.parse::<TokenTree>());
    }
    value
}

/// Skips what could not be read, up to the comma before the next option: a comma that a name and `=` follow, or the
/// end. A comma inside a closure's head has no `=` behind the name.
fn skip_to_next(input: ParseStream) {
    while !input.is_empty() {
        if input.peek(Token![,]) && begins_option(input) {
            return;
        }
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

fn begins_option(input: ParseStream) -> bool {
    let ahead = input.fork();
    let named = ahead.parse::<Token![,]>().is_ok() && Ident::parse_any(&ahead).is_ok();
    named && (ahead.is_empty() || ahead.peek(Token![=]) || ahead.peek(Token![,]))
}
