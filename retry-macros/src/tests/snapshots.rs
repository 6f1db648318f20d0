//! Expansions as a reviewer sees them.
//!
//! `snapshots/NAME.rs` becomes `snapshots/NAME.expanded.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, Item};

use crate::retry::Registration;
use crate::{classify, idempotent, retry};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Removes the first attribute of ours, and returns its expansion.
fn expand(attributes: &mut Vec<Attribute>) -> impl Fn(TokenStream) -> TokenStream + use<> {
    let is_ours = |attribute: &Attribute| ["retry", "idempotent"].iter().any(|name| attribute.path().is_ident(name));
    let index = attributes.iter().position(is_ours).expect("every function has an attribute of ours");
    let attribute = attributes.remove(index);
    let options = attribute.meta.require_list().expect("it has options").tokens.clone();
    let is_retry = attribute.path().is_ident("retry");
    move |item| {
        if is_retry {
            retry::expand_attribute(options.clone(), item, Registration::default())
        } else {
            idempotent::expand_attribute(options.clone(), item)
        }
    }
}

/// Expands every attribute and derive of a source, as `cargo expand` prints it.
///
/// A derived impl stands for its item.
fn expanded(source: &str) -> String {
    let mut file = syn::parse_file(source).expect("a snapshot's source is Rust");
    let items = std::mem::take(&mut file.items).into_iter().map(|item| match item {
        Item::Fn(mut function) => expand(&mut function.attrs)(function.into_token_stream()),
        Item::Impl(mut block) => {
            let methods = std::mem::take(&mut block.items).into_iter().map(|item| {
                let ImplItem::Fn(mut method) = item else { panic!("an impl holds methods alone") };
                expand(&mut method.attrs)(method.into_token_stream())
            });
            let (target, methods) = (&block.self_ty, methods.collect::<Vec<_>>());
            quote!(impl #target { #(#methods)* })
        }
        item @ (Item::Enum(_) | Item::Struct(_)) => classify::derive(item.into_token_stream()),
        _ => panic!("a snapshot holds functions, impls and errors"),
    });
    let tokens: TokenStream = items.collect();
    let file = syn::parse2(tokens).expect("an expansion is Rust");
    prettyplease::unparse(&file)
}

/// Compares, or writes if `EXPANSIONS=overwrite` is set.
fn hold(path: &Path, expected: &str, actual: &str) {
    if std::env::var("EXPANSIONS").as_deref() == Ok("overwrite") {
        fs::write(path, actual).expect("the snapshot can be written");
    } else {
        assert_eq!(expected, actual, "{} differs; see DEVELOPMENT.md for how to renew it", path.display());
    }
}

#[test]
fn expansions_are_what_was_reviewed() {
    let mut held = 0;
    for entry in fs::read_dir(root().join("snapshots")).expect("there are snapshots") {
        let path = entry.expect("the folder can be read").path();
        if path.to_string_lossy().ends_with(".expanded.rs") {
            continue;
        }
        let source = fs::read_to_string(&path).expect("a snapshot's source can be read");
        let beside = path.with_extension("expanded.rs");
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        hold(&beside, &expected, &expanded(&source));
        held += 1;
    }
    assert_eq!(held, 44);
}

/// Lines of the expansion minus the lines of the function as it is written.
fn lines_beyond_body(name: &str) -> usize {
    let source = fs::read_to_string(root().join(format!("snapshots/{name}.rs"))).expect("there is such a snapshot");
    let written = source.lines().filter(|line| !line.starts_with("#[")).count();
    expanded(&source).lines().count() - written
}

#[test]
fn an_expansion_fits_a_screen() {
    assert!(lines_beyond_body("plain") <= 22, "{}", lines_beyond_body("plain"));
    assert!(lines_beyond_body("plain_blocking") <= 20, "{}", lines_beyond_body("plain_blocking"));
    assert!(lines_beyond_body("quote") <= 22 + 2 * 2, "{}", lines_beyond_body("quote"));
    assert!(lines_beyond_body("context") <= 22 + 2, "{}", lines_beyond_body("context"));
    assert!(lines_beyond_body("clone") <= 22 + 2, "{}", lines_beyond_body("clone"));
    assert!(lines_beyond_body("once") <= 20, "{}", lines_beyond_body("once"));
}

#[test]
fn what_calls_share_takes_two_lines_at_most() {
    for name in ["budget", "breaker", "rate_limit"] {
        let source = fs::read_to_string(root().join(format!("snapshots/{name}.rs"))).expect("there is such a snapshot");
        for function in source.split("\n\n") {
            let (attribute, item) = function.split_once('\n').expect("an attribute, and its function");
            let without = format!("#[retry(retry_on = transient)]\n{item}");
            // A chain is one line, however it is wrapped.
            let begins = |line: &&str| !line.trim_start().starts_with('.');
            let [with, without] = [function, &without].map(|source| expanded(source).lines().filter(begins).count());
            assert!(with <= without + 2, "{attribute}: {with} lines, {without} without");
        }
    }
}

/// Removes and counts the statements that register for the policy review.
fn unregistered(tokens: TokenStream) -> (TokenStream, usize) {
    let (mut kept, mut count) = (Vec::new(), 0);
    let mut tokens = tokens.into_iter();
    while let Some(mut token) = tokens.next() {
        if let TokenTree::Group(group) = &token {
            let (inner, inside) = unregistered(group.stream());
            let mut renewed = proc_macro2::Group::new(group.delimiter(), inner);
            renewed.set_span(group.span());
            (token, count) = (renewed.into(), count + inside);
        }
        if matches!(&token, TokenTree::Ident(word) if word == "__register") {
            let ends = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
            let begin = kept.iter().rposition(ends).map_or(0, |last| last + 1);
            kept.truncate(begin);
            tokens.by_ref().take_while(|token| !ends(token)).for_each(drop);
            count += 1;
            continue;
        }
        kept.push(token);
    }
    (kept.into_iter().collect(), count)
}

#[test]
fn a_review_adds_one_statement_to_a_function() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("snapshots")).expect("there are snapshots") {
        let path = entry.expect("the folder can be read").path();
        let source = fs::read_to_string(&path).expect("a snapshot can be read");
        for item in syn::parse_file(&source).expect("a snapshot is Rust").items {
            let Item::Fn(mut function) = item else { continue };
            let [attribute] = function.attrs.as_slice() else { continue };
            if !attribute.path().is_ident("retry") {
                continue;
            }
            let options = attribute.meta.require_list().expect("it has options").tokens.clone();
            function.attrs.clear();
            let item = function.into_token_stream();
            let (without, statements) = unregistered(retry::expand_attribute(
                options.clone(),
                item.clone(),
                Registration { is_reviewed: true, ..Default::default() },
            ));
            assert_eq!(
                (without.to_string(), statements),
                (retry::expand_attribute(options, item, Registration::default()).to_string(), 1)
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// Returns the code block that follows `mark`.
fn block_after<'a>(text: &'a str, mark: &str) -> &'a str {
    let rest = text.split_once(mark).map_or("", |(_, rest)| rest);
    let code = rest.split_once("```rust,ignore\n").map_or("", |(_, code)| code);
    code.split_once("```").map_or("", |(code, _)| code)
}

#[test]
fn the_docs_show_what_is_printed() {
    let path = root().join("src/retry.md");
    let docs = fs::read_to_string(&path).expect("the docs are a file");
    let source = block_after(&docs, "<!-- source of the expansion: kept equal by a test -->");
    let shown = block_after(&docs, "<!-- expansion: kept equal by a test -->");
    // The compiler puts in the module's path, here of a crate `shop`.
    let printed = expanded(source).replace("::core::concat!(::core::module_path!(), \"::quote\")", "\"shop::quote\"");
    let renewed = docs.replace(
        &format!("<!-- expansion: kept equal by a test -->\n```rust,ignore\n{shown}```"),
        &format!("<!-- expansion: kept equal by a test -->\n```rust,ignore\n{printed}```"),
    );
    hold(&path, &docs, &renewed);
}

/// Returns the statements that tests and chaos add to an expansion.
fn injectable(source: &str) -> Vec<String> {
    let Item::Fn(mut function) = syn::parse_str(source).expect("it is a function") else { panic!("a function") };
    let attribute = function.attrs.remove(0);
    let options = attribute.meta.require_list().expect("it has options").tokens.clone();
    let injection = Registration { is_injectable: true, ..Default::default() };
    let item = function.into_token_stream();
    let [with, without] = [injection, Registration::default()].map(|registration| {
        let expanded = retry::expand_attribute(options.clone(), item.clone(), registration);
        prettyplease::unparse(&syn::parse2(expanded).expect("an expansion is Rust"))
    });
    // Where the printer breaks a statement is not the point.
    let lines =
        |text: &str| text.split([';', '{']).map(|line| line.split_whitespace().collect()).collect::<Vec<String>>();
    let without = lines(&without);
    lines(&with).into_iter().filter(|line| !without.contains(line)).collect()
}

#[test]
fn an_injectable_function_has_one_more_line_and_one_setting() {
    let quote = "#[retry(retry_on = Timeout)] async fn quote(id: &str) -> Result<Quote, ApiError> { ask(id).await }";
    assert_eq!(
        injectable(quote),
        [
            "::retry_runtime::__injectable!(OPERATION,\"quote\",outcomeResult<Quote,ApiError>)",
            "OPERATION.typed::<Result<Quote,ApiError>>().begin().injectable()}",
        ]
    );
    let first = "#[retry(retry_on = Timeout)] fn first(all: &str) -> Result<&str, ApiError> { ask(all) }";
    assert_eq!(
        injectable(first),
        [
            "::retry_runtime::__injectable!(OPERATION,\"first\",errorResult<(),ApiError>)",
            "OPERATION.typed::<Result<&str,ApiError>>().begin_blocking().error_injectable()}",
        ]
    );
    let parse = "#[retry(retry_on = Timeout)] fn parse<T: Parse>(all: &str) -> Result<T, T::Error> { ask(all) }";
    assert_eq!(injectable(parse), ["::retry_runtime::__injectable!(OPERATION,\"parse\")"]);
}
