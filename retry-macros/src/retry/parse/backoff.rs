//! Backoff and jitter, as written.

use std::time::Duration;

use retry_core::{Backoff, Jitter, units, validate};
use syn::Expr;

use crate::diagnostics::{Diagnostics, with};
use crate::syntax::literal::{self, Value, shown};
use crate::syntax::named_call::{assigned, unknown, written};

pub(crate) type Length = Value<Duration>;

pub(crate) enum Schedule {
    Exponential { base: Length, cap: Length, factor: Option<Value<f64>> },
    Linear { base: Length, step: Length, cap: Length },
    Fibonacci { base: Length, cap: Length },
    Fixed(Length),
    None,
    Custom(Expr),
}

pub(crate) enum Spread {
    Full,
    Equal,
    Proportional(Value<f64>),
    Additive(Length),
    Decorrelated,
    None,
}

const BACKOFFS: &[&str] = &["exp", "linear", "fibonacci", "fixed", "none", "custom"];
const JITTERS: &[&str] = &["full", "equal", "proportional", "additive", "decorrelated", "none"];

impl Schedule {
    /// The backoff itself, if all of it is literals.
    pub(crate) fn known(&self) -> Option<Backoff> {
        Some(match self {
            Self::Exponential { base, cap, factor } => {
                let backoff = Backoff::exponential(*base.known()?, *cap.known()?);
                match factor {
                    Some(factor) => backoff.factor(*factor.known()?),
                    None => backoff,
                }
            }
            Self::Linear { base, step, cap } => Backoff::linear(*base.known()?, *step.known()?, *cap.known()?),
            Self::Fibonacci { base, cap } => Backoff::fibonacci(*base.known()?, *cap.known()?),
            Self::Fixed(wait) => Backoff::fixed(*wait.known()?),
            Self::None => Backoff::none(),
            Self::Custom(_) => return None,
        })
    }
}

impl Spread {
    /// The jitter itself, if all of it is literals.
    pub(crate) fn known(&self) -> Option<Jitter> {
        Some(match self {
            Self::Full => Jitter::full(),
            Self::Equal => Jitter::equal(),
            Self::Proportional(share) => Jitter::proportional(*share.known()?),
            Self::Additive(most) => Jitter::additive(*most.known()?),
            Self::Decorrelated => Jitter::decorrelated(),
            Self::None => Jitter::none(),
        })
    }
}

/// Reads a backoff, and checks what is literal in it.
pub(crate) fn backoff(expr: &Expr, option: &str, diagnostics: &mut Diagnostics) -> Option<Schedule> {
    let parsed = parse_backoff(expr, option);
    let schedule = diagnostics.take(parsed)?;
    check_backoff(&schedule, diagnostics);
    Some(schedule)
}

fn parse_backoff(expr: &Expr, option: &str) -> syn::Result<Schedule> {
    let Some(written) = written(expr) else {
        let words = format!("`{}` is no backoff; write `{option} = exp(100ms, 10s)`", shown(expr));
        return Err(syn::Error::new_spanned(expr, words));
    };
    let (factor, plain): (Vec<_>, Vec<_>) = written.plain().into_iter().partition(|part| assigned(part).is_some());
    if let Some(other) = factor.iter().find(|part| !sets_factor(part)) {
        let words = "a backoff has no such setting, and its durations no names; write `exp(100ms, 10s, factor = 3)`";
        return Err(syn::Error::new_spanned(other, words));
    }
    if let (Some(extra), true) = (factor.first(), written.name != "exp") {
        return Err(syn::Error::new_spanned(extra, "only `exp` takes a factor; write `exp(100ms, 10s, factor = 3)`"));
    }
    match written.name.as_str() {
        "exp" => {
            let form = if plain.len() == 3 { "exp(100ms, 10s, factor = 3)" } else { "exp(100ms, 10s)" };
            let [base, cap] = written.exactly(expr, form, &plain)?;
            let factor = exp_factor(&factor)?;
            Ok(Schedule::Exponential { base: literal::duration(base)?, cap: literal::duration(cap)?, factor })
        }
        "linear" => {
            let [base, step, cap] = written.exactly(expr, "linear(100ms, 100ms, 10s)", &plain)?;
            let (base, step, cap) = (literal::duration(base)?, literal::duration(step)?, literal::duration(cap)?);
            Ok(Schedule::Linear { base, step, cap })
        }
        "fibonacci" => {
            let [base, cap] = written.exactly(expr, "fibonacci(100ms, 10s)", &plain)?;
            Ok(Schedule::Fibonacci { base: literal::duration(base)?, cap: literal::duration(cap)? })
        }
        "fixed" => {
            let [wait] = written.exactly(expr, "fixed(1s)", &plain)?;
            Ok(Schedule::Fixed(literal::duration(wait)?))
        }
        "custom" => {
            let [wait] = written.exactly(expr, "custom(wait_before)", &plain)?;
            Ok(Schedule::Custom(wait.clone()))
        }
        "none" => written.alone(expr).map(|()| Schedule::None),
        other => Err(syn::Error::new(written.span, unknown("backoff", other, BACKOFFS, "exp(100ms, 10s)"))),
    }
}

