//! Type of an attempt's result, read from the function's return type.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{AngleBracketedGenericArguments, GenericArgument, PathArguments, Type, TypeParamBound};

/// Returns the output of a type that is a future.
///
/// That is `impl Future<Output = R>`, a pinned box of one, or `BoxFuture<'_, R>`.
pub(crate) fn future_output(returned: &Type) -> Option<Type> {
    match returned {
        Type::ImplTrait(inner) => inner.bounds.iter().find_map(output_of_bound),
        Type::Group(group) => future_output(&group.elem),
        Type::Paren(paren) => future_output(&paren.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            match last.ident.to_string().as_str() {
                "Pin" => boxed(arguments, "Box").and_then(dyn_future),
                "BoxFuture" | "LocalBoxFuture" => types(arguments).last().cloned(),
                _ => None,
            }
        }
        _ => None,
    }
}

fn types(arguments: &AngleBracketedGenericArguments) -> impl Iterator<Item = &Type> {
    arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// Returns the type inside `Box<..>` if that is the first argument.
fn boxed<'a>(arguments: &'a AngleBracketedGenericArguments, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = types(arguments).next()? else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    match &last.arguments {
        PathArguments::AngleBracketed(inner) => types(inner).next(),
        _ => None,
    }
}

fn dyn_future(inner: &Type) -> Option<Type> {
    match inner {
        Type::TraitObject(object) => object.bounds.iter().find_map(output_of_bound),
        Type::Paren(paren) => dyn_future(&paren.elem),
        _ => None,
    }
}

fn output_of_bound(bound: &TypeParamBound) -> Option<Type> {
    let TypeParamBound::Trait(bound) = bound else { return None };
    let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(assoc) if assoc.ident == "Output" => Some(assoc.ty.clone()),
        _ => None,
    })
}

/// Returns whether a type can be neither a `Result` nor an `Option`.
///
/// The name of the type decides.
pub(crate) fn cannot_fail(outcome: &Type) -> bool {
    match outcome {
        Type::Tuple(_)
        | Type::Reference(_)
        | Type::Slice(_)
        | Type::Array(_)
        | Type::Never(_)
        | Type::Ptr(_)
        | Type::ImplTrait(_)
        | Type::TraitObject(_) => true,
        Type::Group(group) => cannot_fail(&group.elem),
        Type::Paren(paren) => cannot_fail(&paren.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.last().is_some_and(|last| {
            matches!(
                last.ident.to_string().as_str(),
                "bool"
                    | "char"
                    | "str"
                    | "String"
                    | "Vec"
                    | "Box"
                    | "Arc"
                    | "Rc"
                    | "Duration"
                    | "Instant"
                    | "SystemTime"
                    | "PathBuf"
                    | "HashMap"
                    | "BTreeMap"
                    | "HashSet"
                    | "BTreeSet"
                    | "ControlFlow"
                    | "Poll"
                    | "ExitCode"
                    | "u8"
                    | "u16"
                    | "u32"
                    | "u64"
                    | "u128"
                    | "usize"
                    | "i8"
                    | "i16"
                    | "i32"
                    | "i64"
                    | "i128"
                    | "isize"
                    | "f32"
                    | "f64"
            )
        }),
        _ => false,
    }
}

/// Returns whether the type is written `Option<..>`.
pub(crate) fn is_option(outcome: &Type) -> bool {
    is_named(outcome, "Option")
}

/// Returns whether the last segment of the type's path is `name`.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == name),
        Type::Group(group) => is_named(&group.elem, name),
        _ => false,
    }
}

/// Returns the type of a success: the first generic argument.
pub(crate) fn success(outcome: &Type) -> Option<&Type> {
    argument(outcome, 0)
}

/// Returns the type of an error: the second generic argument of a `Result`.
///
/// `None` if an alias has it, as `io::Result<T>`.
pub(crate) fn error(outcome: &Type) -> Option<&Type> {
    argument(outcome, 1)
}

fn argument(outcome: &Type, index: usize) -> Option<&Type> {
    match outcome {
        Type::Path(path) => match &path.path.segments.last()?.arguments {
            PathArguments::AngleBracketed(arguments) => types(arguments).nth(index),
            _ => None,
        },
        Type::Group(group) => argument(&group.elem, index),
        _ => None,
    }
}

/// Returns whether the type contains a `&mut`.
pub(crate) fn holds_mutable_borrow(ty: &Type) -> bool {
    fn find(tokens: TokenStream) -> bool {
        let mut after_borrow = false;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '&' => after_borrow = true,
                // The lifetime of `&'a mut` is a quote and a name.
                TokenTree::Punct(punct) if punct.as_char() == '\'' => {}
                TokenTree::Ident(ident) if ident == "mut" && after_borrow => return true,
                TokenTree::Ident(_) if after_borrow => {}
                TokenTree::Group(group) if find(group.stream()) => return true,
                _ => after_borrow = false,
            }
        }
        false
    }
    find(ty.to_token_stream())
}

/// Rewrites the type so that an expression can name it.
///
/// Each `impl Trait` becomes `_`.
pub(crate) fn inferable(ty: &Type) -> Type {
    let mut ty = ty.clone();
    infer(&mut ty);
    ty
}

fn infer(ty: &mut Type) {
    match ty {
        Type::ImplTrait(_) => *ty = syn::parse_quote!(_),
        Type::Path(path) => {
            for segment in &mut path.path.segments {
                if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                    for argument in &mut arguments.args {
                        if let GenericArgument::Type(inner) = argument {
                            infer(inner);
                        }
                    }
                }
            }
        }
        Type::Tuple(tuple) => tuple.elems.iter_mut().for_each(infer),
        Type::Reference(reference) => infer(&mut reference.elem),
        Type::Paren(paren) => infer(&mut paren.elem),
        Type::Group(group) => infer(&mut group.elem),
        Type::Array(array) => infer(&mut array.elem),
        Type::Slice(slice) => infer(&mut slice.elem),
        _ => {}
    }
}
