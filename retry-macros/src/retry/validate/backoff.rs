//! Rules for one backoff, and for one jitter.

use std::time::Duration;

use retry_core::{Backoff, Jitter, units, validate};

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::model::{BackoffSpec, JitterSpec};
use crate::syntax::literal::{Length, Value};

/// Checks the literals of a backoff.
pub(crate) fn backoff(spec: &BackoffSpec, diagnostics: &mut Diagnostics) {
    match spec {
        BackoffSpec::Exponential { base, cap, factor } => {
            check_base_and_cap(base, cap, diagnostics);
            if let Some(Value::Literal { value, text, span }) = factor {
                let fixed = Backoff::exponential(Duration::ZERO, Duration::ZERO).factor(*value).growth_factor();
                if let Err(broken) = fixed.map_or(Ok(()), validate::factor) {
                    diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
                }
            }
        }
        BackoffSpec::Linear { base, step, cap } => {
            check_base_and_cap(base, cap, diagnostics);
            duration(step, validate::day, diagnostics);
        }
        BackoffSpec::Fibonacci { base, cap } => check_base_and_cap(base, cap, diagnostics),
        BackoffSpec::Fixed(delay) => duration(delay, validate::base, diagnostics),
        BackoffSpec::None | BackoffSpec::Custom(_) => {}
    }
}

/// Checks the literals of timeouts by the number of the attempt.
pub(crate) fn timeouts(spec: &BackoffSpec, diagnostics: &mut Diagnostics) {
    let (BackoffSpec::Exponential { base, .. }
    | BackoffSpec::Linear { base, .. }
    | BackoffSpec::Fibonacci { base, .. }) = spec
    else {
        return;
    };
    match base {
        Value::Literal { value, .. } if value.is_zero() => timeout(base, diagnostics),
        _ => of_timeouts(spec, diagnostics),
    }
}

/// Checks timeouts by number as a backoff, and names their option.
fn of_timeouts(spec: &BackoffSpec, diagnostics: &mut Diagnostics) {
    let mut of_backoff = Diagnostics::new();
    backoff(spec, &mut of_backoff);
    for error in of_backoff.into_errors() {
        let message = error.to_string().replace("a backoff", "`attempt_timeout`").replace("delays", "timeouts");
        diagnostics.at_span(error.span(), message.replace("a duration must", "`attempt_timeout` must"));
    }
}

/// Checks one timeout of an attempt.
pub(crate) fn timeout(length: &Length, diagnostics: &mut Diagnostics) {
    let Value::Literal { value, text, span } = length else { return };
    if let Err(broken) = validate::some(units::from(*value)) {
        let message = broken.message().replace("a duration here", "`attempt_timeout`");
        let message = message.replace("a duration must", "`attempt_timeout` must");
        diagnostics.at_span(*span, with_written(&message, &format!(", not `{text}`")));
    }
}

fn check_base_and_cap(base: &Length, cap: &Length, diagnostics: &mut Diagnostics) {
    duration(base, validate::base, diagnostics);
    let (Value::Literal { value: low, text: low_text, .. }, Value::Literal { value: high, text, span }) = (base, cap)
    else {
        return duration(cap, validate::day, diagnostics);
    };
    if let Err(broken) = validate::cap(units::from(*low), units::from(*high)) {
        let numbers = if low > high { format!(", `{text}` below `{low_text}`") } else { format!(", not `{text}`") };
        diagnostics.at_span(*span, with_written(broken.message(), &numbers));
    }
}

/// Checks a literal duration against one rule.
pub(crate) fn duration(length: &Length, rule: impl Fn(u64) -> validate::Rule, diagnostics: &mut Diagnostics) {
    let Value::Literal { value, text, span } = length else { return };
    if let Err(broken) = rule(units::from(*value)) {
        diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
    }
}

/// Checks the literals of a jitter.
pub(crate) fn jitter(spec: &JitterSpec, diagnostics: &mut Diagnostics) {
    match spec {
        JitterSpec::Proportional(Value::Literal { value, text, span }) => {
            if let Err(broken) = validate::jitter(Jitter::proportional(*value)) {
                diagnostics.at_span(*span, with_written(broken.message(), &format!(", not `{text}`")));
            }
        }
        JitterSpec::Additive(most) => duration(most, validate::day, diagnostics),
        _ => {}
    }
}
