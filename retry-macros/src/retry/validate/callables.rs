//! What is called, or awaited: predicates, hooks and `cancel`. How a closure looks tells whether it can be one.

use syn::{Expr, ExprClosure};

use crate::diagnostics::Diagnostics;
use crate::retry::parse::{Given, Options, RetryOk};
use crate::syntax::literal::{shown, ungrouped};

/// What one option calls.
struct Called {
    option: &'static str,
    form: &'static str,
    /// What a closure is given, and how many arguments that are, at the least and at the most.
    given: &'static str,
    least: usize,
    most: usize,
    /// Whether a closure of it may be `async`.
    may_wait: bool,
}

const RETRY_IF: &Called =
    &Called { option: "retry_if", form: "|error| ..", given: "the error alone", least: 1, most: 1, may_wait: false };
const RETRY_OK: &Called =
    &Called { option: "retry_ok", form: "|value| ..", given: "the value alone", least: 1, most: 1, may_wait: false };
const ON_RETRY: &Called = &Called {
    option: "on_retry",
    form: "|attempt, error| ..",
    given: "the attempt and its error",
    least: 2,
    most: 2,
    may_wait: true,
};
const FALLBACK: &Called = &Called {
    option: "fallback",
    form: "|attempt, error| ..",
    given: "the attempt and its error, or the error alone",
    least: 1,
    most: 2,
    may_wait: true,
};
const CANCEL: &Called =
    &Called { option: "cancel", form: "|| ..", given: "nothing", least: 0, most: 0, may_wait: false };

pub(crate) fn check(options: &Options, is_blocking: bool, diagnostics: &mut Diagnostics) {
    called(options.retry_if.as_ref(), RETRY_IF, diagnostics);
    if let Some(Given { value: RetryOk::Predicate(predicate), .. }) = &options.retry_ok {
        called_expr(predicate, RETRY_OK, diagnostics);
    }
    called(options.on_retry.as_ref(), ON_RETRY, diagnostics);
    called(options.fallback.as_ref(), FALLBACK, diagnostics);
    match &options.cancel {
        Some(cancel) if is_blocking => called_expr(&cancel.value, CANCEL, diagnostics),
        Some(cancel) => future(&cancel.value, diagnostics),
        None => {}
    }
}

fn called(given: Option<&Given<Expr>>, called: &Called, diagnostics: &mut Diagnostics) {
    if let Some(given) = given {
        called_expr(&given.value, called, diagnostics);
    }
}

fn called_expr(expr: &Expr, called: &Called, diagnostics: &mut Diagnostics) {
    let Called { option, form, given, least, most, may_wait } = called;
    match ungrouped(expr) {
        Expr::Closure(ExprClosure { inputs, .. }) if !(*least..=*most).contains(&inputs.len()) => {
            let number = inputs.len();
            let words =
                format!("`{option}` is given {given}, and this closure takes {number}; write `{option} = {form}`");
            diagnostics.at(expr, words);
        }
        Expr::Closure(ExprClosure { asyncness: Some(word), .. }) if !may_wait => {
            diagnostics.at(word, format!("`{option}` answers at once; write a closure without `async`"));
        }
        Expr::Async(block) => {
            let words = format!("`{option}` is called, and nothing is awaited; write `{option} = {form}`");
            diagnostics.at(&block.async_token, words);
        }
        other if is_value(other) => {
            let words = format!("`{option}` is a path or a closure, not `{}`; write `{option} = {form}`", shown(other));
            diagnostics.at(other, words);
        }
        _ => {}
    }
}

/// What cancels an async function.
fn future(expr: &Expr, diagnostics: &mut Diagnostics) {
    let other = ungrouped(expr);
    if is_value(other) || matches!(other, Expr::Closure(_)) {
        let words = format!(
            "`cancel` of an async function is a future, not `{}`; write `cancel = token.cancelled()`",
            shown(other)
        );
        diagnostics.at(other, words);
    }
}

/// Whether an expression can neither be called nor awaited, whatever its names mean.
fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Binary(_) | Expr::Struct(_) => true,
        // A pattern: `Some(_)`.
        Expr::Call(call) => call.args.iter().any(|argument| matches!(argument, Expr::Infer(_))),
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}
