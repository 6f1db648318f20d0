//! First stage: the attribute's tokens become options.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, Ident, Path};

use crate::diagnostics::Diagnostics;
use crate::syntax::option::{Given, Grammar, Start, crate_path, expression, parsed};
use crate::syntax::spelling::nearest;

/// Every option, with an example of its value.
pub(crate) const GRAMMAR: Grammar = Grammar {
    options: &[
        ("store", "&self.store"),
        ("key", "&order.id"),
        ("scope", "&order.customer"),
        ("fingerprint", "(order, euros)"),
        ("keep", "24h"),
        ("lease", "30s"),
        ("wait", "5s"),
        ("duplicates", "reject"),
        ("interrupted", "rerun"),
        ("mode", "steps"),
        ("claim", "claim"),
        ("crate", "::my_crate::retry_idempotency"),
    ],
    example: "key = &order.id",
};

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
    /// The tokens of the attribute.
    pub(super) written: TokenStream,
    /// True if an error hid an option, so that a missing one may have been meant.
    pub(super) is_incomplete: bool,
}

/// Reads the options. Reports each error and reads the rest all the same.
pub(super) fn options(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Options {
    let mut options = Options { written: tokens.clone(), ..Options::default() };
    options.is_incomplete = GRAMMAR.read(tokens, diagnostics, |start, input| option(start, input, &mut options));
    options
}

fn option(start: Start<'_>, input: ParseStream, options: &mut Options) -> syn::Result<()> {
    let Start::Key(key) = start else { return Err(input.error(GRAMMAR.no_name())) };
    match key.name.as_str() {
        "store" => key.set(&mut options.store, input, parsed),
        "key" => key.set(&mut options.key, input, parsed),
        "scope" => key.set(&mut options.scope, input, parsed),
        "fingerprint" => key.set(&mut options.fingerprint, input, parsed),
        "keep" => key.set(&mut options.keep, input, expression),
        "lease" => key.set(&mut options.lease, input, expression),
        "wait" => key.set(&mut options.wait, input, expression),
        "duplicates" => key.set(&mut options.duplicates, input, parsed),
        "interrupted" => key.set(&mut options.interrupted, input, parsed),
        "mode" => key.set(&mut options.mode, input, parsed),
        "claim" => key.set(&mut options.claim, input, name),
        "crate" => key.set(&mut options.runtime, input, crate_path),
        other => Err(syn::Error::new(key.span(), unknown(other))),
    }
}

fn name(input: ParseStream) -> syn::Result<Ident> {
    input.parse().map_err(|error| syn::Error::new(error.span(), "`claim` is a name; write `claim = claim`"))
}

/// Message for an unknown option, among them names that other libraries use.
fn unknown(name: &str) -> String {
    let names = GRAMMAR.names();
    let meant = match name {
        "idempotency_key" | "by" => Some("key"),
        "ttl" | "expires" | "expiry" | "retention" | "window" => Some("keep"),
        "lock" | "lock_timeout" | "visibility" => Some("lease"),
        "client" | "account" | "tenant" | "namespace" | "prefix" => Some("scope"),
        "payload" | "content" | "hash" => Some("fingerprint"),
        "on_duplicate" | "duplicate" => Some("duplicates"),
        "context" => Some("claim"),
        _ => nearest(name, &names),
    };
    match meant {
        Some(meant) => format!("unknown option `{name}`; write `{meant}`"),
        None => {
            format!("unknown option `{name}`; remove it, or take one from the docs of `retry_idempotency::idempotent`")
        }
    }
}
