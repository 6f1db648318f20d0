//! Borrows in the type of a result that come out of a `&mut` argument.
//!
//! The body of an attempt is a closure or a future, which borrows its arguments until the next attempt.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, Lifetime, ReceiverKind, Type};

use crate::syntax::function::Function;

/// Lifetime of a `&mut` argument.
enum Exclusive {
    Elided,
    Named(String),
}

impl Function {
    /// Returns the first borrow out of a `&mut` argument in the type of a result.
    ///
    /// An elided lifetime is that of `self`, or of the only argument that has one.
    pub(crate) fn borrow_out_of_mut(&self, outcome: &Type) -> Option<TokenStream> {
        let exclusive: Vec<_> = self.signature.inputs.iter().filter_map(exclusive).collect();
        let has_elided = match self.signature.inputs.first() {
            Some(FnArg::Receiver(receiver)) if borrows(&receiver.kind) => self.receiver_is_exclusive(),
            _ => exclusive.iter().any(|lifetime| matches!(lifetime, Exclusive::Elided)),
        };
        let is_out = |name: Option<&str>| match name {
            None | Some("_") => has_elided,
            Some(name) => exclusive.iter().any(|other| matches!(other, Exclusive::Named(named) if named == name)),
        };
        let body = self.body.as_ref().map(Group::stream).unwrap_or_default();
        let found = find(outcome.to_token_stream(), &is_out)?;
        // What has a longer lifetime by itself, as a text in quotes, is no borrow of the argument.
        returns_borrow(body, &self.exclusive_names()).then_some(found)
    }

    /// The names of the arguments that are a `&mut`.
    fn exclusive_names(&self) -> Vec<String> {
        let inputs = self.signature.inputs.iter().filter(|argument| exclusive(argument).is_some());
        let name = |argument: &FnArg| match argument {
            FnArg::Receiver(_) => "self".into(),
            FnArg::Typed(typed) => typed.pat.to_token_stream().to_string(),
        };
        inputs.map(name).collect()
    }

    fn receiver_is_exclusive(&self) -> bool {
        self.signature.inputs.first().and_then(exclusive).is_some()
    }
}

/// Returns whether `self` is a reference, whose lifetime an elided one is.
fn borrows(receiver: &ReceiverKind) -> bool {
    match receiver {
        ReceiverKind::Reference(..) => true,
        ReceiverKind::Typed(_, ty) => matches!(**ty, Type::Reference(_)),
        _ => false,
    }
}

/// Returns the lifetime of an argument that is a `&mut`.
fn exclusive(argument: &FnArg) -> Option<Exclusive> {
    match argument {
        FnArg::Receiver(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, lifetime, Some(_)) => Some(named(lifetime.as_ref())),
            ReceiverKind::Typed(_, ty) => of_type(ty),
            _ => None,
        },
        FnArg::Typed(typed) => of_type(&typed.ty),
    }
}

fn of_type(ty: &Type) -> Option<Exclusive> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Some(named(reference.lifetime.as_ref())),
        Type::Group(group) => of_type(&group.elem),
        _ => None,
    }
}

fn named(lifetime: Option<&Lifetime>) -> Exclusive {
    match lifetime {
        Some(lifetime) if lifetime.ident != "_" => Exclusive::Named(lifetime.ident.to_string()),
        _ => Exclusive::Elided,
    }
}

/// Finds a borrow whose lifetime `is_out` accepts.
///
/// A function type has lifetimes of its own.
fn find(tokens: TokenStream, is_out: &dyn Fn(Option<&str>) -> bool) -> Option<TokenStream> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let sign =
        |at: usize, sign: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    for (at, token) in tokens.iter().enumerate() {
        let found = match token {
            TokenTree::Punct(punct) if punct.as_char() == '&' && !sign(at + 1, '\'') => is_out(None).then_some(1),
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let name = tokens.get(at + 1).map(ToString::to_string);
                name.filter(|name| is_out(Some(name))).map(|_| 2)
            }
            TokenTree::Group(group) if !is_of_function(&tokens[..at], group.delimiter()) => {
                if let Some(found) = find(group.stream(), is_out) {
                    return Some(found);
                }
                None
            }
            _ => None,
        };
        if let Some(length) = found {
            return Some(tokens[at..(at + length).min(tokens.len())].iter().cloned().collect());
        }
    }
    None
}

/// Returns whether a group holds the arguments of `fn(..)` or `Fn(..)`.
fn is_of_function(before: &[TokenTree], delimiter: Delimiter) -> bool {
    let is_word = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ["fn", "Fn", "FnMut", "FnOnce"].iter().any(|word| ident == word));
    delimiter == Delimiter::Parenthesis && before.last().is_some_and(is_word)
}

