//! The annotated function: its signature is parsed, its body stays tokens.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AttrStyle, Attribute, FnArg, Pat, PatIdent, ReturnType, Signature, Type, Visibility};

use crate::diagnostics::Diagnostics;
use crate::syntax::async_block::{self, AsyncBlock};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Function with its body as tokens.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// The keyword `default` of a specialized method.
    pub(crate) defaultness: Option<Ident>,
    pub(crate) signature: Signature,
    /// `None` if the function has no body.
    pub(crate) body: Option<Group>,
}

/// Way in which the function runs its body.
pub(crate) enum Shape {
    Async,
    Blocking,
    /// Returns a future: the async block at its end is the body.
    Future(Box<AsyncBlock>),
}

/// Way in which the function takes `self`.
#[derive(Clone, Copy)]
pub(crate) enum Receiver {
    Value,
    Shared,
    Mutable,
}

/// Names in scope of an attribute's expressions, and whether the function blocks.
pub(crate) struct Scope {
    pub(crate) arguments: Vec<String>,
    /// Generic parameters and `Self`.
    pub(crate) generics: Vec<String>,
    pub(crate) is_blocking: bool,
    /// True if a call returns an `Option`.
    pub(crate) is_option: bool,
    /// Type of a success, if it is not an `Option`; also `None` if an alias hides it.
    pub(crate) plain_success: Option<String>,
}

impl Parse for Function {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let ahead = input.fork();
        let is_default = ahead.parse::<Ident>().is_ok_and(|word| word == "default");
        let defaultness = if is_default { Some(input.parse()?) } else { None };
        let signature = input.parse()?;
        let body = braces(input.parse()?).map(|body| without_attributes(body, &mut attributes)).transpose()?;
        Ok(Self { attributes, visibility, defaultness, signature, body })
    }
}

/// Moves the inner attributes of the body to `attributes`.
///
/// They apply to the whole function: `#![allow(..)]`.
fn without_attributes(body: Group, attributes: &mut Vec<Attribute>) -> syn::Result<Group> {
    let begins = body.stream().into_iter().take(2).map(|token| token.to_string()).collect::<String>() == "#!";
    if !begins {
        return Ok(body);
    }
    let split = |input: ParseStream| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    let (inner, rest) = split.parse2(body.stream())?;
    attributes.extend(inner.into_iter().map(|mut attribute| {
        attribute.style = AttrStyle::Outer;
        attribute
    }));
    let mut without = Group::new(Delimiter::Brace, rest);
    without.set_span(body.span());
    Ok(without)
}

/// Returns the body, also inside the invisible group of a `macro_rules` fragment.
fn braces(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => Some(body),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().next().and_then(braces)
        }
        _ => None,
    }
}

/// Reads the annotated item.
///
/// If a function cannot be parsed, the parser's own message is reported.
pub(crate) fn parse(
    item: TokenStream,
    attribute: &str,
    purpose: &str,
    diagnostics: &mut Diagnostics,
) -> Option<Function> {
    let error = match read(item.clone()) {
        Ok(function) => return Some(function),
        Err(error) => error,
    };
    match not_a_function(item.clone()) {
        None => diagnostics.push(error),
        Some(what) => {
            let first = item.into_iter().next().map_or_else(Span::call_site, |token| token.span());
            let words = format!(
                "`#[{attribute}]` goes on a function, not on {what}; put it on each function that is to {purpose}"
            );
            diagnostics.at_span(first, words);
        }
    }
    None
}

/// Parses everything except the body.
///
/// The parser copies each token that it is given.
fn read(item: TokenStream) -> syn::Result<Function> {
    let mut tokens: Vec<_> = item.into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.last_mut().filter(|last| is_body(last)) else {
        return syn::parse2(tokens.into_iter().collect());
    };
    let mut empty = Group::new(Delimiter::Brace, TokenStream::new());
    empty.set_span(body.span());
    let body = std::mem::replace(body, empty);
    let mut function: Function = syn::parse2(tokens.into_iter().collect())?;
    function.body = Some(without_attributes(body, &mut function.attributes)?);
    Ok(function)
}

fn is_body(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// Names the item if it is not a function.
fn not_a_function(item: TokenStream) -> Option<&'static str> {
    let mut words = item.into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word),
        _ => None,
    });
    while let Some(word) = words.next() {
        return match word.to_string().as_str() {
            "fn" => None,
            "struct" => Some("a struct"),
            "enum" => Some("an enum"),
            "trait" => Some("a trait"),
            "impl" => Some("an impl"),
            "mod" => Some("a module"),
            "type" => Some("a type"),
            "use" => Some("an import"),
            "static" => Some("a static"),
            "let" => Some("a statement"),
            "macro_rules" => Some("a macro"),
            "union" => Some("a union"),
            "const" => match words.next()?.to_string().as_str() {
                "fn" | "unsafe" | "async" | "extern" => None,
                _ => Some("a constant"),
            },
            _ => continue,
        };
    }
    None
}

