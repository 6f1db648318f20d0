//! Value of `budget`: a shape with its numbers, a `static`, or an expression.

use syn::Expr;

use crate::retry::guards::{BudgetShape, BudgetSpec};
use crate::retry::parse::credit::{self, CREDIT};
use crate::retry::parse::shared;
use crate::retry::shared_spec::SharedSpec;
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, count, number};
use crate::syntax::named_call::{NamedCall, assigned, named_call, unknown};
use crate::syntax::spelling::nearest;
use crate::syntax::tokens::{Names, shown};

const SHAPES: &[&str] = &["credit", "ratio", "in_flight", "none"];
const RATIO: &str = "ratio(0.1, 10s)";
const RESERVED: &str = "ratio(0.1, 10s, reserve = 0.1)";
const IN_FLIGHT: &str = "in_flight(0.2, 3)";

/// Reads a budget.
pub(crate) fn budget(expr: &Expr, arguments: &[String]) -> syn::Result<BudgetSpec> {
    let names_argument = expr.names_any(arguments);
    if let Some(call) = named_call(expr).filter(|call| is_shape(call, names_argument)) {
        return shape(&call, expr);
    }
    if shared::cannot_be_shared(expr) {
        let message = format!(
            "`{}` is not a budget; write `budget = {}`, `none`, or the path of a `static`",
            shown(expr),
            meant(expr)
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    if shared::creates(expr, &["Budget"]) {
        let message = format!(
            "a budget that is created by each call bounds nothing; write it as in `budget = {RATIO}`, or name a `static`"
        );
        return Err(syn::Error::new_spanned(expr, message));
    }
    Ok(match shared::spec(expr, arguments)? {
        SharedSpec::Static(path) => BudgetSpec::Static(path),
        SharedSpec::PerCall(expr) => BudgetSpec::PerCall(expr),
    })
}

/// Returns whether a call is a shape, or a misspelling of one.
///
/// A name in lower case is not a `static`.
fn is_shape(call: &NamedCall<'_>, names_argument: bool) -> bool {
    let is_small = call.name.chars().all(|c| c.is_lowercase() || c == '_') || call.name == "None";
    let is_near = is_small && nearest(&call.name, SHAPES).is_some();
    SHAPES.contains(&call.name.as_str()) || is_near && !names_argument
}

/// Returns the budget that a number means: a share, or a rest of tokens.
fn meant(expr: &Expr) -> String {
    match number(expr, "", "").ok().and_then(|number| number.literal().copied()) {
        Some(share) if share > 0.0 && share < 1.0 => format!("ratio({}, 10s)", shown(expr)),
        _ => CREDIT.into(),
    }
}

fn shape(call: &NamedCall<'_>, expr: &Expr) -> syn::Result<BudgetSpec> {
    let (settings, plain) = call.settings_and_plain()?;
    if let (Some(extra), false) = (settings.first(), matches!(call.name.as_str(), "ratio" | "credit")) {
        return Err(syn::Error::new_spanned(extra, extra_setting(call, extra)));
    }
    Ok(match call.name.as_str() {
        "none" => call.alone(expr).map(|()| BudgetSpec::None)?,
        "credit" if call.arguments.is_none() => BudgetSpec::Default,
        "credit" => credit::credit(call, expr, &plain, &settings)?,
        "ratio" => {
            let form = if plain.len() == 3 { RESERVED } else { RATIO };
            let [share, window] = call.exactly(expr, form, &plain)?;
            let (share, window) = (number(share, "a share", RATIO)?, duration(window)?);
            BudgetSpec::Inline(BudgetShape::Ratio { share, window, reserve: reserve(call, &settings)? }.into())
        }
        "in_flight" => {
            let [share, at_least] = call.exactly(expr, IN_FLIGHT, &plain)?;
            let share = number(share, "a share", IN_FLIGHT)?;
            let at_least = count(at_least, "the least number of retries", IN_FLIGHT)?;
            BudgetSpec::Inline(BudgetShape::InFlight { share, at_least }.into())
        }
        other => return Err(syn::Error::new(call.span, unknown("budget", other, SHAPES, "credit"))),
    })
}

/// Message for `name = value` in a shape that has no settings.
fn extra_setting(call: &NamedCall<'_>, extra: &Expr) -> String {
    let name = assigned(extra).map(|assign| &*assign.left);
    let form = match call.name.as_str() {
        "in_flight" => IN_FLIGHT,
        "ratio" => RATIO,
        other => other,
    };
    match name {
        Some(name) if shown(name) == "reserve" => {
            format!("only `ratio` has a reserve; write `{RESERVED}`, or `{form}`")
        }
        Some(name) if credit::names_wait(name) => {
            format!("only `credit` has a line to wait in; write `{}`, or `{form}`", credit::WAIT)
        }
        _ if call.name == "ratio" => format!("`ratio` has no such setting; write `{RESERVED}`"),
        _ => format!("`{}` has no such setting, and its numbers have no names; write `{form}`", call.name),
    }
}

fn reserve(call: &NamedCall<'_>, settings: &[&Expr]) -> syn::Result<Option<Value<f64>>> {
    let is_other = |setting: &&&Expr| assigned(setting).is_some_and(|assign| shown(&assign.left) != "reserve");
    if let Some(other) = settings.iter().find(is_other) {
        return Err(syn::Error::new_spanned(other, extra_setting(call, other)));
    }
    if let Some(second) = settings.get(1) {
        return Err(syn::Error::new_spanned(second, "`reserve` is given twice; write it once"));
    }
    let reserve = settings.first().and_then(|setting| assigned(setting));
    reserve.map(|assign| number(&assign.right, "a reserve", "reserve = 0.1")).transpose()
}
