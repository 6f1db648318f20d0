//! Options of an attribute: `name = value`, separated by commas.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprLit, ExprPath, Ident, Lit, Path, Token, token};

use crate::diagnostics::Diagnostics;
use crate::syntax::duration;
use crate::syntax::tokens::shown;

/// Value of an option, with the place of the option's name.
pub(crate) struct Given<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

/// The option names of one attribute, each with an example of its value.
pub(crate) struct Grammar {
    pub(crate) options: &'static [(&'static str, &'static str)],
    /// An option as a message shows it.
    pub(crate) example: &'static str,
}

/// Name of an option as it is written, with an example of its value.
pub(crate) struct Key {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    example: &'static str,
}

/// Begin of an option.
#[derive(Clone, Copy)]
pub(crate) enum Start<'a> {
    Key(&'a Key),
    /// A value without its option: `3`, `|error| ..`.
    Value,
}

impl Grammar {
    /// The names of all options.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.options.iter().map(|(name, _)| *name).collect()
    }

    /// Reads all options with `read`.
    ///
    /// Reports each error and continues behind it; returns whether there was one.
    pub(crate) fn read(
        &self,
        tokens: TokenStream,
        diagnostics: &mut Diagnostics,
        mut read: impl FnMut(Start<'_>, ParseStream) -> syn::Result<()>,
    ) -> bool {
        let mut is_incomplete = false;
        let parsed = (|input: ParseStream| {
            while !input.is_empty() {
                if let Err(error) = self.option(input, &mut read) {
                    is_incomplete = true;
                    diagnostics.push(error);
                    skip_to_next(input);
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        })
        .parse2(tokens);
        // The rest of a value whose error was reported is not a second error.
        is_incomplete || diagnostics.take(parsed).is_none()
    }

    fn option(
        &self,
        input: ParseStream,
        read: &mut impl FnMut(Start<'_>, ParseStream) -> syn::Result<()>,
    ) -> syn::Result<()> {
        if !input.peek(Ident::peek_any) {
            return read(Start::Value, input);
        }
        let ident = Ident::parse_any(input)?;
        let name = ident.to_string();
        let example = self.options.iter().find(|(option, _)| *option == name).map_or("..", |(_, example)| example);
        read(Start::Key(&Key { ident, name, example }), input)
    }

    /// Message for a value without its option.
    pub(crate) fn no_name(&self) -> String {
        format!("an option begins with its name; write it as in `{}`", self.example)
    }
}

impl Key {
    pub(crate) fn span(&self) -> Span {
        self.ident.span()
    }

    fn error(&self, message: impl std::fmt::Display) -> syn::Error {
        syn::Error::new(self.span(), message)
    }

    fn example(&self) -> String {
        format!("{} = {}", self.name, self.example)
    }

    fn given_twice(&self) -> syn::Error {
        self.error(format!("`{}` is given twice; remove one", self.name))
    }

    /// Reads a flag, an option without a value.
    pub(crate) fn set_flag(&self, place: &mut Option<Span>, input: ParseStream) -> syn::Result<()> {
        if !(input.is_empty() || input.peek(Token![,])) {
            return Err(self.error(format!("`{0}` takes no value; write `{0}`, or remove it", self.name)));
        }
        if place.replace(self.span()).is_some() {
            return Err(self.given_twice());
        }
        Ok(())
    }

    /// Reads `= value` into `place`, which must be empty.
    pub(crate) fn set<T>(
        &self,
        place: &mut Option<Given<T>>,
        input: ParseStream,
        parse: impl FnOnce(ParseStream) -> syn::Result<T>,
    ) -> syn::Result<()> {
        self.equals(input)?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(self.error(format!("`{}` has no value; write it as in `{}`", self.name, self.example())));
        }
        let value = parse(input).map_err(|error| self.unreadable(error))?;
        if !(input.is_empty() || input.peek(Token![,])) {
            return Err(input.error(format!(
                "unexpected after the value of `{}`; put a comma between options, and several values into parentheses",
                self.name
            )));
        }
        if place.is_some() {
            return Err(self.given_twice());
        }
        *place = Some(Given { key: self.span(), value });
        Ok(())
    }

    /// Replaces a message of the parser, which does not advise what to write.
    ///
    /// A message of ours has a `;`.
    fn unreadable(&self, error: syn::Error) -> syn::Error {
        let message = error.to_string();
        if message.starts_with("unexpected end of input") {
            return self.error(format!(
                "the value of `{}` is incomplete; write it as in `{}`",
                self.name,
                self.example()
            ));
        }
        if message.contains("; ") {
            return error;
        }
        let message =
            format!("the value of `{}` cannot be read from here on; write it as in `{}`", self.name, self.example());
        syn::Error::new(error.span(), message)
    }

    /// Reads `=`. `clone(a, b)` is accepted without it.
    fn equals(&self, input: ParseStream) -> syn::Result<()> {
        if input.peek(Token![=]) && !input.peek(Token![==]) {
            return input.parse::<Token![=]>().map(|_| ());
        }
        if self.name == "clone" && input.peek(token::Paren) {
            return Ok(());
        }
        let wrong =
            if input.is_empty() || input.peek(Token![,]) { "has no value" } else { "takes its value after `=`" };
        Err(self.error(format!("`{}` {wrong}; write it as in `{}`", self.name, self.example())))
    }
}

/// Reads an expression.
///
/// A number must begin with a digit, and its unit must follow it without a space.
pub(crate) fn expression(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(Token![.]) {
        return Err(input.error("a number begins with a digit; write it as in `0.5`"));
    }
    if let Some(value) = simple_value(input) {
        return Ok(value);
    }
    let value = input.parse()?;
    // A unit or a second number can only follow as a word.
    if input.peek(Ident::peek_any) || input.peek(Lit) {
        let next = input.fork().parse::<TokenTree>().map_or_else(|_| String::new(), |token| token.to_string());
        if let Some(message) = duration::split_unit_message(&value, &next) {
            return Err(input.error(message));
        }
    }
    Ok(value)
}

/// Reads a literal, or a call of a name with literals: `3`, `exp(100ms, 10s)`.
///
/// Returns `None` if something follows in the value.
///
/// Most values have these forms, and the parser of all expressions is slow.
fn simple_value(input: ParseStream) -> Option<Expr> {
    let ahead = input.fork();
    let value = if ahead.peek(Lit) { simple_literal(&ahead) } else { simple_call(&ahead) }.ok()?;
    if !(ahead.is_empty() || ahead.peek(Token![,])) {
        return None;
    }
    input.advance_to(&ahead);
    Some(value)
}

fn simple_literal(input: ParseStream) -> syn::Result<Expr> {
    if input.peek(Token![-]) {
        return Err(input.error("the parser of literals would take a negative number as one"));
    }
    Ok(Expr::Lit(ExprLit { attrs: Vec::new(), lit: input.parse()? }))
}

fn simple_call(input: ParseStream) -> syn::Result<Expr> {
    let path = Path::from(input.parse::<Ident>()?);
    let path = Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path });
    if !input.peek(token::Paren) {
        return Ok(path);
    }
    let content;
    let paren_token = syn::parenthesized!(content in input);
    let mut args = Punctuated::new();
    while !content.is_empty() {
        args.push_value(simple_literal(&content)?);
        if !content.is_empty() {
            args.push_punct(content.parse()?);
        }
    }
    Ok(Expr::Call(ExprCall { attrs: Vec::new(), func: Box::new(path), paren_token, args }))
}

