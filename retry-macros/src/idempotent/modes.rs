//! Words, and what they are given: `duplicates`, `interrupted`, `mode`.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure};

use crate::diagnostics::Diagnostics;
use crate::retry::parse::Given;
use crate::syntax::literal::{shown, ungrouped};
use crate::syntax::named_call::{unknown, written};

/// What a second use of a key is answered.
pub(super) enum Duplicates {
    Replay(Span),
    Reject(Span),
    Merge(Expr),
    Flag(Expr),
}

/// How to go on where a run was cut off.
pub(super) enum Interrupted {
    Refuse,
    Rerun(Span),
    Check(Expr),
}

/// How the body and its key belong together.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mode {
    #[default]
    Plain,
    InTransaction,
    Steps,
}

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

pub(super) fn mode(given: &Given<Expr>, diagnostics: &mut Diagnostics) -> Option<Mode> {
    let (word, _) = word(given, "mode", &["plain", "in_transaction", "steps"], &[], diagnostics)?;
    Some(match word.as_str() {
        "in_transaction" => Mode::InTransaction,
        "steps" => Mode::Steps,
        _ => Mode::Plain,
    })
}

/// One of `names`, and what it calls; `calling` says which of them call something, of which form and of how many
/// arguments.
fn word(
    given: &Given<Expr>,
    what: &str,
    names: &[&str],
    calling: &[(&str, &str, usize)],
    diagnostics: &mut Diagnostics,
) -> Option<(String, Option<Expr>)> {
    let expr = &given.value;
    let Some(written) = written(expr) else {
        diagnostics.at(expr, format!("`{}` is no {what}; write `{}`", shown(expr), names[1]));
        return None;
    };
    let name = written.name.as_str();
    if !names.contains(&name) {
        diagnostics.here(written.span, unknown(what, name, names, names[0]));
        return None;
    }
    let Some((_, form, number)) = calling.iter().find(|(other, ..)| *other == name) else {
        diagnostics.take(written.alone(expr))?;
        return Some((name.to_string(), None));
    };
    match written.plain().as_slice() {
        [called] if is_called(called, *number) => Some((name.to_string(), Some((*called).clone()))),
        _ => {
            diagnostics.at(expr, format!("`{name}` is given a path or a closure; write `{name}({form})`"));
            None
        }
    }
}

/// Whether an expression may be called with so many arguments, as far as its looks tell.
fn is_called(expr: &Expr, number: usize) -> bool {
    match ungrouped(expr) {
        Expr::Closure(ExprClosure { inputs, .. }) => inputs.len() == number,
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Binary(_) | Expr::Assign(_) => false,
        _ => true,
    }
}
