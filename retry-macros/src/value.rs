//! Values: durations and numbers, as literals or as expressions.

use std::time::Duration;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

/// A value that is a literal, or an expression that the compiler will know.
#[derive(Clone)]
pub(crate) enum Value<T> {
    Known { value: T, text: String, span: Span },
    Const(Expr),
}

impl<T> Value<T> {
    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Const(_) => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Known { span, .. } => *span,
            Self::Const(expr) => expr.span(),
        }
    }
}

/// An expression, as a person would write it.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" . ", ".")
        .replace(" (", "(")
        .replace("( ", "(")
        .replace(" )", ")")
        .replace(" ,", ",")
        .replace("& ", "&");
    text.strip_prefix("- ").map_or(text.clone(), |number| format!("-{number}"))
}

/// A duration in nanoseconds: a literal with or without a unit, or an expression.
pub(crate) fn duration(expr: &Expr) -> syn::Result<Value<Duration>> {
    let expr = ungrouped(expr);
    if is_negative_literal(expr) {
        return Err(syn::Error::new_spanned(
            expr,
            format!("a duration cannot be negative, as `{}` is; write one above zero", shown(expr)),
        ));
    }
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => literal_duration(lit),
        _ => Ok(Value::Const(expr.clone())),
    }
}

fn is_negative_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => matches!(ungrouped(inner), Expr::Lit(_)),
        _ => false,
    }
}

fn literal_duration(lit: &Lit) -> syn::Result<Value<Duration>> {
    let (text, span) = (lit.to_token_stream().to_string(), lit.span());
    match lit {
        Lit::Int(_) | Lit::Float(_) => {
            let value = nanos(&text).map_err(|words| syn::Error::new(span, words))?;
            Ok(Value::Known { value, text, span })
        }
        _ => Err(syn::Error::new(
            span,
            match lit {
                Lit::Str(inner) if nanos(&inner.value()).is_ok() => {
                    format!("`{text}` is a text and no duration; write `{}`", inner.value())
                }
                _ => format!("`{text}` is no duration; write seconds as in `0.5`, or a unit as in `500ms`"),
            },
        )),
    }
}

/// The duration that a literal's text names, exact to the nanosecond.
fn nanos(text: &str) -> Result<Duration, String> {
    let plain = text.replace('_', "");
    if let Some(decimal) = from_radix(&plain) {
        return Err(format!("a duration is a decimal number, not `{text}`; write `{decimal}`"));
    }
    let (number, unit) = split_unit(&plain);
    let scale: u128 = match unit {
        "" | "s" => 1_000_000_000,
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err(unknown_unit(text, number, unit)),
    };
    decimal(number, scale)
        .map(Duration::from_nanos)
        .ok_or_else(|| format!("a duration must be at most a day, not `{text}`; write `24h` or less"))
}

/// The same duration with a decimal number, if the number has another base: `16s` for `0x10s`.
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

/// The number of a literal, and the letters behind it: `1e3` has an exponent and no unit.
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
    if let Some(sum) = in_one_unit(number, unit) {
        return format!("a duration has one unit, not two as in `{text}`; write `{sum}`");
    }
    if matches!(unit, "f64" | "f32" | "u64" | "u32" | "i32" | "i64" | "usize") {
        return format!("a duration has a unit of time, not `{unit}`; write `{number}` for seconds, or `{number}ms`");
    }
    let near = match unit {
        "sec" | "secs" | "second" | "seconds" => "s",
        "msec" | "millis" | "milliseconds" => "ms",
        "min" | "mins" | "minute" | "minutes" => "m",
        "hr" | "hrs" | "hour" | "hours" => "h",
        "usec" | "micros" => "us",
        _ => return format!("unknown unit `{unit}` in `{text}`; write `us`, `ms`, `s`, `m` or `h`"),
    };
    format!("unknown unit `{unit}` in `{text}`; write `{number}{near}`")
}

/// `90m` for `1h30m`, of which the lexer makes the number 1 with the unit `h30m`.
fn in_one_unit(number: &str, unit: &str) -> Option<String> {
    let first: u64 = number.parse().ok()?;
    for (large, small, scale) in [("h", "m", 60), ("h", "s", 3600), ("m", "s", 60), ("s", "ms", 1000)] {
        let second =
            unit.strip_prefix(large).and_then(|rest| rest.strip_suffix(small)).and_then(|two| two.parse::<u64>().ok());
        if let Some(second) = second {
            return Some(format!("{}{small}", first.checked_mul(scale)?.checked_add(second)?));
        }
    }
    None
}

/// `number * scale` without rounding to binary; `None` above what 64 bits hold.
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
        // The last digit rounds; all before it cannot be halves of a nanosecond.
        value = if power == -1 { (value + 5) / 10 } else { value / 10 };
        power += 1;
    }
    u64::try_from(value).ok()
}

/// A whole number.
pub(crate) fn count(expr: &Expr, what: &str) -> syn::Result<Value<u32>> {
    let expr = ungrouped(expr);
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if matches!(int.suffix(), "" | "u32") => {
            let text = int.to_string();
            let value = int.base10_parse().unwrap_or(u32::MAX);
            Ok(Value::Known { value, text, span: int.span() })
        }
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => Err(syn::Error::new_spanned(
            expr,
            format!("`{what}` is a whole number, not `{}`; write `{what} = 3`", shown(expr)),
        )),
        _ => Ok(Value::Const(expr.clone())),
    }
}

/// A number that may have a fraction.
pub(crate) fn number(expr: &Expr, what: &str) -> syn::Result<Value<f64>> {
    let expr = ungrouped(expr);
    let (negative, inner) = match expr {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr: inner, .. }) => (true, ungrouped(inner)),
        _ => (false, expr),
    };
    let parsed = match inner {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => int.base10_parse::<f64>().ok(),
        Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if matches!(float.suffix(), "" | "f64") => {
            float.base10_parse::<f64>().ok()
        }
        Expr::Lit(_) => None,
        _ => return Ok(Value::Const(expr.clone())),
    };
    let Some(value) = parsed else {
        return Err(syn::Error::new_spanned(
            expr,
            format!("{what} is a plain number, not `{}`; write one as in `2` or `0.25`", shown(expr)),
        ));
    };
    Ok(Value::Known { value: if negative { -value } else { value }, text: shown(expr), span: expr.span() })
}

/// The expression without parentheses, and without the invisible groups that a `macro_rules` fragment leaves around it.
pub(crate) fn ungrouped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => ungrouped(&group.expr),
        Expr::Paren(paren) => ungrouped(&paren.expr),
        _ => expr,
    }
}

/// Whether one of these names stands anywhere in the tokens, other than at the head of a path: `self::LIMITS` does not
/// name `self`.
pub(crate) fn names_any(tokens: TokenStream, names: &[String]) -> bool {
    first_name(tokens, &|name| names.iter().any(|other| other == name)).is_some()
}

/// The first identifier of which this is true, however deep it stands; `self` at the head of a path is none.
pub(crate) fn first_name(tokens: TokenStream, is_it: &impl Fn(&str) -> bool) -> Option<proc_macro2::Ident> {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let found = match token {
            TokenTree::Ident(ident) => {
                let is_head =
                    ident == "self" && matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == ':');
                (!is_head && is_it(&ident.to_string())).then_some(ident)
            }
            TokenTree::Group(group) => first_name(group.stream(), is_it),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
