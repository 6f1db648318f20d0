//! Rules for values that are called or awaited: predicates, hooks and `cancel`.

use syn::{Expr, ExprClosure};

use crate::diagnostics::Diagnostics;
use crate::retry::parse::{Options, RawRetryOk};
use crate::syntax::duration::without_units;
use crate::syntax::function::Scope;
use crate::syntax::option::Given;
use crate::syntax::tokens::{shown, ungrouped};

/// Callable of one option.
struct Callable {
    option: &'static str,
    form: &'static str,
    /// Arguments of a closure, in words; their least and greatest number.
    arguments: &'static str,
    least: usize,
    most: usize,
    /// True if a closure may be `async`.
    may_wait: bool,
}

const RETRY_IF: &Callable = &Callable {
    option: "retry_if",
    form: "|error| ..",
    arguments: "the error alone",
    least: 1,
    most: 1,
    may_wait: false,
};
const RETRY_OK: &Callable = &Callable {
    option: "retry_ok",
    form: "|value| ..",
    arguments: "the value alone",
    least: 1,
    most: 1,
    may_wait: false,
};
const ON_RETRY: &Callable = &Callable {
    option: "on_retry",
    form: "|attempt, error| ..",
    arguments: "the attempt and its error",
    least: 2,
    most: 2,
    may_wait: true,
};
const FALLBACK: &Callable = &Callable {
    option: "fallback",
    form: "|attempt, error| ..",
    arguments: "the attempt and its error, or the error alone",
    least: 1,
    most: 2,
    may_wait: true,
};
/// Beside `retry_ok`, which may reject an `Ok`.
const ON_RETRY_OF_RESULT: &Callable =
    &Callable { form: "|attempt, result| ..", arguments: "the attempt and its result", ..*ON_RETRY };
/// Beside `retry_ok`, which may reject an `Ok`.
const FALLBACK_OF_RESULT: &Callable = &Callable {
    form: "|attempt, result| ..",
    arguments: "the attempt and its result, or the result alone",
    ..*FALLBACK
};
const CANCEL: &Callable =
    &Callable { option: "cancel", form: "|| ..", arguments: "no arguments", least: 0, most: 0, may_wait: false };

/// Checks each of them.
pub(crate) fn check(options: &Options, scope: &Scope, diagnostics: &mut Diagnostics) {
    given_callable(options.retry_if.as_ref(), RETRY_IF, diagnostics);
    if let Some(Given { value: RawRetryOk::Predicate(predicate), .. }) = &options.retry_ok {
        callable_expr(predicate, RETRY_OK, diagnostics);
    }
    let (on_retry, fallback) =
        if options.retry_ok.is_some() { (ON_RETRY_OF_RESULT, FALLBACK_OF_RESULT) } else { (ON_RETRY, FALLBACK) };
    given_callable(options.on_retry.as_ref(), on_retry, diagnostics);
    if let Some(given) = &options.fallback {
        match plain_value(&given.value, scope) {
            Some(value) => {
                let change = match &scope.plain_success {
                    Some(success) if value == "None" => {
                        format!(
                            "remove it for no fallback, or write `fallback = value(..)` with a value of type `{success}`"
                        )
                    }
                    _ => format!("write `fallback = value({value})`"),
                };
                diagnostics.at(&given.value, format!("`fallback` is a path or a closure, not `{value}`; {change}"));
            }
            None => callable_expr(&given.value, fallback, diagnostics),
        }
    }
    match &options.cancel {
        Some(cancel) if scope.is_blocking => callable_expr(&cancel.value, CANCEL, diagnostics),
        Some(cancel) => future(&cancel.value, diagnostics),
        None => {}
    }
}

fn given_callable(given: Option<&Given<Expr>>, callable: &Callable, diagnostics: &mut Diagnostics) {
    if let Some(given) = given {
        callable_expr(&given.value, callable, diagnostics);
    }
}