fn sets_factor(expr: &Expr) -> bool {
    assigned(expr).is_some_and(|assign| shown(&assign.left) == "factor")
}

fn exp_factor(assigns: &[&Expr]) -> syn::Result<Option<Value<f64>>> {
    let Some((first, rest)) = assigns.split_first() else { return Ok(None) };
    if let Some(second) = rest.first() {
        return Err(syn::Error::new_spanned(second, "`factor` is given twice; write it once"));
    }
    assigned(first).map(|assign| literal::number(&assign.right, "a factor", "factor = 3")).transpose()
}

fn check_backoff(schedule: &Schedule, diagnostics: &mut Diagnostics) {
    match schedule {
        Schedule::Exponential { base, cap, factor } => {
            check_base_and_cap(base, cap, diagnostics);
            if let Some(Value::Known { value, text, span }) = factor {
                let fixed = Backoff::exponential(Duration::ZERO, Duration::ZERO).factor(*value).growth_factor();
                if let Err(broken) = fixed.map_or(Ok(()), validate::factor) {
                    diagnostics.here(*span, with(broken.message(), &format!(", not `{text}`")));
                }
            }
        }
        Schedule::Linear { base, step, cap } => {
            check_base_and_cap(base, cap, diagnostics);
            check(step, validate::day, diagnostics);
        }
        Schedule::Fibonacci { base, cap } => check_base_and_cap(base, cap, diagnostics),
        Schedule::Fixed(wait) => check(wait, validate::base, diagnostics),
        Schedule::None | Schedule::Custom(_) => {}
    }
}

fn check_base_and_cap(base: &Length, cap: &Length, diagnostics: &mut Diagnostics) {
    check(base, validate::base, diagnostics);
    let (Value::Known { value: low, text: low_text, .. }, Value::Known { value: high, text, span }) = (base, cap)
    else {
        return check(cap, validate::day, diagnostics);
    };
    if let Err(broken) = validate::cap(units::from(*low), units::from(*high)) {
        let numbers = if low > high { format!(", `{text}` below `{low_text}`") } else { format!(", not `{text}`") };
        diagnostics.here(*span, with(broken.message(), &numbers));
    }
}

/// Holds a literal against one rule.
pub(crate) fn check(length: &Length, rule: impl Fn(u64) -> validate::Rule, diagnostics: &mut Diagnostics) {
    let Value::Known { value, text, span } = length else { return };
    if let Err(broken) = rule(units::from(*value)) {
        diagnostics.here(*span, with(broken.message(), &format!(", not `{text}`")));
    }
}

/// Reads a jitter, and checks what is literal in it.
pub(crate) fn jitter(expr: &Expr, diagnostics: &mut Diagnostics) -> Option<Spread> {
    let parsed = parse_jitter(expr);
    let spread = diagnostics.take(parsed)?;
    match &spread {
        Spread::Proportional(Value::Known { value, text, span }) => {
            if let Err(broken) = validate::jitter(Jitter::proportional(*value)) {
                diagnostics.here(*span, with(broken.message(), &format!(", not `{text}`")));
            }
        }
        Spread::Additive(most) => check(most, validate::day, diagnostics),
        _ => {}
    }
    Some(spread)
}

fn parse_jitter(expr: &Expr) -> syn::Result<Spread> {
    let Some(written) = written(expr) else {
        let words = format!("`{}` is no jitter; write `jitter = full`", shown(expr));
        return Err(syn::Error::new_spanned(expr, words));
    };
    let plain = written.plain();
    let spread = match written.name.as_str() {
        "proportional" => {
            let [share] = written.exactly(expr, "proportional(0.25)", &plain)?;
            return literal::number(share, "a share", "proportional(0.25)").map(Spread::Proportional);
        }
        "additive" => {
            let [most] = written.exactly(expr, "additive(100ms)", &plain)?;
            return literal::duration(most).map(Spread::Additive);
        }
        "full" => Spread::Full,
        "equal" => Spread::Equal,
        "decorrelated" => Spread::Decorrelated,
        "none" => Spread::None,
        other => return Err(syn::Error::new(written.span, unknown("jitter", other, JITTERS, "full"))),
    };
    written.alone(expr).map(|()| spread)
}