/// Reads a value by its type's parser.
pub(crate) fn parsed<T: Parse>(input: ParseStream) -> syn::Result<T> {
    input.parse()
}

/// Reads the path of the option `crate`.
pub(crate) fn crate_path(input: ParseStream) -> syn::Result<Path> {
    let path = Path::parse_mod_style(input)?;
    let first = path.segments.first().map(|segment| segment.ident.to_string());
    // In a macro of the user `$crate` is one word.
    if path.leading_colon.is_some() || matches!(first.as_deref(), Some("crate" | "$crate")) {
        return Ok(path);
    }
    let message = format!("`crate` is an absolute path; write `crate = ::{0}` or `crate = crate::{0}`", shown(&path));
    Err(syn::Error::new_spanned(path, message))
}

/// Takes everything up to the next option.
///
/// Returns the value behind `=`, if there is one.
pub(crate) fn take_value(input: ParseStream) -> TokenStream {
    let has_value = input.parse::<Token![=]>().is_ok();
    let skipped = skip_to_next(input);
    if has_value { skipped } else { TokenStream::new() }
}

/// Skips to the comma before the next option, or to the end.
///
/// A comma inside the head of a closure is not followed by a name and `=`.
fn skip_to_next(input: ParseStream) -> TokenStream {
    let mut skipped = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![,]) && begins_option(input)) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        skipped.extend([token]);
    }
    skipped
}

/// Takes everything up to the next comma, or the rest of a closure.
pub(crate) fn take_item(input: ParseStream) -> TokenStream {
    let is_closure = input.peek(Token![|]) || input.peek(Token![move]) || input.peek(Token![async]);
    if is_closure {
        return skip_to_next(input);
    }
    let mut item = TokenStream::new();
    while !(input.is_empty() || input.peek(Token![,])) {
        let Ok(token) = input.parse::<TokenTree>() else { break };
        item.extend([token]);
    }
    item
}

fn begins_option(input: ParseStream) -> bool {
    let ahead = input.fork();
    let named = ahead.parse::<Token![,]>().is_ok() && Ident::parse_any(&ahead).is_ok();
    named && (ahead.is_empty() || ahead.peek(Token![=]) || ahead.peek(Token![,]))
}
