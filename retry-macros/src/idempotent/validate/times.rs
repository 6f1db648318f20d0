//! Rules for `keep`, `lease`, `wait`, and the window of a key from content.

use proc_macro2::Span;
use retry_core::{idempotency_bounds, units, validate};
use syn::{Expr, Lit};

use crate::diagnostics::{Diagnostics, with_written};
use crate::idempotent::model::{Time, Times};
use crate::syntax::duration;
use crate::syntax::literal::Value;
use crate::syntax::option::Given;
use crate::syntax::tokens::{Names, ungrouped};

/// Reads a duration; `names` are known only at the call.
pub(super) fn time(expr: &Expr, names: &[String], diagnostics: &mut Diagnostics) -> Option<Time> {
    if expr.names_any(names) {
        diagnostics.take(duration::without_units(expr))?;
        return Some(Time::PerCall(expr.clone()));
    }
    if let Some(error) = unit_of_days(expr) {
        diagnostics.push(error);
        return None;
    }
    diagnostics.take(duration::duration(expr)).map(Time::Constant)
}

/// Reads the duration of an option.
pub(super) fn given(given: Option<&Given<Expr>>, names: &[String], diagnostics: &mut Diagnostics) -> Option<Time> {
    time(&given?.value, names, diagnostics)
}

/// Error for a unit of days.
///
/// Durations do not have it, although results are kept for days.
fn unit_of_days(expr: &Expr) -> Option<syn::Error> {
    let Expr::Lit(literal) = ungrouped(expr) else { return None };
    let Lit::Int(int) = &literal.lit else { return None };
    let hours = match int.suffix() {
        "d" | "day" | "days" => 24,
        "w" | "week" | "weeks" => 168,
        _ => return None,
    };
    let number = int.base10_digits().parse::<u32>().ok()?.checked_mul(hours)?;
    Some(syn::Error::new(int.span(), format!("unknown unit `{}` in `{int}`; write `{number}h`", int.suffix())))
}

/// Checks each literal.
pub(super) fn check(times: &Times, diagnostics: &mut Diagnostics) {
    let lease = literal(times.lease.as_ref());
    if let Some((lease, text, span)) = lease {
        broken(idempotency_bounds::lease(lease), text, span, diagnostics);
    }
    let beside = match (&times.lease, lease) {
        (None, _) => idempotency_bounds::LEASE,
        (_, Some((lease, ..))) if idempotency_bounds::lease(lease).is_ok() => lease,
        _ => idempotency_bounds::MIN,
    };
    if let Some((keep, text, span)) = literal(times.keep.as_ref()) {
        broken(idempotency_bounds::keep(keep, beside), text, span, diagnostics);
    }
    if let Some((wait, text, span)) = literal(times.wait.as_ref()) {
        broken(validate::day(wait), text, span, diagnostics);
    }
}

fn literal(time: Option<&Time>) -> Option<(u64, &str, Span)> {
    match time? {
        Time::Constant(Value::Literal { value, text, span }) => Some((units::from(*value), text, *span)),
        _ => None,
    }
}

fn broken(rule: validate::Rule, text: &str, span: Span, diagnostics: &mut Diagnostics) {
    if let Err(broken) = rule {
        diagnostics.at_span(span, with_written(broken.message(), &format!(", not `{text}`")));
    }
}
