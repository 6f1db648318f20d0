//! Classes that are written as patterns: `Throttled(6)`, `Throttled { .. }`.
//!
//! They may be variants of the user's own error. They cannot be those of an error whose fields are private.

use syn::{Expr, Lit, Member, Pat, Path, Type};

use crate::diagnostics::Diagnostics;
use crate::retry::class_limit;
use crate::retry::draft::Draft;
use crate::syntax::return_type;
use crate::syntax::spelling::CLASSES;

/// Errors whose fields are private, behind the module that they are in.
const ERRORS: &[(&str, &str)] = &[
    ("io", "Error"),
    ("reqwest", "Error"),
    ("anyhow", "Error"),
    ("eyre", "Report"),
    ("eyre", "Error"),
    ("tonic", "Status"),
];

/// Results of them.
const RESULTS: &[(&str, &str)] = &[("io", "Result"), ("reqwest", "Result"), ("anyhow", "Result"), ("eyre", "Result")];

/// Rejects a class with an argument if the error has no variants.
pub(crate) fn check(draft: &Draft, outcome: &Type, diagnostics: &mut Diagnostics) {
    let Some(list) = draft.retry_on.as_ref().filter(|_| has_no_variants(outcome)) else { return };
    for (pattern, guard) in &list.list.patterns {
        let Some((class, limit)) = class(pattern).filter(|_| guard.is_none()) else { continue };
        let limit = limit.map(|limit| format!(" up_to {limit}")).unwrap_or_default();
        diagnostics.at(pattern, format!("`{class}` is a class, which takes no argument; write `{class}{limit}`"));
    }
}

/// Returns the class that a pattern names, with the number in it.
fn class(pattern: &Pat) -> Option<(String, Option<String>)> {
    let (path, content) = match pattern {
        Pat::TupleStruct(tuple) => (&tuple.path, (tuple.elems.len() == 1).then(|| tuple.elems.first()).flatten()),
        Pat::Struct(inner) => {
            let named = inner.fields.iter().find(|field| matches!(field.member, Member::Named(_)));
            (&inner.path, named.map(|field| &*field.pat))
        }
        _ => return None,
    };
    Some((name(path)?, content.and_then(limit)))
}

fn name(path: &Path) -> Option<String> {
    let name = path.get_ident()?.to_string();
    CLASSES.contains(&name.as_str()).then_some(name)
}

/// Returns a number that is a limit.
fn limit(content: &Pat) -> Option<String> {
    let Pat::Lit(literal) = content else { return None };
    let is_number = matches!(&literal.lit, Lit::Int(int) if int.base10_parse::<u32>().is_ok());
    let most = class_limit::most(&Expr::Lit(literal.clone())).ok().filter(|_| is_number)?;
    most.literal().filter(|limit| retry_core::validate::limit(*limit).is_ok()).map(|_| most.to_string())
}

/// Returns whether the error of an outcome has no variants for a pattern.
fn has_no_variants(outcome: &Type) -> bool {
    match return_type::error(outcome) {
        Some(error) => is_one_of(error, ERRORS) || is_box(error),
        None => is_one_of(outcome, RESULTS),
    }
}

fn is_one_of(ty: &Type, names: &[(&str, &str)]) -> bool {
    let Type::Path(path) = ty else { return false };
    let mut segments = path.path.segments.iter().rev();
    let (Some(last), Some(module)) = (segments.next(), segments.next()) else { return false };
    names.iter().any(|(of, name)| module.ident == of && last.ident == name)
}

fn is_box(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Box"))
}
