//! Messages for options that do not exist, among them those of other libraries.
//!
//! A message proposes the first of several ways to write the option that the stages below accept.

mod accepted;
mod hedges;
mod names;
mod other_libraries;
mod unnamed;

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::retry::parse::{GRAMMAR, Options, UnknownOption};
use crate::retry::suggest::other_libraries::foreign;
use crate::syntax::spelling::nearest;
use crate::syntax::translation::snake;

/// Reports each unknown option, and each value without an option.
pub(crate) fn report(options: &Options, is_blocking: bool, diagnostics: &mut Diagnostics) {
    let delays = other_libraries::delays(&options.unknown);
    for UnknownOption { name, value } in &options.unknown {
        let message = match &delays {
            Some(delays) if delays.first == *name => format!("unknown option `{name}`; write `{}`", delays.backoff),
            Some(delays) if delays.others.contains(name) => {
                format!("`{name}` is a part of `backoff`; remove it, because `{}` is the whole", delays.backoff)
            }
            _ => message(&name.to_string(), value, is_blocking),
        };
        diagnostics.at_span(name.span(), message);
    }
    unnamed::report(options, is_blocking, diagnostics);
}

fn message(name: &str, value: &TokenStream, is_blocking: bool) -> String {
    if let Some(message) = foreign(name, value, is_blocking) {
        return message;
    }
    match nearest(&snake(name), &GRAMMAR.names()) {
        Some(near) => format!("unknown option `{name}`; write `{near}`"),
        None => format!("unknown option `{name}`; remove it, or take one from the docs of `retry_runtime::retry`"),
    }
}
