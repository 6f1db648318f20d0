//! Durations: numbers of seconds, or numbers with a unit.

use std::time::Duration;

use proc_macro2::{Literal, Span};
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::syntax::literal::{Length, Value, is_no_value};
use crate::syntax::tokens::{first_with_unit, shown, ungrouped};

/// Reads a duration: a literal with or without a unit, or an expression.
pub(crate) fn duration(expr: &Expr) -> syn::Result<Length> {
    let expr = ungrouped(expr);
    if is_negative_literal(expr) {
        return Err(syn::Error::new_spanned(
            expr,
            format!("a duration cannot be negative, as `{}` is; write one above zero", shown(expr)),
        ));
    }
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => literal_duration(lit),
        _ if is_no_value(expr) || is_bare_number(expr) => {
            let message = format!("`{}` is not a duration; {FORMS}", shown(expr));
            Err(syn::Error::new_spanned(expr, message))
        }
        _ => without_units(expr).map(|()| Value::Const(expr.clone())),
    }
}

/// Advice for a value that is not a duration.
const FORMS: &str = "write seconds as in `0.5`, or a unit as in `500ms`";

/// Returns whether an expression is a sum or a product of numbers.
///
/// It has no unit.
fn is_bare_number(expr: &Expr) -> bool {
    let is_plain = |expr: &Expr| match ungrouped(expr) {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) => int.suffix().is_empty(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) => float.suffix().is_empty(),
        inner => is_bare_number(inner),
    };
    matches!(expr, Expr::Binary(binary) if is_plain(&binary.left) && is_plain(&binary.right))
}

/// Returns an error if a number inside the expression has a unit.
pub(crate) fn without_units(expr: &Expr) -> syn::Result<()> {
    first_with_unit(expr.to_token_stream()).map_or(Ok(()), |literal| Err(inside_expression(&literal)))
}

fn inside_expression(literal: &Literal) -> syn::Error {
    let message = match nanos(&literal.to_string()) {
        Ok(value) => {
            let (unit, number) = in_unit(value);
            format!(
                "`{literal}` has a unit, and a number in an expression cannot have one; write `Duration::{unit}({number})`"
            )
        }
        Err(message) => message,
    };
    syn::Error::new(literal.span(), message)
}

/// Message for a number with a separate unit, or with a second number.
///
/// Examples are `30 s` and `1h 30m`.
pub(crate) fn split_unit_message(number: &Expr, next: &str) -> Option<String> {
    let Expr::Lit(ExprLit { lit: lit @ (Lit::Int(_) | Lit::Float(_)), .. }) = number else { return None };
    if !next.starts_with(char::is_alphanumeric) {
        return None;
    }
    let joined = format!("{}{next}", lit.to_token_stream());
    match nanos(&joined) {
        Ok(_) => Some(format!("a duration is one word; write `{joined}`")),
        Err(message) => Some(message).filter(|message| message.starts_with("a duration has one unit")),
    }
}

fn is_negative_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => matches!(ungrouped(inner), Expr::Lit(_)),
        _ => false,
    }
}

fn literal_duration(lit: &Lit) -> syn::Result<Length> {
    let span = lit.span();
    let text = match lit {
        Lit::Int(int) => int.to_string(),
        Lit::Float(float) => float.to_string(),
        other => other.to_token_stream().to_string(),
    };
    match lit {
        Lit::Int(int) if int.suffix().is_empty() => whole_seconds(text, span),
        Lit::Int(_) | Lit::Float(_) => {
            let value = nanos(&text).map_err(|message| syn::Error::new(span, message))?;
            Ok(Value::Literal { value, text, span })
        }
        _ => Err(syn::Error::new(
            span,
            match lit {
                Lit::Str(inner) if nanos(&inner.value()).is_ok() => {
                    format!("`{text}` is a string, not a duration; write `{}`", inner.value())
                }
                _ => format!("`{text}` is not a duration; {FORMS}"),
            },
        )),
    }
}

/// Greatest integer that is read as seconds without a unit.
///
/// A greater one is more often meant as milliseconds.
const MAX_BARE_SECONDS: Duration = Duration::from_secs(60);

/// Reads an integer without a unit.
fn whole_seconds(text: String, span: Span) -> syn::Result<Length> {
    const DAY: Duration = Duration::from_nanos(retry_core::units::DAY);
    let value = nanos(&text).map_err(|message| syn::Error::new(span, message))?;
    if value <= MAX_BARE_SECONDS {
        return Ok(Value::Literal { value, text, span });
    }
    let instead = match (value <= DAY, value / 1000 <= DAY) {
        (true, _) => format!("`{text}s` or `{text}ms`"),
        (false, true) => format!("`{text}ms`"),
        (false, false) => "`24h` or less".into(),
    };
    let message = format!("`{text}` has no unit, and a number without one is in seconds; write {instead}");
    Err(syn::Error::new(span, message))
}

/// Parses the text of a literal, exact to the nanosecond.
fn nanos(text: &str) -> Result<Duration, String> {
    let plain = text.replace('_', "");
    if let Some(decimal) = from_radix(&plain) {
        return Err(format!("a duration is a decimal number, not `{text}`; write `{decimal}`"));
    }
    let (number, unit) = split_unit(&plain);
    let Some(scale) = nanos_of(if unit.is_empty() { "s" } else { unit }) else {
        return Err(unknown_unit(text, number, unit));
    };
    decimal(number, scale)
        .map(Duration::from_nanos)
        .ok_or_else(|| format!("a duration must be at most a day, not `{text}`; write `24h` or less"))
}

