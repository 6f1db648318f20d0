//! Durations of a backoff with names, which ours have not: `exp(1s, max = 8s)`.

use syn::Expr;

use crate::syntax::duration::duration;
use crate::syntax::literal::number;
use crate::syntax::named_call::{NamedCall, assigned};
use crate::syntax::tokens::shown;

/// Names of the parts of a backoff, in the order in which they are written.
const BASES: &[&str] = &["base", "initial", "initial_delay", "min", "minimum", "min_delay", "first", "start", "from"];
const STEPS: &[&str] = &["step", "increment", "increase", "by"];
const CAPS: &[&str] = &["cap", "max", "maximum", "max_delay", "limit", "most", "to", "up_to", "last", "end", "longest"];
const FACTORS: &[&str] = &["factor", "multiplier", "mult", "growth", "exponent", "rate", "ratio", "exp_base"];

/// Returns whether a setting names a duration, which has no name here.
pub(super) fn is_duration(setting: &Expr) -> bool {
    let name = assigned(setting).map(|assign| shown(&assign.left)).unwrap_or_default();
    [BASES, STEPS, CAPS].iter().any(|names| names.contains(&name.as_str()))
}

/// Returns the call as it is written without names.
///
/// `None` if a part is missing, given twice, or unknown. A factor is only kept, and never added.
pub(super) fn plain_form(call: &NamedCall<'_>, plain: &[&Expr], settings: &[&Expr]) -> Option<String> {
    let names: &[&[&str]] = match call.name.as_str() {
        "exp" | "fibonacci" => &[BASES, CAPS],
        "linear" => &[BASES, STEPS, CAPS],
        _ => return None,
    };
    let mut parts: Vec<Option<String>> = vec![None; names.len()];
    let mut factor = None;
    for setting in settings {
        let assign = assigned(setting)?;
        let name = shown(&assign.left);
        if FACTORS.contains(&name.as_str()) && call.name == "exp" {
            number(&assign.right, "", "").ok()?;
            factor = Some(format!(", factor = {}", shown(&assign.right)));
            continue;
        }
        duration(&assign.right).ok()?;
        let place = names.iter().position(|names| names.contains(&name.as_str()))?;
        if parts[place].replace(shown(&assign.right)).is_some() {
            return None;
        }
    }
    let mut plain = plain.iter();
    for part in parts.iter_mut().filter(|part| part.is_none()) {
        *part = Some(shown(plain.next()?));
    }
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    plain.next().is_none().then(|| format!("{}({}{})", call.name, parts.join(", "), factor.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::named_call::named_call;

    #[test]
    fn names_are_left_out_and_no_factor_is_invented() {
        for (written, form) in [
            ("exp(1s, max = 8s)", Some("exp(1s, 8s)")),
            ("exp(base = 1s, cap = 8s)", Some("exp(1s, 8s)")),
            ("exp(max = 8s, min = 1s)", Some("exp(1s, 8s)")),
            ("exp(1s, max = 8s, multiplier = 3)", Some("exp(1s, 8s, factor = 3)")),
            ("exp(1s, 8s, rate = 3)", Some("exp(1s, 8s, factor = 3)")),
            ("exp(1s, 8s, multiplier = 3)", Some("exp(1s, 8s, factor = 3)")),
            ("linear(1s, step = 2s, max = 9s)", Some("linear(1s, 2s, 9s)")),
            ("fibonacci(1s, cap = LONGEST)", Some("fibonacci(1s, LONGEST)")),
            ("exp(max = 8s)", None),
            ("exp(1s, 2s, max = 8s)", None),
            ("exp(1s, max = 8s, cap = 9s)", None),
            ("exp(1s, 8s, jitter = 3)", None),
            ("exp(1s, max = \"8s\")", None),
            ("fixed(delay = 1s)", None),
        ] {
            let expr: Expr = syn::parse_str(written).unwrap();
            let call = named_call(&expr).unwrap();
            let (settings, plain) = call.settings_and_plain().unwrap();
            assert_eq!(plain_form(&call, &plain, &settings).as_deref(), form, "{written}");
        }
    }
}
