//! Prints that tests and chaos may replace the outcome of an attempt.
//!
//! A value that replaces one is `'static`, and no trait can ask a type for that and do without. So the types are read as
//! they are written: what names no lifetime and no generic parameter is `'static`.

use proc_macro2::{Delimiter, Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{GenericArgument, PathArguments, Type};

use crate::emit::Emitter;
use crate::emit::tokens::here;
use crate::syntax::function::Function;

/// Part of an operation's outcome that may be replaced.
pub(super) enum Injectable {
    Outcome(Type),
    /// The error of this type, whose success is `()`.
    Error(Type),
    Nothing,
}

impl Injectable {
    pub(super) fn new(outcome: &Type, function: &Function) -> Self {
        let generics = function.generics();
        // Another type may be no outcome, which is reported once, and not here.
        if !is_outcome(outcome) {
            return Self::Nothing;
        }
        if is_static(outcome.to_token_stream(), &generics) {
            return Self::Outcome(outcome.clone());
        }
        match without_success(outcome) {
            Some(error) if is_static(error.to_token_stream(), &generics) => Self::Error(error),
            _ => Self::Nothing,
        }
    }

    /// Prints the statement that registers the operation.
    ///
    /// ```text
    /// __injectable!(OPERATION, "quote", outcome Result<Quote, ApiError>);
    /// __injectable!(OPERATION, "first", error Result<(), ApiError>);       Result<&'a str, ApiError>
    /// __injectable!(OPERATION, "parse");                                   Result<T, T::Error>
    /// ```
    pub(super) fn statement(&self, function: &Function, operation: &Ident, emitter: &Emitter) -> TokenStream {
        let (runtime, name) = (emitter.runtime(), Literal::string(&function.name()));
        let injected = match self {
            Self::Outcome(outcome) => quote_spanned!(here()=> , outcome #outcome),
            Self::Error(outcome) => quote_spanned!(here()=> , error #outcome),
            Self::Nothing => TokenStream::new(),
        };
        quote_spanned!(here()=> #runtime::__injectable!(#operation, #name #injected);)
    }

    /// Prints the setting of a call: `.injectable()`.
    pub(super) fn setting(&self) -> TokenStream {
        match self {
            Self::Outcome(_) => quote_spanned!(here()=> .injectable()),
            Self::Error(_) => quote_spanned!(here()=> .error_injectable()),
            Self::Nothing => TokenStream::new(),
        }
    }
}

/// Returns whether a type has the name of a `Result`, an `Option`, or an alias.
fn is_outcome(outcome: &Type) -> bool {
    match outcome {
        Type::Group(group) => is_outcome(&group.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.ends_with("Result") || name.ends_with("Option")
        }),
        _ => false,
    }
}

/// Returns the outcome with `()` for its success.
///
/// `None` unless the type is written as a `Result` or an `Option`.
fn without_success(outcome: &Type) -> Option<Type> {
    let mut outcome = outcome.clone();
    let mut inner = &mut outcome;
    while let Type::Group(group) = inner {
        inner = &mut group.elem;
    }
    let Type::Path(path) = inner else { return None };
    let last = path.path.segments.last_mut().filter(|last| last.ident == "Result" || last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &mut last.arguments else { return None };
    let success = arguments.args.iter_mut().find_map(|argument| match argument {
        GenericArgument::Type(success) => Some(success),
        _ => None,
    })?;
    *success = syn::parse_quote!(());
    Some(outcome)
}

/// Returns whether a type is `'static` and can be named in an item.
///
/// The parameters of an impl around the function are not seen; [`may_be_parameter`] takes conventional names for one.
fn is_static(tokens: TokenStream, generics: &[String]) -> bool {
    let mut tokens = tokens.into_iter().peekable();
    let mut is_lifetime = false;
    while let Some(token) = tokens.next() {
        let was_lifetime = std::mem::take(&mut is_lifetime);
        match token {
            TokenTree::Punct(sign) => match sign.as_char() {
                '\'' => is_lifetime = true,
                '&' if !matches!(tokens.peek(), Some(TokenTree::Punct(quote)) if quote.as_char() == '\'') => {
                    return false;
                }
                '!' => return false,
                _ => {}
            },
            TokenTree::Ident(name) if was_lifetime => {
                if name != "static" {
                    return false;
                }
            }
            TokenTree::Ident(name) => {
                let name = name.to_string();
                let is_keyword = ["Self", "impl", "for", "_"].contains(&name.as_str());
                if is_keyword || generics.contains(&name) || may_be_parameter(&name) {
                    return false;
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return false,
            TokenTree::Group(group) => {
                if !is_static(group.stream(), generics) {
                    return false;
                }
            }
            TokenTree::Literal(_) => {}
        }
    }
    true
}

/// Returns whether a name may be a generic parameter of the impl around.
fn may_be_parameter(name: &str) -> bool {
    const CONVENTIONAL: &[&str] =
        &["Body", "Conn", "Err", "Fut", "Item", "Key", "Output", "Req", "Res", "Resp", "Row", "Svc", "Value"];
    name.len() <= 2 && name.starts_with(|first: char| first.is_ascii_uppercase()) || CONVENTIONAL.contains(&name)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn kind(function: &str, outcome: &Type) -> &'static str {
        let mut diagnostics = crate::diagnostics::Diagnostics::new();
        let item = function.parse().expect("a function is Rust");
        let function = crate::syntax::function::parse(item, "retry", "be retried", &mut diagnostics);
        assert!(diagnostics.finish().is_ok());
        match Injectable::new(outcome, &function.expect("it is a function")) {
            Injectable::Outcome(_) => "outcome",
            Injectable::Error(_) => "error",
            Injectable::Nothing => "nothing",
        }
    }

    #[test]
    fn a_type_that_borrows_or_may_be_generic_is_not_replaced() {
        let plain = "fn f() -> R {}";
        let cases: [(Type, &str); 21] = [
            (parse_quote!(Result<Quote, ApiError>), "outcome"),
            (parse_quote!(io::Result<u32>), "outcome"),
            (parse_quote!(crate::ApiResult), "outcome"),
            (parse_quote!(Option<Vec<Quote>>), "outcome"),
            (parse_quote!(Result<&'static str, Box<dyn Error + Send + Sync>>), "outcome"),
            (parse_quote!(Result<&str, ApiError>), "error"),
            (parse_quote!(io::Result<&'a [u8]>), "error"),
            (parse_quote!(Result<Self, ApiError>), "error"),
            (parse_quote!(Result<impl Iterator<Item = u8>, ApiError>), "error"),
            (parse_quote!(Result<T, ApiError>), "error"),
            (parse_quote!(Result<Vec<Row>, ApiError>), "error"),
            (parse_quote!(Option<&str>), "error"),
            (parse_quote!(Result<u8, E>), "nothing"),
            (parse_quote!(Result<u8, Self::Error>), "nothing"),
            (parse_quote!(Result<u8, ParseError<'_>>), "nothing"),
            (parse_quote!(Result<u8, &str>), "nothing"),
            (parse_quote!(Result<u8, impl Error>), "nothing"),
            (parse_quote!(ApiResult<T>), "nothing"),
            (parse_quote!(crate::Answer), "nothing"),
            (parse_quote!(Result<u8, error!()>), "nothing"),
            (parse_quote!(Result<u8, Box<dyn for<'a> Fn(&'a str)>>), "nothing"),
        ];
        for (outcome, expected) in cases {
            let text = outcome.to_token_stream().to_string();
            assert_eq!(kind(plain, &outcome), expected, "{text}");
        }
        assert_eq!(kind("fn f<Failure>() -> R {}", &parse_quote!(Result<u8, Failure>)), "nothing");
        assert_eq!(kind("fn f<const SIZE: usize>() -> R {}", &parse_quote!(Result<[u8; SIZE], ApiError>)), "error");
    }
}
