//! Value of `hedge`: `after(100ms)`, or a percentile of the times that calls take.

use proc_macro2::Span;
use syn::{Expr, ExprAssign};

use crate::retry::guards::{HedgeDelay, HedgeSpec};
use crate::retry::parse::guards::none_by_default;
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, count, number};
use crate::syntax::named_call::{NamedCall, assigned, named_call};
use crate::syntax::tokens::shown;

const AFTER: &str = "after(100ms)";
const AFTER_WITH_SETTINGS: &str = "after(100ms, at_most = 0.1, at_once = 3)";
const PERCENTILE: &str = "p95";
const WITH_SETTINGS: &str = "p95(at_most = 0.1, at_once = 3)";

/// Reads a hedge.
pub(crate) fn hedge(expr: &Expr) -> syn::Result<HedgeSpec> {
    none_by_default(expr, "hedge")?;
    let call = named_call(expr).ok_or_else(|| not_a_hedge(expr))?;
    let (settings, plain) = call.settings_and_plain()?;
    let delay = if call.name == "after" {
        if let [_, share] = plain[..] {
            let message =
                format!("`after` takes its bounds by name, not `{}`; write `{AFTER_WITH_SETTINGS}`", shown(share));
            return Err(syn::Error::new_spanned(expr, message));
        }
        let [delay] = call.exactly(expr, AFTER, &plain)?;
        HedgeDelay::After(duration(delay)?)
    } else {
        let (percent, span) = percentile(&call).ok_or_else(|| not_a_hedge(expr))?;
        if let Some(extra) = plain.first() {
            let message =
                format!("`{}` takes only settings, not `{}`; write `{WITH_SETTINGS}`", call.name, shown(extra));
            return Err(syn::Error::new_spanned(expr, message));
        }
        HedgeDelay::Percentile { percent, span }
    };
    let mut hedge = HedgeSpec { delay, at_most: None, at_once: None };
    for assign in settings.iter().filter_map(|setting| assigned(setting)) {
        setting(assign, &mut hedge)?;
    }
    Ok(hedge)
}

/// Reads the number of `p95`.
///
/// One that is too great is reported with the rule of percentiles.
fn percentile(call: &NamedCall<'_>) -> Option<(u32, Span)> {
    let digits = call.name.strip_prefix('p').filter(|digits| digits.chars().all(|digit| digit.is_ascii_digit()))?;
    (!digits.is_empty()).then(|| (digits.parse().unwrap_or(u32::MAX), call.span))
}

fn setting(assign: &ExprAssign, hedge: &mut HedgeSpec) -> syn::Result<()> {
    let name = shown(&assign.left);
    let is_twice = match name.as_str() {
        "at_most" => {
            let share: Value<f64> = number(&assign.right, "a share of hedges", "0.1")?;
            hedge.at_most.replace(share).is_some()
        }
        "at_once" => hedge.at_once.replace(count(&assign.right, "`at_once`", "3")?).is_some(),
        _ => {
            let message = format!("a hedge has no setting `{name}`; write `{WITH_SETTINGS}`");
            return Err(syn::Error::new_spanned(assign, message));
        }
    };
    if is_twice {
        return Err(syn::Error::new_spanned(assign, format!("`{name}` is given twice; write it once")));
    }
    Ok(())
}

/// Returns the percentile that a bare number means: `95` or `0.95`.
fn bare_percentile(expr: &Expr) -> Option<f64> {
    let number: f64 = shown(expr).parse().ok()?;
    let percent = if number < 1.0 { (number * 100.0).round() } else { number };
    ((50.0..=99.0).contains(&percent) && percent.fract() == 0.0).then_some(percent)
}

fn not_a_hedge(expr: &Expr) -> syn::Error {
    if let Some(percent) = bare_percentile(expr) {
        let message = format!("`hedge` has no percentile `{}`; write `p{percent}`", shown(expr));
        return syn::Error::new_spanned(expr, message);
    }
    let message = match duration(expr) {
        Ok(Value::Literal { text, .. }) => {
            format!(
                "`hedge` names what its delay is, as `{PERCENTILE}` does, not `{text}` alone; write `after({text})`"
            )
        }
        _ => format!(
            "`hedge` is a delay, or a percentile that is learned, not `{}`; write `{AFTER}`, or `{PERCENTILE}`",
            shown(expr)
        ),
    };
    syn::Error::new_spanned(expr, message)
}