impl Function {
    /// Names of the arguments, including `self` and the names inside patterns.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let mut names = Vec::new();
        for argument in &self.signature.inputs {
            match argument {
                FnArg::Typed(typed) => bindings(&typed.pat, &mut |bound| names.push(bound.ident.to_string())),
                FnArg::Receiver(_) => names.push("self".into()),
            }
        }
        names
    }

    /// Names that differ between instances: generic parameters, and `Self`.
    pub(crate) fn generics(&self) -> Vec<String> {
        let parameters = self.signature.generics.params.iter().filter_map(|parameter| match parameter {
            syn::GenericParam::Type(of) => Some(of.ident.to_string()),
            syn::GenericParam::Const(of) => Some(of.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
        parameters.chain(["Self".to_string()]).collect()
    }

    /// Names in scope, for a body that runs as `shape` says and returns `outcome`.
    pub(crate) fn scope(&self, shape: &Shape, outcome: &Type) -> Scope {
        let (is_blocking, is_option) = (matches!(shape, Shape::Blocking), return_type::is_option(outcome));
        let plain = return_type::success(outcome).filter(|success| !is_option && !return_type::is_option(success));
        let plain_success = plain.map(shown_type);
        Scope { arguments: self.arguments(), generics: self.generics(), is_blocking, is_option, plain_success }
    }

    /// The name without `r#`.
    pub(crate) fn name(&self) -> String {
        unraw(&self.signature.ident)
    }

    /// Returns whether the attribute `name` stands on the function, once more.
    pub(crate) fn second(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| {
            let segments = &attribute.path().segments;
            let is_last = segments.last().is_some_and(|last| last.ident == name);
            is_last && (segments.len() == 1 || segments.first().is_some_and(|first| is_ours(&first.ident)))
        })
    }

    /// Returns whether `name` is an argument, and not inside a pattern.
    pub(crate) fn has_argument(&self, name: &Ident) -> bool {
        self.signature.inputs.iter().any(|argument| match argument {
            FnArg::Typed(typed) => matches!(&*typed.pat, Pat::Ident(ident) if ident.ident == *name),
            FnArg::Receiver(_) => false,
        })
    }

    /// Removes `mut` from the argument `name`; returns whether it was there.
    pub(crate) fn remove_mut(&mut self, name: &Ident) -> bool {
        let mut found = self.signature.inputs.iter_mut().filter_map(|argument| match argument {
            FnArg::Typed(typed) => match &mut *typed.pat {
                Pat::Ident(ident) if ident.ident == *name => Some(ident),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        found.next().is_some_and(|ident| ident.mutability.take().is_some())
    }

    /// Returns whether the function is async, or its return type is a future.
    pub(crate) fn is_async(&self) -> bool {
        let returns =
            matches!(&self.signature.output, ReturnType::Type(_, ty) if return_type::future_output(ty).is_some());
        self.signature.asyncness.is_some() || returns
    }

    /// Returns how the function takes `self`, if it does.
    pub(crate) fn receiver(&self) -> Option<Receiver> {
        let FnArg::Receiver(receiver) = self.signature.inputs.first()? else { return None };
        let reference = match &receiver.kind {
            syn::ReceiverKind::Reference(_, _, mutability) => Some(mutability.is_some()),
            syn::ReceiverKind::Typed(_, ty) => match &**ty {
                Type::Reference(reference) => Some(reference.mutability.is_some()),
                _ => None,
            },
            _ => None,
        };
        Some(match reference {
            None => Receiver::Value,
            Some(false) => Receiver::Shared,
            Some(true) => Receiver::Mutable,
        })
    }

    /// Returns how the body is run, and the type of its result.
    ///
    /// `None` if the function returns a future and does not end with an async block.
    pub(crate) fn shape(&self, body: &Group) -> Option<(Shape, Type)> {
        let returned = match &self.signature.output {
            ReturnType::Type(_, returned) => (**returned).clone(),
            ReturnType::Default => syn::parse_quote!(()),
        };
        if self.signature.asyncness.is_some() {
            return Some((Shape::Async, returned));
        }
        match return_type::future_output(&returned) {
            Some(output) => async_block::find(body).map(|tail| (Shape::Future(Box::new(tail)), output)),
            None => Some((Shape::Blocking, returned)),
        }
    }

    /// Returns whether an argument is a `&mut`.
    pub(crate) fn borrows_mutably(&self) -> bool {
        self.signature.inputs.iter().any(|argument| match argument {
            FnArg::Receiver(receiver) => match &receiver.kind {
                syn::ReceiverKind::Reference(_, _, mutability) => mutability.is_some(),
                syn::ReceiverKind::Typed(_, ty) => return_type::holds_mutable_borrow(ty),
                _ => false,
            },
            FnArg::Typed(typed) => return_type::holds_mutable_borrow(&typed.ty),
        })
    }
}

/// Returns whether a crate exports our attributes.
fn is_ours(name: &Ident) -> bool {
    name == "retry_runtime" || name == "retry_idempotency"
}

/// The text of an identifier without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).into()
}

/// Passes each name that a pattern binds to `found`.
///
/// The name of a unit variant may be among them, which is harmless.
pub(crate) fn bindings<'p>(pattern: &'p Pat, found: &mut impl FnMut(&'p PatIdent)) {
    match pattern {
        Pat::Ident(ident) => {
            found(ident);
            if let Some((_, inner)) = &ident.subpat {
                bindings(inner, found);
            }
        }
        Pat::Paren(inner) => bindings(&inner.pat, found),
        Pat::Reference(inner) => bindings(&inner.pat, found),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::Slice(slice) => slice.elems.iter().for_each(|inner| bindings(inner, found)),
        Pat::Struct(fields) => fields.fields.iter().for_each(|field| bindings(&field.pat, found)),
        _ => {}
    }
}