fn callable_expr(expr: &Expr, callable: &Callable, diagnostics: &mut Diagnostics) {
    let Callable { option, form, arguments, least, most, may_wait } = callable;
    match ungrouped(expr) {
        Expr::Closure(ExprClosure { inputs, .. }) if !(*least..=*most).contains(&inputs.len()) => {
            let number = inputs.len();
            let message = format!(
                "`{option}` is called with {arguments}, and this closure takes {number}; write `{option} = {form}`"
            );
            diagnostics.at(expr, message);
        }
        Expr::Closure(ExprClosure { asyncness: Some(word), .. }) if !may_wait => {
            diagnostics.at(word, format!("`{option}` cannot wait; write a closure without `async`"));
        }
        Expr::Async(block) => {
            let message = format!("`{option}` is a function, not a future; write `{option} = {form}`");
            diagnostics.at(&block.async_token, message);
        }
        other if fixed_answer(other, option) => {
            let arguments = if *least == 2 { "_, _" } else { "_" };
            let value = shown(other);
            let message =
                format!("`{option}` is a path or a closure, not `{value}`; write `{option} = |{arguments}| {value}`");
            diagnostics.at(other, message);
        }
        other if is_value(other) => {
            let message =
                format!("`{option}` is a path or a closure, not `{}`; write `{option} = {form}`", shown(other));
            diagnostics.at(other, message);
        }
        _ => {}
    }
}

/// Returns whether an expression is what the closure was meant to return or to do.
fn fixed_answer(expr: &Expr, option: &str) -> bool {
    let name = |path: &syn::Path| path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    match expr {
        Expr::Call(call) => {
            let is_result = matches!(ungrouped(&call.func), Expr::Path(path) if matches!(&*name(&path.path), "Ok" | "Err" | "Some"));
            let is_pattern = call.args.iter().any(|argument| matches!(argument, Expr::Infer(_)));
            option == "fallback" && is_result && !is_pattern
        }
        Expr::Path(path) => option == "fallback" && path.path.is_ident("None"),
        Expr::Macro(call) => {
            let is_log = ["println", "eprintln", "print", "eprint", "dbg", "error", "warn", "info", "debug", "trace"];
            let is_panic = ["todo", "unimplemented", "panic", "unreachable"];
            let name = name(&call.mac.path);
            option != "cancel" && is_log.iter().chain(&is_panic).any(|word| *word == name)
        }
        _ => false,
    }
}

/// Returns a fallback that is the value of a success, which `value` takes.
///
/// `None` of a call that may return a hook.
fn plain_value(expr: &Expr, scope: &Scope) -> Option<String> {
    let expr = ungrouped(expr);
    let is_plain = match expr {
        // Of an `Option` it is the whole answer.
        Expr::Path(path) => path.path.is_ident("None") && !scope.is_option,
        Expr::Macro(call) => {
            call.mac.path.segments.last().is_some_and(|last| last.ident == "vec" || last.ident == "format")
        }
        Expr::Call(call) => match ungrouped(&call.func) {
            Expr::Path(path) => is_plain_constructor(&path.path, call.args.is_empty()),
            _ => false,
        },
        Expr::MethodCall(call) => matches!(ungrouped(&call.receiver), Expr::Lit(_)),
        Expr::Unary(unary) => matches!(ungrouped(&unary.expr), Expr::Lit(_)),
        Expr::Reference(reference) => is_value(ungrouped(&reference.expr)),
        Expr::Repeat(_) => true,
        other => is_value(other),
    };
    (is_plain && without_units(expr).is_ok()).then(|| shown(expr).replace("vec! [", "vec!["))
}

/// Returns whether a call makes a well-known value, or the default of a type.
fn is_plain_constructor(path: &syn::Path, is_empty: bool) -> bool {
    const TYPES: [&str; 8] = ["String", "Vec", "VecDeque", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "Duration"];
    let mut names = path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let (Some(function), ty) = (names.next(), names.next().unwrap_or_default()) else { return false };
    TYPES.contains(&&*ty) || is_empty && function == "default" && ty.starts_with(char::is_uppercase)
}

/// Checks `cancel` of an async function.
fn future(expr: &Expr, diagnostics: &mut Diagnostics) {
    let other = ungrouped(expr);
    if is_value(other) || matches!(other, Expr::Closure(_)) {
        let message = format!(
            "`cancel` of an async function is a future, not `{}`; write `cancel = token.cancelled()`",
            shown(other)
        );
        diagnostics.at(other, message);
    }
}

/// Returns whether an expression can be neither called nor awaited.
///
/// The meaning of its names does not matter.
fn is_value(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Binary(_) | Expr::Struct(_) => true,
        // A pattern: `Some(_)`.
        Expr::Call(call) => call.args.iter().any(|argument| matches!(argument, Expr::Infer(_))),
        Expr::Path(path) => path.path.is_ident("None"),
        _ => false,
    }
}
