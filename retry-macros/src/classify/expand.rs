//! Prints the implementation.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Fields, GenericParam, Index, Member};

use super::model::Subject;
use super::model::case::{Case, ClassOf, FieldOf, HintOf};
use super::names;

/// Prints the implementation.
///
/// ```text
/// enum QuoteError { Timeout, #[classify(Throttled, retry_after = wait)] Busy { wait: Duration }, .. }
///
/// impl Classify for QuoteError {
///     fn class(&self) -> Class {
///         match self {
///             Self::Timeout => Class::Timeout,
///             Self::Busy { .. } => Class::Throttled,
///             _ => Class::Permanent,
///         }
///     }
///     fn retry_after(&self) -> Option<Duration> { .. }
///     fn is_final(&self) -> bool { .. }
/// }
/// ```
pub(super) fn implementation(subject: &Subject<'_>) -> TokenStream {
    let runtime = runtime(subject);
    let class = class(subject, &runtime);
    let retry_after = retry_after(subject, &runtime);
    let gave_up = gave_up(subject, &runtime);
    let is_final = is_final(subject, &runtime);
    around(subject, &quote!(#class #retry_after #gave_up #is_final), &bounds(subject, &runtime))
}

/// Prints a stub for an item with errors.
///
/// Users of the item then do not report a missing implementation.
pub(super) fn stub(subject: &Subject<'_>) -> TokenStream {
    let runtime = runtime(subject);
    let class = quote! {
        fn class(&self) -> #runtime::Class {
            #runtime::Class::Permanent
        }
    };
    around(subject, &class, &[])
}

fn runtime(subject: &Subject<'_>) -> TokenStream {
    subject.runtime.as_ref().map_or_else(|| quote!(::retry_runtime), ToTokens::to_token_stream)
}

fn around(subject: &Subject<'_>, methods: &TokenStream, bounds: &[TokenStream]) -> TokenStream {
    let Subject { ident, generics, .. } = subject;
    let runtime = runtime(subject);
    let (parameters, arguments, clause) = generics.split_for_impl();
    let predicates = clause.into_iter().flat_map(|clause| &clause.predicates);
    let predicates: Vec<_> = predicates.map(ToTokens::to_token_stream).chain(bounds.iter().cloned()).collect();
    let clause = (!predicates.is_empty()).then(|| quote!(where #(#predicates),*));
    quote! {
        #[automatically_derived]
        impl #parameters #runtime::Classify for #ident #arguments #clause {
            #methods
        }
    }
}

fn class(subject: &Subject<'_>, runtime: &TokenStream) -> TokenStream {
    let permanent = quote!(#runtime::Class::Permanent);
    let arms = subject.cases.iter().map(|case| {
        let (pattern, value) = (|field| pattern(case, field), local());
        match &case.class {
            ClassOf::Default => None,
            ClassOf::Named(name) if name == names::PERMANENT => None,
            ClassOf::Named(name) => {
                let name = Ident::new(&name.to_string(), Span::call_site());
                Some((pattern(None), quote!(#runtime::Class::#name)))
            }
            ClassOf::Status(number) => Some((pattern(None), quote!(#runtime::Class::Status(#number)))),
            ClassOf::StatusIn(field) => {
                let number = quote!(#runtime::__private::StatusField::status(#value));
                Some((pattern(Some(field)), located(quote!(#runtime::Class::Status(#number)), field)))
            }
            ClassOf::Forwarded(field) => {
                Some((pattern(Some(field)), located(quote!(#runtime::Classify::class(#value)), field)))
            }
        }
    });
    let body = choose(arms.collect(), &permanent);
    quote! {
        fn class(&self) -> #runtime::Class {
            #body
        }
    }
}

/// Prints `retry_after`, unless the default of the trait suffices.
fn retry_after(subject: &Subject<'_>, runtime: &TokenStream) -> Option<TokenStream> {
    let hint = quote!(::core::option::Option<::core::time::Duration>);
    let arms = subject.cases.iter().map(|case| {
        let value = local();
        let (field, call) = match case.hint.as_ref()? {
            HintOf::In(field) => (field, quote!(#runtime::__private::HintField::hint(#value))),
            HintOf::Forwarded(field) => (field, quote!(#runtime::Classify::retry_after(#value))),
        };
        Some((pattern(case, Some(field)), located(call, field)))
    });
    let arms: Vec<_> = arms.collect();
    if arms.iter().all(Option::is_none) {
        return None;
    }
    let body = choose(arms, &quote!(::core::option::Option::None));
    Some(quote! {
        fn retry_after(&self) -> #hint {
            #body
        }
    })
}

/// Prints `gave_up`, unless the default of the trait suffices.
///
/// It forwards to the wrapped error.
fn gave_up(subject: &Subject<'_>, runtime: &TokenStream) -> Option<TokenStream> {
    let arms = subject.cases.iter().map(|case| {
        let ClassOf::Forwarded(field) = &case.class else { return None };
        let value = local();
        Some((pattern(case, Some(field)), located(quote!(#runtime::Classify::gave_up(#value)), field)))
    });
    let arms: Vec<_> = arms.collect();
    if arms.iter().all(Option::is_none) {
        return None;
    }
    let body = choose(arms, &quote!(false));
    Some(quote! {
        fn gave_up(&self) -> ::core::primitive::bool {
            #body
        }
    })
}

/// Prints `is_final`, unless the default of the trait suffices.
///
/// A case without a class is not final. A wrapped error decides for itself.
fn is_final(subject: &Subject<'_>, runtime: &TokenStream) -> Option<TokenStream> {
    let arms = subject.cases.iter().map(|case| match &case.class {
        ClassOf::Default => Some((pattern(case, None), quote!(false))),
        ClassOf::Forwarded(field) => {
            let value = local();
            Some((pattern(case, Some(field)), located(quote!(#runtime::Classify::is_final(#value)), field)))
        }
        _ => None,
    });
    let arms: Vec<_> = arms.collect();
    if arms.iter().all(Option::is_none) {
        return None;
    }
    let body = choose(arms, &quote!(#runtime::__private::is_final_class(#runtime::Classify::class(self))));
    Some(quote! {
        fn is_final(&self) -> ::core::primitive::bool {
            #body
        }
    })
}

/// Prints a `match` with an arm per case, and `rest` for cases without one.
fn choose(arms: Vec<Option<(TokenStream, TokenStream)>>, rest: &TokenStream) -> TokenStream {
    let has_rest = arms.iter().any(Option::is_none);
    let (patterns, values): (Vec<_>, Vec<_>) = arms.into_iter().flatten().unzip();
    if patterns.is_empty() {
        return rest.clone();
    }
    let rest = has_rest.then(|| quote!(_ => #rest,));
    quote! {
        match self {
            #(#patterns => #values,)*
            #rest
        }
    }
}

/// Prints the pattern of a case, with `field` bound.
fn pattern(case: &Case<'_>, field: Option<&FieldOf<'_>>) -> TokenStream {
    let path = case.place.variant.map_or_else(|| quote!(Self), |variant| quote!(Self::#variant));
    match (field, case.place.fields) {
        (Some(field), _) => {
            let (member, value) = (member(field), local());
            quote!(#path { #member: #value, .. })
        }
        (None, Fields::Named(_)) => quote!(#path { .. }),
        (None, Fields::Unnamed(_)) => quote!(#path(..)),
        (None, Fields::Unit) => path,
    }
}

fn member(field: &FieldOf<'_>) -> Member {
    match &field.field.ident {
        Some(name) => Member::Named(name.clone()),
        None => Member::Unnamed(Index::from(field.index)),
    }
}

fn local() -> Ident {
    format_ident!("value", span = Span::mixed_site())
}

/// Locates the tokens at the type of the field, where their errors are reported.
fn located(tokens: TokenStream, field: &FieldOf<'_>) -> TokenStream {
    let place = field.field.ty.span();
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let span = group.span();
            let mut group = Group::new(group.delimiter(), located(group.stream(), field));
            group.set_span(span.located_at(place));
            TokenTree::Group(group)
        }
        mut other => {
            other.set_span(other.span().located_at(place));
            other
        }
    });
    tokens.collect()
}

/// Prints a bound for each wrapped error whose type is a parameter of the item.
fn bounds(subject: &Subject<'_>, runtime: &TokenStream) -> Vec<TokenStream> {
    let parameters: Vec<_> = subject
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(&parameter.ident),
            _ => None,
        })
        .collect();
    let forwarded = subject.cases.iter().filter_map(|case| match &case.class {
        ClassOf::Forwarded(field) => Some(field.field.ty.to_token_stream()),
        _ => None,
    });
    forwarded.filter(|ty| names_any(ty.clone(), &parameters)).map(|ty| quote!(#ty: #runtime::Classify)).collect()
}

fn names_any(tokens: TokenStream, names: &[&Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&&ident),
        TokenTree::Group(group) => names_any(group.stream(), names),
        _ => false,
    })
}
