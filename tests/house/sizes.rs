//! A file has at most 400 lines, a function 60.

use proc_macro2::Span;
use syn::visit::{self, Visit};

use crate::assert_none;
use crate::sources::below;

const MAX_FILE_LINES: usize = 400;
const MAX_FUNCTION_LINES: usize = 60;

/// Collects the functions that are too long.
struct Functions<'a> {
    path: &'a str,
    found: Vec<String>,
}

impl Functions<'_> {
    fn check(&mut self, signature: &syn::Signature, end: Span) {
        let first = signature.fn_token.span.start().line;
        let lines = end.end().line - first + 1;
        if lines > MAX_FUNCTION_LINES {
            self.found.push(format!("{}:{first}: `{}` has {lines} lines", self.path, signature.ident));
        }
    }
}

impl Visit<'_> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        self.check(&function.sig, function.block.brace_token.span.close());
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &syn::ImplItemFn) {
        self.check(&function.sig, function.block.brace_token.span.close());
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.check(&function.sig, block.brace_token.span.close());
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[test]
fn no_file_is_too_long() {
    let lengths = below("").into_iter().map(|source| (source.text.lines().count(), source.path));
    let long = lengths.filter(|(lines, _)| *lines > MAX_FILE_LINES);
    let places: Vec<_> = long.map(|(lines, path)| format!("{path}: {lines} lines")).collect();
    assert_none("a file has at most 400 lines", &places);
}

#[test]
fn no_function_is_too_long() {
    let mut places = Vec::new();
    for source in below("") {
        let file = syn::parse_file(&source.text).unwrap_or_else(|error| panic!("{}: {error}", source.path));
        let mut functions = Functions { path: &source.path, found: Vec::new() };
        functions.visit_file(&file);
        places.append(&mut functions.found);
    }
    assert_none("a function has at most 60 lines", &places);
}
