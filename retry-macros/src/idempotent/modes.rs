//! Values of `duplicates`, `interrupted` and `mode`.

use syn::spanned::Spanned;
use syn::{Expr, ExprClosure};

use crate::diagnostics::Diagnostics;
use crate::idempotent::model::{Duplicates, Interrupted, Mode};
use crate::syntax::named_call::{named_call, unknown};
use crate::syntax::option::Given;
use crate::syntax::tokens::{shown, ungrouped};

/// Reads `duplicates`.
pub(super) fn duplicates(given: &Given<Expr>, diagnostics: &mut Diagnostics) -> Option<Duplicates> {
    let (word, called) = word(
        given,
        "treatment of duplicates",
        &["replay", "reject", "merge", "flag"],
        &[("merge", "|old| ..", 1), ("flag", "|| ..", 0)],
        diagnostics,
    )?;
    let span = given.value.span();
    Some(match (word.as_str(), called) {
        ("merge", Some(merge)) => Duplicates::Merge(merge),
        ("flag", Some(note)) => Duplicates::Flag(note),
        ("reject", _) => Duplicates::Reject(span),
        _ => Duplicates::Replay(span),
    })
}

/// Reads `interrupted`.
pub(super) fn interrupted(given: &Given<Expr>, diagnostics: &mut Diagnostics) -> Option<Interrupted> {
    let (word, called) = word(
        given,
        "treatment of an interrupted run",
        &["refuse", "rerun", "check"],
        &[("check", "|claim| ..", 1)],
        diagnostics,
    )?;
    Some(match (word.as_str(), called) {
        ("check", Some(look)) => Interrupted::Check(look),
        ("rerun", _) => Interrupted::Rerun(given.value.span()),
        _ => Interrupted::Refuse,
    })
}

/// Reads `mode`.
pub(super) fn mode(given: &Given<Expr>, diagnostics: &mut Diagnostics) -> Option<Mode> {
    let (word, _) = word(given, "mode", &["plain", "in_transaction", "steps"], &[], diagnostics)?;
    Some(match word.as_str() {
        "in_transaction" => Mode::InTransaction,
        "steps" => Mode::Steps,
        _ => Mode::Plain,
    })
}

/// Reads one of `names`, and the function it calls.
///
/// `calling` has the names that call one, with its form and its number of arguments.
fn word(
    given: &Given<Expr>,
    what: &str,
    names: &[&str],
    calling: &[(&str, &str, usize)],
    diagnostics: &mut Diagnostics,
) -> Option<(String, Option<Expr>)> {
    let expr = &given.value;
    let Some(call) = named_call(expr) else {
        diagnostics.at(expr, format!("`{}` is not a {what}; write `{}`", shown(expr), names[1]));
        return None;
    };
    let name = call.name.as_str();
    if !names.contains(&name) {
        diagnostics.at_span(call.span, unknown(what, name, names, names[0]));
        return None;
    }
    let Some((_, form, number)) = calling.iter().find(|(other, ..)| *other == name) else {
        diagnostics.take(call.alone(expr))?;
        return Some((name.to_string(), None));
    };
    match call.plain().as_slice() {
        [called] if is_called(called, *number) => Some((name.to_string(), Some((*called).clone()))),
        _ => {
            diagnostics.at(expr, format!("`{name}` takes a path or a closure; write `{name}({form})`"));
            None
        }
    }
}

/// Returns whether an expression may be a function of `number` arguments.
fn is_called(expr: &Expr, number: usize) -> bool {
    match ungrouped(expr) {
        Expr::Closure(ExprClosure { inputs, .. }) => inputs.len() == number,
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Binary(_) | Expr::Assign(_) => false,
        _ => true,
    }
}
