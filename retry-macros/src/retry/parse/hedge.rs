//! Value of `hedge`: `after(100ms)`, or a percentile of the times that calls take.

use proc_macro2::Span;
use syn::{Expr, ExprAssign, ExprLit, Lit};

use crate::retry::guards::{HedgeDelay, HedgeSpec};
use crate::retry::parse::guards::none_by_default;
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, count, number};
use crate::syntax::named_call::{NamedCall, assigned, named_call};
use crate::syntax::tokens::{shown, ungrouped};
use crate::syntax::translation;

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

/// Error for a hedge of a blocking function.
pub(crate) const BLOCKING: &str = "a blocking function cannot be hedged, because a hedge runs two attempts at once in the caller's task; remove `hedge`, or make the function async";

/// Returns the hedge that a value in another notation means.
///
/// It is `p95` for `"p95"`, `P95`, `95` and `0.95`.
pub(crate) fn meant(expr: &Expr) -> Option<String> {
    let expr = ungrouped(expr);
    if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = expr {
        let inner: Expr = text.parse().ok()?;
        return if hedge(&inner).is_ok() { Some(shown(&inner)) } else { meant(&inner) };
    }
    let text = shown(expr);
    if let Some(percent) = percent(&text) {
        return Some(format!("p{percent}"));
    }
    let named = named_call(expr);
    if let Some(call) = named.as_ref().filter(|call| percent(&call.name).is_some() && call.name.starts_with('P')) {
        let lower = text.replacen(&call.name, &call.name.to_lowercase(), 1);
        return hedge(&syn::parse_str(&lower).ok()?).is_ok().then_some(lower);
    }
    let argument = named.as_ref().and_then(|call| call.plain().first().copied());
    match (named.as_ref().map(|call| call.name.as_str()), argument) {
        (Some("percentile" | "quantile" | "p" | "pct"), Some(argument)) => {
            percent(&shown(argument)).map(|percent| format!("p{percent}"))
        }
        (Some("delay" | "fixed" | "wait" | "timeout" | "at"), Some(argument)) => delay(argument),
        _ => delay(expr),
    }
}

/// Returns the hedge after a delay in any notation.
pub(crate) fn delay(expr: &Expr) -> Option<String> {
    translation::time(expr).map(|time| format!("after({time})"))
}

/// Returns the percentile that a number means.
///
/// It is 95 for `0.95`, `95`, `P95` and `p95.5`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 50 to 99
fn percent(text: &str) -> Option<u32> {
    let digits = text.strip_prefix(['p', 'P']).unwrap_or(text);
    let number: f64 = digits.replace('_', ".").parse().ok()?;
    // Rounded, because 0.95 is a little less.
    let percent = if number < 1.0 { (number * 1000.0).round() / 10.0 } else { number };
    (50.0..100.0).contains(&percent).then_some(percent as u32)
}

fn not_a_hedge(expr: &Expr) -> syn::Error {
    let text = shown(expr);
    let message = match (meant(expr), ungrouped(expr)) {
        (Some(meant), Expr::Lit(ExprLit { lit: Lit::Str(_), .. })) => {
            format!("`{text}` is a string, not a hedge; write `hedge = {meant}`")
        }
        (Some(meant), _) if meant.starts_with("after") => {
            format!(
                "`hedge` names what its delay is, as `{PERCENTILE}` does, not `{text}` alone; write `hedge = {meant}`"
            )
        }
        (Some(meant), Expr::Field(_)) => {
            format!("`{text}` has a fraction, and a percentile of a hedge is a whole number; write `hedge = {meant}`")
        }
        (Some(meant), _) => format!("`hedge` has no percentile `{text}`; write `hedge = {meant}`"),
        (None, Expr::Path(_)) if !text.contains(char::is_lowercase) => format!(
            "`hedge` names what its delay is, as `{PERCENTILE}` does, not `{text}` alone; write `hedge = after({text})`, or `hedge = {PERCENTILE}`"
        ),
        _ => format!(
            "`hedge` is a delay, or a percentile that is learned, not `{text}`; write `hedge = {AFTER}`, or `hedge = {PERCENTILE}`"
        ),
    };
    syn::Error::new_spanned(expr, message)
}