/// Nanoseconds of a unit.
fn nanos_of(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Rewrites a number of another base as a decimal one: `16s` for `0x10s`.
fn from_radix(text: &str) -> Option<String> {
    let radix = match text.get(..2)? {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    let digits = &text[2..];
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    let number = u64::from_str_radix(&digits[..end], radix).unwrap_or(10);
    Some(format!("{number}{}", &digits[end..]))
}

/// Splits a literal into its number and its unit.
///
/// In `1e3` the `e` starts an exponent, not a unit.
fn split_unit(text: &str) -> (&str, &str) {
    let mut end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.trim_start_matches(['+', '-']);
        let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        if length > 0 {
            end = text.len() - digits.len() + length;
        }
    }
    text.split_at(end)
}

fn unknown_unit(text: &str, number: &str, unit: &str) -> String {
    if let Some(sum) = in_one_unit(&format!("{number}{unit}")) {
        return format!("a duration has one unit, not several as in `{text}`; write `{sum}`");
    }
    if matches!(unit, "f64" | "f32" | "u64" | "u32" | "i32" | "i64" | "usize") {
        return format!("a duration has a unit of time, not `{unit}`; write `{number}` for seconds, or `{number}ms`");
    }
    let lower = unit.to_lowercase();
    let near = match lower.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "ms" | "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => "ms",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "us" | "usec" | "usecs" | "micro" | "micros" | "microsecond" | "microseconds" => "us",
        "ns" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => "ns",
        "d" | "day" | "days" => return format!("unknown unit `{unit}` in `{text}`; write `24h` or less"),
        _ => return format!("unknown unit `{unit}` in `{text}`; write `us`, `ms`, `s`, `m` or `h`"),
    };
    format!("unknown unit `{unit}` in `{text}`; write `{number}{near}`")
}

/// Sums several units: `90m` for `1h30m`, and at most `24h`.
///
/// The lexer reads the number 1 with the unit `h30m`.
fn in_one_unit(text: &str) -> Option<String> {
    const DAY: u128 = 24 * 3_600_000_000_000;
    let (mut rest, mut sum, mut least) = (text, 0_u128, "h");
    while !rest.is_empty() {
        let (number, units) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let (unit, others) = units.split_at(units.find(|c: char| c.is_ascii_digit()).unwrap_or(units.len()));
        sum = sum.checked_add(number.parse::<u128>().ok()?.checked_mul(nanos_of(unit)?)?)?;
        least = if nanos_of(unit) < nanos_of(least) { unit } else { least };
        rest = others;
    }
    if sum > DAY { Some("24h".into()) } else { Some(format!("{}{least}", sum / nanos_of(least)?)) }
}

/// Computes `number * scale` in decimal; `None` if the product exceeds 64 bits.
fn decimal(number: &str, scale: u128) -> Option<u64> {
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (number, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let mut value = if digits.is_empty() { 0 } else { digits.parse::<u128>().ok()? }.checked_mul(scale)?;
    let mut power = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    while power > 0 && value > 0 {
        value = value.checked_mul(10)?;
        power -= 1;
    }
    while power < 0 && value > 0 {
        // Only the last digit decides the rounding: digits before it are never exactly half a nanosecond.
        value = if power == -1 { (value + 5) / 10 } else { value / 10 };
        power += 1;
    }
    u64::try_from(value).ok()
}

/// Returns the constructor of `Duration` and its argument.
///
/// The unit is the largest one that holds the value exactly.
pub(crate) fn in_unit(value: Duration) -> (&'static str, u64) {
    let nanos = retry_core::units::from(value);
    for (unit, scale) in [("from_secs", 1_000_000_000), ("from_millis", 1_000_000), ("from_micros", 1_000)] {
        if nanos % scale == 0 {
            return (unit, nanos / scale);
        }
    }
    ("from_nanos", nanos)
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn every_form_of_a_number_is_exact() {
        for (text, expected) in [
            ("1_000ms", 1_000_000_000),
            ("1e3", 1_000_000_000_000),
            ("1e3s", 1_000_000_000_000),
            ("1E3ms", 1_000_000_000),
            ("1e-3", 1_000_000),
            ("1.5e-3s", 1_500_000),
            ("0.1", 100_000_000),
            ("3.", 3_000_000_000),
            ("0.000_000_001", 1),
            ("0.000_000_000_4", 0),
            ("0.000_000_000_5", 1),
            ("250us", 250_000),
            ("250µs", 250_000),
            ("7ns", 7),
            ("24h", 86_400_000_000_000),
        ] {
            assert_eq!(nanos(text).map(|value| value.as_nanos()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_rejected_with_advice() {
        for (text, instead) in [
            ("0x10s", "`16s`"),
            ("0o17", "`15`"),
            ("1h30m", "`90m`"),
            ("1h30s", "`3630s`"),
            ("5m1h", "`65m`"),
            ("1s500ms", "`1500ms`"),
            ("1h30m10s", "`5410s`"),
            ("3f64", "`3`"),
            ("3u64", "`3`"),
            ("1e400", "`24h`"),
            ("99999999999999999999999h1s", "`24h`"),
            ("25h30m", "`24h`"),
            ("5parsecs", "`us`"),
            ("5Secs", "`5s`"),
            ("1e", "`us`"),
            ("2d", "`24h`"),
        ] {
            let message = nanos(text).unwrap_err();
            let (_, write) = message.split_once("; write ").unwrap();
            assert!(write.starts_with(instead), "{text}: {message}");
        }
    }
}
