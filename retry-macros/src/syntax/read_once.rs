//! Types that can be read once: readers, iterators and streams.
//!
//! A second attempt reads on where the first one stopped, and what fails while a result is read is not retried.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::{
    FnArg, GenericArgument, GenericParam, Generics, Pat, PathArguments, Token, Type, TypeParamBound, WherePredicate,
};

use crate::syntax::function::{Function, unraw};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Evidence that the signature gives.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Certainty {
    /// A bound says so: `impl Read`.
    Bound,
    /// The name of the type suggests it: `TcpStream`.
    Name,
}

/// Argument that the next attempt gets as an attempt left it.
pub(crate) struct ReadOnce<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) certainty: Certainty,
}

/// Traits of what is read from its beginning to its end.
const READERS: &[&str] = &["Read", "BufRead", "AsyncRead", "AsyncBufRead", "TryStream", "Body"];

/// Traits of what has items.
const ITERATORS: &[&str] = &["Iterator", "DoubleEndedIterator", "ExactSizeIterator", "Stream", "AsyncIterator"];

/// Traits of what can be read from its beginning again.
const REWINDING: &[&str] = &["Seek", "AsyncSeek"];

/// Boxed streams, whose last parameter is the type of an item.
const BOXED: &[&str] = &["BoxStream", "LocalBoxStream"];

/// Ends of names of types that are read once.
const NAMES: &[&str] = &["Stream", "Streaming", "Reader", "Body", "Multipart", "Stdin", "IntoIter", "Payload"];

/// Returns the arguments that can be read once, except cloned ones.
pub(crate) fn arguments<'a>(function: &'a Function, cloned: &[Ident]) -> Vec<ReadOnce<'a>> {
    let generics = &function.signature.generics;
    let typed = function.signature.inputs.iter().filter_map(|argument| match argument {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let found = typed.filter_map(|typed| {
        let Pat::Ident(pattern) = &*typed.pat else { return None };
        let is_changed = pattern.mutability.is_some();
        let certainty = read_through(&typed.ty, is_changed, generics)?;
        Some(ReadOnce { name: &pattern.ident, ty: &typed.ty, certainty })
    });
    found.filter(|found| !cloned.contains(found.name)).collect()
}

/// Returns how a type of a success is read once, if what is read can fail.
pub(crate) fn result<'a>(outcome: &'a Type, generics: &Generics) -> Option<(&'a Type, Certainty)> {
    let success = return_type::success(outcome)?;
    Some((success, of_type(success, true, generics)?))
}

/// Formats what is read once by its name.
///
/// Examples are `body: &mut TcpStream` and `Ok(Streaming)`.
pub(crate) fn by_name(function: &Function, outcome: &Type, cloned: &[Ident]) -> Vec<String> {
    let arguments = arguments(function, cloned).into_iter();
    let by_name = arguments.filter(|found| found.certainty == Certainty::Name);
    let mut texts: Vec<_> = by_name.map(|found| format!("{}: {}", unraw(found.name), shown_type(found.ty))).collect();
    if let Some((ty, Certainty::Name)) = result(outcome, &function.signature.generics) {
        texts.push(format!("Ok({})", shown_type(ty)));
    }
    texts
}

/// Returns how an argument can be read once: through `&mut`, or if it is `mut`.
fn read_through(ty: &Type, is_changed: bool, generics: &Generics) -> Option<Certainty> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => of_type(&reference.elem, false, generics),
        Type::Reference(_) => None,
        Type::Group(group) => read_through(&group.elem, is_changed, generics),
        Type::Paren(paren) => read_through(&paren.elem, is_changed, generics),
        Type::Path(_) => match wrapped(ty, "Pin") {
            Some(pointer @ Type::Reference(_)) => read_through(pointer, false, generics),
            _ if is_changed => of_type(ty, false, generics),
            _ => None,
        },
        _ if is_changed => of_type(ty, false, generics),
        _ => None,
    }
}

/// Returns how a type can be read once.
///
/// If `can_fail`, items that are not a `Result` do not count.
fn of_type(ty: &Type, can_fail: bool, generics: &Generics) -> Option<Certainty> {
    match ty {
        Type::ImplTrait(inner) => of_bounds(&inner.bounds, can_fail),
        Type::TraitObject(object) => of_bounds(&object.bounds, can_fail),
        Type::Reference(reference) => of_type(&reference.elem, can_fail, generics),
        Type::Group(group) => of_type(&group.elem, can_fail, generics),
        Type::Paren(paren) => of_type(&paren.elem, can_fail, generics),
        Type::Path(path) => {
            if let Some(inner) = wrapped(ty, "Box").or_else(|| wrapped(ty, "Pin")) {
                return of_type(inner, can_fail, generics);
            }
            if let Some(parameter) = path.path.get_ident().filter(|name| is_parameter(name, generics)) {
                return of_parameter(parameter, can_fail, generics);
            }
            let last = path.path.segments.last()?;
            let name = last.ident.to_string();
            if BOXED.contains(&name.as_str()) {
                let item = types(&last.arguments).last();
                let may_fail = item.is_none_or(|item| return_type::is_named(item, "Result"));
                return (may_fail || !can_fail).then_some(Certainty::Bound);
            }
            NAMES.iter().any(|end| name.ends_with(end)).then_some(Certainty::Name)
        }
        _ => None,
    }
}

fn is_parameter(name: &Ident, generics: &Generics) -> bool {
    generics.params.iter().any(|parameter| matches!(parameter, GenericParam::Type(of) if of.ident == *name))
}

