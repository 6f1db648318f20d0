//! First stage: the attribute's tokens become options.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Path};

use crate::diagnostics::Diagnostics;
use crate::retry::parse::{Given, each, expression, parse_value, runtime_path, set};
use crate::syntax::spelling::{listed, nearest};

const OPTIONS: &[&str] = &[
    "store",
    "key",
    "scope",
    "fingerprint",
    "keep",
    "lease",
    "wait",
    "duplicates",
    "interrupted",
    "mode",
    "claim",
    "crate",
];

#[derive(Default)]
pub(super) struct Options {
    pub(super) store: Option<Given<Expr>>,
    pub(super) key: Option<Given<Expr>>,
    pub(super) scope: Option<Given<Expr>>,
    pub(super) fingerprint: Option<Given<Expr>>,
    pub(super) keep: Option<Given<Expr>>,
    pub(super) lease: Option<Given<Expr>>,
    pub(super) wait: Option<Given<Expr>>,
    pub(super) duplicates: Option<Given<Expr>>,
    pub(super) interrupted: Option<Given<Expr>>,
    pub(super) mode: Option<Given<Expr>>,
    pub(super) claim: Option<Given<Ident>>,
    pub(super) runtime: Option<Given<Path>>,
    /// All that was written.
    pub(super) written: TokenStream,
    /// Whether a fault hid an option, so that one that is missing may have been meant.
    pub(super) incomplete: bool,
}

/// Parses the options; every fault is told, and the rest is parsed all the same.
pub(super) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options { written: tokens.clone(), ..Options::default() };
    options.incomplete = each(tokens, "key = &order.id", diagnostics, |key, input| option(key, input, &mut options));
    options
}

fn option(key: &Ident, input: ParseStream, options: &mut Options) -> syn::Result<()> {
    match key.to_string().as_str() {
        "store" => set(&mut options.store, key, input, parse_value),
        "key" => set(&mut options.key, key, input, parse_value),
        "scope" => set(&mut options.scope, key, input, parse_value),
        "fingerprint" => set(&mut options.fingerprint, key, input, parse_value),
        "keep" => set(&mut options.keep, key, input, expression),
        "lease" => set(&mut options.lease, key, input, expression),
        "wait" => set(&mut options.wait, key, input, expression),
        "duplicates" => set(&mut options.duplicates, key, input, parse_value),
        "interrupted" => set(&mut options.interrupted, key, input, parse_value),
        "mode" => set(&mut options.mode, key, input, parse_value),
        "claim" => set(&mut options.claim, key, input, name),
        "crate" => set(&mut options.runtime, key, input, runtime_path),
        other => Err(syn::Error::new(key.span(), unknown(other))),
    }
}

fn name(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|fault| syn::Error::new(fault.span(), "`claim` is a name; write `claim = claim`"))
}

/// The words for an option that there is not, also for what others call ours.
fn unknown(name: &str) -> String {
    let meant = match name {
        "idempotency_key" | "by" => Some("key"),
        "ttl" | "expires" | "expiry" | "retention" | "window" => Some("keep"),
        "lock" | "lock_timeout" | "visibility" => Some("lease"),
        "client" | "account" | "tenant" | "namespace" | "prefix" => Some("scope"),
        "payload" | "content" | "hash" => Some("fingerprint"),
        "on_duplicate" | "duplicate" => Some("duplicates"),
        "context" => Some("claim"),
        _ => nearest(name, OPTIONS),
    };
    match meant {
        Some(meant) => format!("unknown option `{name}`; write `{meant}`"),
        None => format!("unknown option `{name}`; the options are {}", listed(OPTIONS)),
    }
}
