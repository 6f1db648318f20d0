//! Values of `backoff`, `throttled_backoff` and `jitter`.

use syn::Expr;

use crate::retry::model::{BackoffSpec, JitterSpec};
use crate::retry::parse::named_durations;
use crate::syntax::duration::duration;
use crate::syntax::literal::{Value, number};
use crate::syntax::named_call::{assigned, named_call, unknown};
use crate::syntax::tokens::shown;
use crate::syntax::translation;

const BACKOFFS: &[&str] = &["exp", "linear", "fibonacci", "fixed", "none", "custom"];
const JITTERS: &[&str] = &["full", "equal", "proportional", "additive", "decorrelated", "none"];

/// Reads a backoff.
pub(crate) fn backoff(expr: &Expr, option: &str) -> syn::Result<BackoffSpec> {
    let Some(call) = named_call(expr) else {
        return Err(syn::Error::new_spanned(expr, not_a_backoff(expr, option)));
    };
    let (example, what) = match option {
        "attempt_timeout" => ("1s, 8s", "`attempt_timeout`"),
        _ => ("100ms, 10s", "a backoff"),
    };
    let (factor, plain) = call.settings_and_plain()?;
    if let Some(other) = factor.iter().find(|part| !sets_factor(part)) {
        let form = named_durations::plain_form(&call, &plain, &factor).unwrap_or_else(|| format!("exp({example})"));
        let message = if named_durations::is_duration(other) {
            format!("the durations of {what} have no names; write `{form}`")
        } else {
            let name = assigned(other).map(|assign| shown(&assign.left)).unwrap_or_default();
            format!("{what} has no setting `{name}`; write `{form}`")
        };
        return Err(syn::Error::new_spanned(other, message));
    }
    if let (Some(extra), true) = (factor.first(), call.name != "exp") {
        let message = format!("only `exp` takes a factor; write `exp({example}, factor = 3)`");
        return Err(syn::Error::new_spanned(extra, message));
    }
    match call.name.as_str() {
        "exp" => {
            let form = format!("exp({example}{})", if plain.len() == 3 { ", factor = 3" } else { "" });
            let [base, cap] = call.exactly(expr, &form, &plain)?;
            let factor = exp_factor(&factor)?;
            Ok(BackoffSpec::Exponential { base: duration(base)?, cap: duration(cap)?, factor })
        }
        "linear" => {
            let [base, step, cap] = call.exactly(expr, "linear(100ms, 100ms, 10s)", &plain)?;
            let (base, step, cap) = (duration(base)?, duration(step)?, duration(cap)?);
            Ok(BackoffSpec::Linear { base, step, cap })
        }
        "fibonacci" => {
            let [base, cap] = call.exactly(expr, &format!("fibonacci({example})"), &plain)?;
            Ok(BackoffSpec::Fibonacci { base: duration(base)?, cap: duration(cap)? })
        }
        "fixed" => {
            let [delay] = call.exactly(expr, "fixed(1s)", &plain)?;
            Ok(BackoffSpec::Fixed(duration(delay)?))
        }
        "custom" => {
            let [delay] = call.exactly(expr, "custom(delay_before)", &plain)?;
            Ok(BackoffSpec::Custom(delay.clone()))
        }
        "none" => call.alone(expr).map(|()| BackoffSpec::None),
        _ if translation::backoff(expr).is_some() => Err(syn::Error::new_spanned(expr, not_a_backoff(expr, option))),
        other => Err(syn::Error::new(call.span, unknown("backoff", other, BACKOFFS, "exp(100ms, 10s)"))),
    }
}

/// Message for a backoff in the notation of another library.
fn not_a_backoff(expr: &Expr, option: &str) -> String {
    let whole = if option == "backoff" { translation::options(expr) } else { None };
    let instead = translation::time(expr).map(|delay| format!("{option} = fixed({delay})")).or(whole);
    let instead = instead.or_else(|| translation::backoff(expr).map(|backoff| format!("{option} = {backoff}")));
    let instead = instead.unwrap_or_else(|| format!("{option} = exp(100ms, 10s)"));
    format!("`{}` is not a backoff; write `{instead}`", shown(expr))
}

fn sets_factor(expr: &Expr) -> bool {
    assigned(expr).is_some_and(|assign| shown(&assign.left) == "factor")
}

fn exp_factor(assigns: &[&Expr]) -> syn::Result<Option<Value<f64>>> {
    let Some((first, rest)) = assigns.split_first() else { return Ok(None) };
    if let Some(second) = rest.first() {
        return Err(syn::Error::new_spanned(second, "`factor` is given twice; write it once"));
    }
    assigned(first).map(|assign| number(&assign.right, "a factor", "factor = 3")).transpose()
}

/// Reads a jitter.
pub(crate) fn jitter(expr: &Expr) -> syn::Result<JitterSpec> {
    let Some(call) = named_call(expr) else {
        let message = format!("`{}` is not a jitter; write `jitter = full`", shown(expr));
        return Err(syn::Error::new_spanned(expr, message));
    };
    let plain = call.plain();
    let spread = match call.name.as_str() {
        "proportional" => {
            let [share] = call.exactly(expr, "proportional(0.25)", &plain)?;
            return number(share, "a share", "proportional(0.25)").map(JitterSpec::Proportional);
        }
        "additive" => {
            let [most] = call.exactly(expr, "additive(100ms)", &plain)?;
            return duration(most).map(JitterSpec::Additive);
        }
        "full" => JitterSpec::Full,
        "equal" => JitterSpec::Equal,
        "decorrelated" => JitterSpec::Decorrelated,
        "none" => JitterSpec::None,
        other => return Err(syn::Error::new(call.span, unknown("jitter", other, JITTERS, "full"))),
    };
    call.alone(expr).map(|()| spread)
}
