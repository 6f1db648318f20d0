//! Value of `credit`: its rest, and the longest wait in its line.

use syn::{Expr, ExprAssign, ExprLit, Lit};

use crate::retry::guards::{BudgetShape, BudgetSpec, MaxWait};
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, count};
use crate::syntax::named_call::{NamedCall, assigned, named_call};
use crate::syntax::spelling::nearest;
use crate::syntax::tokens::{shown, ungrouped};

pub(super) const CREDIT: &str = "credit(500)";
pub(super) const WAIT: &str = "credit(wait = 10s)";
const BOTH: &str = "credit(500, wait = 10s)";

/// Names under which others set a longest time in line.
const NAMES_OF_WAIT: &[&str] = &[
    "max_wait",
    "longest_wait",
    "wait_for",
    "wait_time",
    "wait_timeout",
    "waiting",
    "queue",
    "max_queue",
    "queue_timeout",
    "queue_time",
    "timeout",
    "deadline",
    "line",
    "in_line",
    "patience",
    "block",
    "max_delay",
];

/// Reads the arguments of a credit, such as `500, wait = 10s` and `aws`.
///
/// `plain` are the arguments without a name, `settings` those with one.
pub(super) fn credit(
    call: &NamedCall<'_>,
    expr: &Expr,
    plain: &[&Expr],
    settings: &[&Expr],
) -> syn::Result<BudgetSpec> {
    if let ([rest], true) = (plain, plain.first().is_some_and(|rest| is_path(rest, "aws"))) {
        return match settings.first() {
            None => Ok(BudgetSpec::Inline(Box::new(BudgetShape::Aws))),
            Some(extra) => {
                let aws = shown(rest);
                let message = format!("no retry waits in line for `credit({aws})`; write `credit({aws})`, or `{BOTH}`");
                Err(syn::Error::new_spanned(extra, message))
            }
        };
    }
    if let Some(unnamed) = plain.iter().find(|argument| is_unnamed_wait(argument)) {
        return Err(syn::Error::new_spanned(unnamed, unnamed_wait(unnamed)));
    }
    let wait = wait(settings)?;
    if plain.is_empty() && wait.is_some() {
        return Ok(BudgetSpec::Inline(Box::new(BudgetShape::Credit { rest: None, wait })));
    }
    let [rest] = call.exactly(expr, if wait.is_some() { BOTH } else { CREDIT }, plain)?;
    let rest = Some(count(rest, "the rest of a credit", CREDIT)?);
    Ok(BudgetSpec::Inline(Box::new(BudgetShape::Credit { rest, wait })))
}

fn is_path(expr: &Expr, name: &str) -> bool {
    matches!(ungrouped(expr), Expr::Path(path) if path.path.is_ident(name))
}

/// Returns whether an argument is a wait without its name: `10s`, `wait(10s)`.
fn is_unnamed_wait(argument: &Expr) -> bool {
    has_unit(argument) || named_call(argument).is_some_and(|call| call.name == "wait")
}

fn has_unit(expr: &Expr) -> bool {
    match ungrouped(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => !int.suffix().is_empty() && duration(expr).is_ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => !float.suffix().is_empty() && duration(expr).is_ok(),
        _ => false,
    }
}

fn unnamed_wait(argument: &Expr) -> String {
    let inner = named_call(argument).and_then(|call| call.plain().first().copied());
    let value = proposed(inner.unwrap_or(argument));
    format!("the longest wait of a credit has its name and a value, not `{}`; write `wait = {value}`", shown(argument))
}

/// Reads the one setting of a credit.
fn wait(settings: &[&Expr]) -> syn::Result<Option<MaxWait>> {
    for (index, setting) in settings.iter().enumerate() {
        let Some(assign) = assigned(setting) else { continue };
        if !is_path(&assign.left, "wait") {
            return Err(syn::Error::new_spanned(setting, unknown_setting(assign)));
        }
        if index > 0 {
            return Err(syn::Error::new_spanned(setting, "`wait` is given twice; write it once"));
        }
    }
    settings.first().and_then(|setting| assigned(setting)).map(|assign| max_wait(&assign.right)).transpose()
}

fn max_wait(value: &Expr) -> syn::Result<MaxWait> {
    if is_path(value, "none") {
        return Ok(MaxWait::None);
    }
    let text = shown(value);
    if matches!(text.as_str(), "None" | "false" | "\"none\"" | "Duration::ZERO") {
        let message = format!("the `wait` of a credit is a duration or `none`, not `{text}`; write `none`");
        return Err(syn::Error::new_spanned(value, message));
    }
    duration(value).map(MaxWait::AtMost)
}

fn unknown_setting(assign: &ExprAssign) -> String {
    let name = shown(&assign.left);
    if names_wait(&assign.left) {
        return format!("`credit` has no setting `{name}`; write `wait = {}`", proposed(&assign.right));
    }
    if name == "reserve" {
        return format!("only `ratio` has a reserve; write `ratio(0.1, 10s, reserve = 0.1)`, or `{CREDIT}`");
    }
    format!("`credit` has no setting `{name}`, and its rest has no name; write `{CREDIT}`, or `{WAIT}`")
}

/// Returns whether a name is `wait`, or one that means it.
pub(super) fn names_wait(name: &Expr) -> bool {
    let name = shown(name);
    name == "wait" || NAMES_OF_WAIT.contains(&name.as_str()) || nearest(&name, &["wait"]).is_some()
}

/// Returns the text of a wait if it is a valid literal, else that of an example.
fn proposed(value: &Expr) -> String {
    let is_right = |longest: &std::time::Duration| retry_core::validate::max_wait(*longest).is_ok();
    match duration(value) {
        Ok(Value::Literal { value, text, .. }) if is_right(&value) => text,
        _ if is_path(value, "none") => "none".into(),
        _ => "10s".into(),
    }
}