fn of_parameter(name: &Ident, can_fail: bool, generics: &Generics) -> Option<Certainty> {
    let mut bounds = Punctuated::<TypeParamBound, Token![+]>::new();
    for parameter in &generics.params {
        match parameter {
            GenericParam::Type(of) if of.ident == *name => bounds.extend(of.bounds.iter().cloned()),
            _ => {}
        }
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        let WherePredicate::Type(of) = predicate else { continue };
        if matches!(&of.bounded_ty, Type::Path(path) if path.path.is_ident(name)) {
            bounds.extend(of.bounds.iter().cloned());
        }
    }
    of_bounds(&bounds, can_fail)
}

fn of_bounds(bounds: &Punctuated<TypeParamBound, Token![+]>, can_fail: bool) -> Option<Certainty> {
    let segments = bounds.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    let segments: Vec<_> = segments.collect();
    let has = |names: &[&str]| segments.iter().any(|segment| names.iter().any(|name| segment.ident == name));
    let has_fallible_items = || {
        segments
            .iter()
            .any(|segment| ITERATORS.iter().any(|name| segment.ident == name) && may_fail(&segment.arguments))
    };
    let is_read_once = has(READERS) || if can_fail { has_fallible_items() } else { has(ITERATORS) };
    (is_read_once && !has(REWINDING)).then_some(Certainty::Bound)
}

/// Returns whether an item may be a failure; its type may not be written.
fn may_fail(arguments: &PathArguments) -> bool {
    let PathArguments::AngleBracketed(arguments) = arguments else { return true };
    let item = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Item" => Some(&assoc.ty),
        _ => None,
    });
    item.is_none_or(|item| return_type::is_named(item, "Result"))
}

/// Returns the first type inside `name<..>`.
fn wrapped<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    types(&last.arguments).next()
}

fn types(arguments: &PathArguments) -> impl DoubleEndedIterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use quote::quote;
    use syn::ReturnType;

    use super::*;

    fn parsed(tokens: proc_macro2::TokenStream) -> Function {
        syn::parse2(tokens).unwrap()
    }

    fn outcome(function: &Function) -> Type {
        let ReturnType::Type(_, outcome) = &function.signature.output else { panic!("no type") };
        (**outcome).clone()
    }

    #[test]
    fn a_bound_says_what_can_be_read_once() {
        for argument in [
            quote!(x: &mut impl Read),
            quote!(x: &mut (dyn Read + Send)),
            quote!(x: &'a mut dyn std::io::BufRead),
            quote!(x: &mut Box<dyn AsyncRead>),
            quote!(x: Pin<&mut impl Stream<Item = u8>>),
            quote!(x: &mut R),
            quote!(x: &mut S),
            quote!(mut x: impl Iterator<Item = u8>),
            quote!(mut x: Box<dyn Iterator<Item = u8>>),
            quote!(mut x: BoxStream<'_, u8>),
        ] {
            let function = parsed(quote!(fn f<R: Read, S>(#argument) -> R where S: Send + AsyncRead {}));
            assert!(
                matches!(&*arguments(&function, &[]), [found] if found.certainty == Certainty::Bound),
                "{argument}"
            );
            let [found] = &*arguments(&function, &[]) else { panic!() };
            assert!(arguments(&function, std::slice::from_ref(found.name)).is_empty(), "{argument}");
        }
    }

    #[test]
    fn other_arguments_can_be_used_again() {
        for argument in [
            quote!(x: impl Read),
            quote!(x: &impl Read),
            quote!(x: &mut (impl Read + Seek)),
            quote!(x: &mut Vec<u8>),
            quote!(x: &mut T),
            quote!(x: &mut impl Write),
            quote!(x: impl Fn() -> io::Result<File>),
            quote!(x: Pin<Box<dyn Stream>>),
            quote!(mut x: Vec<u8>),
            quote!(x: &BufReader<File>),
        ] {
            let function = parsed(quote!(fn f<T: Write>(#argument) -> R {}));
            assert!(arguments(&function, &[]).is_empty(), "{argument}");
        }
    }

    #[test]
    fn a_name_suggests_what_can_be_read_once() {
        let function = parsed(quote!(
            fn f(x: &mut TcpStream, mut body: Body) -> Result<Streaming<Tick>, Status> {}
        ));
        let texts = by_name(&function, &outcome(&function), &[]);
        assert_eq!(texts, ["x: &mut TcpStream", "body: Body", "Ok(Streaming<Tick>)"]);
    }

    #[test]
    fn a_result_that_may_fail_later_is_read_once() {
        let is_found = |tokens| {
            let function = parsed(quote!(fn f() -> #tokens {}));
            result(&outcome(&function), &function.signature.generics).is_some()
        };
        for fails in [
            quote!(io::Result<impl Stream<Item = io::Result<u8>>>),
            quote!(Result<Box<dyn Read>, E>),
            quote!(Result<Pin<Box<dyn Stream<Item = Result<u8, E>> + Send>>, E>),
            quote!(Result<BoxStream<'static, Result<u8, E>>, E>),
            quote!(Result<impl AsyncRead + use<>, E>),
        ] {
            assert!(is_found(fails.clone()), "{fails}");
        }
        for fine in [
            quote!(io::Result<impl Iterator<Item = u32>>),
            quote!(Result<BoxStream<'static, u8>, E>),
            quote!(Result<Vec<u8>, E>),
            quote!(Result<impl Read + Seek, E>),
            quote!(Result<impl Write, E>),
        ] {
            assert!(!is_found(fine.clone()), "{fine}");
        }
    }
}