/// Returns whether an `Ok(..)` or `Some(..)` holds a borrow of one of `names`.
///
/// Examples are `&self.rows[0]` and `self.name.as_str()`.
fn returns_borrow(body: TokenStream, names: &[String]) -> bool {
    let tokens: Vec<_> = body.into_iter().collect();
    tokens.iter().enumerate().any(|(at, token)| {
        let TokenTree::Group(group) = token else { return false };
        let before = at.checked_sub(1).map(|at| tokens[at].to_string());
        let is_success = matches!(before.as_deref(), Some("Ok" | "Some"));
        is_success && is_borrow(group.stream(), names) || returns_borrow(group.stream(), names)
    })
}

fn is_borrow(value: TokenStream, names: &[String]) -> bool {
    const VIEWS: &[&str] =
        &["as_str", "as_ref", "as_bytes", "as_slice", "as_deref", "iter", "keys", "values", "borrow"];
    let words: Vec<_> = value.into_iter().map(|token| token.to_string()).collect();
    let words: Vec<_> = words.iter().map(String::as_str).filter(|word| *word != "mut").collect();
    match words.as_slice() {
        ["&", name, ..] => names.iter().any(|other| other == name),
        [name, ".", rest @ ..] => {
            names.iter().any(|other| other == name) && rest.iter().any(|word| VIEWS.contains(word))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn borrow(signature: &str) -> Option<String> {
        borrow_of(signature, "if self.is_full() { Ok(&self.rows[0]) } else { Ok(&rows[0]) }")
    }

    fn borrow_of(signature: &str, body: &str) -> Option<String> {
        let signature: syn::Signature = syn::parse_str(signature).unwrap();
        let syn::ReturnType::Type(_, ref outcome) = signature.output else { return None };
        let outcome = (**outcome).clone();
        let body = Some(Group::new(Delimiter::Brace, body.parse().unwrap()));
        let visibility = syn::Visibility::Inherited;
        let function = Function { attributes: Vec::new(), visibility, defaultness: None, signature, body };
        function.borrow_out_of_mut(&outcome).map(|borrow| borrow.to_string().replace(' ', ""))
    }

    #[test]
    fn a_borrow_out_of_a_mut_argument_is_found() {
        for (signature, found) in [
            ("fn f(&mut self) -> io::Result<&str>", "&"),
            ("fn f(&mut self, key: &str) -> io::Result<Vec<(u32, &str)>>", "&"),
            ("fn f<'a>(&'a mut self) -> io::Result<&'a str>", "'a"),
            ("fn f<'a>(&'a mut self) -> io::Result<&str>", "&"),
            ("fn f(self, rows: &mut Vec<u8>) -> io::Result<&u8>", "&"),
            ("fn f(&mut self) -> io::Result<Cow<'_, str>>", "'_"),
            ("fn f(self: &mut Self) -> Option<&u8>", "&"),
            ("fn f(rows: &mut Vec<u8>) -> io::Result<&u8>", "&"),
        ] {
            assert_eq!(borrow(signature).as_deref(), Some(found), "{signature}");
        }
        for signature in [
            "fn f(&self) -> io::Result<&str>",
            "fn f(&self, seen: &mut u8) -> io::Result<&str>",
            "fn f(&mut self) -> io::Result<String>",
            "fn f(&mut self) -> io::Result<&'static str>",
            "fn f<'a>(&mut self, row: &'a str) -> io::Result<&'a str>",
            "fn f(&mut self) -> io::Result<Box<dyn Fn(&str)>>",
            "fn f(&mut self) -> io::Result<fn(&str) -> u8>",
        ] {
            assert_eq!(borrow(signature), None, "{signature}");
        }
    }

    #[test]
    fn only_a_body_that_returns_a_borrow_counts() {
        let signature = "fn f(&mut self) -> io::Result<&str>";
        for body in
            ["Ok(&self.name)", "self.load()?; Ok(self.name.as_str())", "match 1 { _ => { return Ok(&mut self.name) } }"]
        {
            assert_eq!(borrow_of(signature, body).as_deref(), Some("&"), "{body}");
        }
        for body in [
            "self.work().map(|_| \"found\")",
            "Ok(\"x\")",
            "Ok(self.name)",
            "let name = &self.name; Ok(LIST[name.len()])",
        ] {
            assert_eq!(borrow_of(signature, body), None, "{body}");
        }
    }
}
