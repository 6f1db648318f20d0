//! Values as text, which is read as the attribute reads them.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use core::fmt;
use core::time::Duration;

use crate::error::PolicyError;
use crate::fixed_text::FixedText;
use crate::units::{self, DAY, SECOND};

/// Error of a text that is not a policy, or a part of one.
///
/// It says what is wrong and what to write instead, in the words of the compiler.
///
/// ```
/// use retry_runtime::Backoff;
///
/// let error = "expo(100ms, 10s)".parse::<Backoff>().unwrap_err();
/// assert!(error.to_string().starts_with("`expo(100ms, 10s)` is not a backoff; write `exp(100ms, 10s)`"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// Message in which `{}` stands for the text.
    message: &'static str,
    text: Excerpt,
}

/// Most bytes of a text that its error shows.
const MAX_SHOWN: usize = 47;

/// First bytes of a text: valid UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Excerpt {
    bytes: [u8; MAX_SHOWN],
    length: u8,
    is_cut: bool,
}

impl ParseError {
    /// Creates the error of `text`, which replaces `{}` in the message.
    pub(crate) fn new(message: &'static str, text: &str) -> Self {
        let mut length = text.len().min(MAX_SHOWN);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        let mut bytes = [0; MAX_SHOWN];
        bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
        let is_cut = length < text.len();
        #[allow(clippy::cast_possible_truncation)] // at most MAX_SHOWN
        let length = length as u8;
        Self { message, text: Excerpt { bytes, length, is_cut } }
    }
}

impl From<PolicyError> for ParseError {
    fn from(error: PolicyError) -> Self {
        Self::new(error.message(), error.times_text(FixedText::<MAX_SHOWN>::NEW).as_str())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = core::str::from_utf8(&self.text.bytes[..usize::from(self.text.length)]).unwrap_or("");
        let mut parts = self.message.split("{}");
        formatter.write_str(parts.next().unwrap_or(""))?;
        for part in parts {
            write!(formatter, "{shown}{}{part}", if self.text.is_cut { ".." } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ParseError({self})")
    }
}

impl core::error::Error for ParseError {}

/// A word, and the arguments in parentheses behind it: `exp(100ms, 10s)`.
pub(crate) struct Named<'a> {
    /// The whole text, for messages.
    pub(crate) text: &'a str,
    pub(crate) name: &'a str,
    /// Arguments that have not been read; `None` without any.
    left: Option<&'a str>,
}

impl<'a> Named<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let text = text.trim();
        match text.strip_suffix(')').and_then(|open| open.split_once('(')) {
            Some((name, left)) => Self { text, name: name.trim(), left: Some(left) },
            None => Self { text, name: text, left: None },
        }
    }

    /// Returns the next argument.
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let (first, others) = first_of(self.left?);
        self.left = others;
        Some(first)
    }

    /// Returns the next argument; `usage` is the message if there is none.
    pub(crate) fn argument(&mut self, usage: &'static str) -> Result<&'a str, ParseError> {
        self.next().filter(|argument| !argument.is_empty()).ok_or_else(|| ParseError::new(usage, self.text))
    }

    /// Returns the next argument, a duration.
    pub(crate) fn duration(&mut self, usage: &'static str) -> Result<Duration, ParseError> {
        duration(self.argument(usage)?)
    }

    /// Returns the value of the next argument if it is the setting `name`.
    pub(crate) fn setting(&mut self, name: &str) -> Option<&'a str> {
        let (first, others) = first_of(self.left?);
        let (key, value) = setting(first)?;
        (key == name).then(|| {
            self.left = others;
            value
        })
    }

    /// Rejects arguments that have not been read.
    pub(crate) fn end(&self, usage: &'static str) -> Result<(), ParseError> {
        if self.left.is_none() { Ok(()) } else { Err(ParseError::new(usage, self.text)) }
    }
}

/// Splits a list at its first comma outside parentheses.
///
/// A comma at the end is allowed.
pub(crate) fn first_of(list: &str) -> (&str, Option<&str>) {
    let mut depth = 0_i32;
    for (index, byte) in list.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 0 => {
                let others = &list[index + 1..];
                return (list[..index].trim(), (!others.trim().is_empty()).then_some(others));
            }
            _ => {}
        }
    }
    (list.trim(), None)
}

/// Splits `name = value`.
pub(crate) fn setting(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| (name, value.trim()))
}

/// Parses a number without a unit; `usage` is the message if it is none.
pub fn number(text: &str, usage: &'static str) -> Result<f64, ParseError> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|_| is_plain).ok_or_else(|| ParseError::new(usage, text))
}

/// Greatest integer that is read as seconds without a unit.
const MAX_BARE_SECONDS: u64 = 60 * SECOND;

/// Parses a duration: a number of seconds, or a number with a unit.
pub fn duration(text: &str) -> Result<Duration, ParseError> {
    const TOO_LONG: &str = "a duration must be at most a day, not `{}`; write `24h` or less";
    let Some(Decimal { digits, exponent, is_integer, unit }) = Decimal::new(text) else {
        return Err(ParseError::new(
            "`{}` is not a duration; write seconds as in `0.5`, or a unit as in `500ms`",
            text,
        ));
    };
    let scale = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "" | "s" => SECOND,
        "m" => 60 * SECOND,
        "h" => 3600 * SECOND,
        _ => return Err(ParseError::new("unknown unit in `{}`; write one of `us`, `ms`, `s`, `m` or `h`", text)),
    };
    let nanos = scaled(digits, exponent, scale).filter(|&nanos| nanos <= DAY);
    let nanos = nanos.ok_or_else(|| ParseError::new(TOO_LONG, text))?;
    if unit.is_empty() && nanos > MAX_BARE_SECONDS && is_integer {
        return Err(ParseError::new(
            "`{}` has no unit, and a number without one is in seconds; write `{}s` or `{}ms`",
            text,
        ));
    }
    Ok(Duration::from_nanos(nanos))
}

/// A number as Rust writes it, `1_000`, `0.5` or `1e-3`, and its unit.
struct Decimal<'a> {
    /// The number is `digits * 10^exponent`.
    digits: Option<u128>,
    exponent: i32,
    is_integer: bool,
    unit: &'a str,
}

impl<'a> Decimal<'a> {
    /// Returns `None` if the text does not begin with a digit.
    fn new(text: &'a str) -> Option<Self> {
        text.starts_with(|first: char| first.is_ascii_digit()).then_some(())?;
        let (mut digits, mut exponent, mut is_integer) = (Some(0_u128), 0_i32, true);
        let mut end = 0;
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.and_then(|digits| digits.checked_mul(10)?.checked_add(u128::from(byte - b'0')));
                    exponent -= i32::from(!is_integer);
                }
                b'.' if is_integer => is_integer = false,
                b'_' => {}
                _ => break,
            }
            end += 1;
        }
        let mut unit = &text[end..];
        if let Some((power, rest)) = unit.strip_prefix(['e', 'E']).and_then(power) {
            (exponent, is_integer, unit) = (exponent.saturating_add(power), false, rest);
        }
        Some(Self { digits, exponent, is_integer, unit })
    }
}

/// Splits the power of ten behind an `e`: `-3s`.
fn power(text: &str) -> Option<(i32, &str)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let end = unsigned.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(unsigned.len());
    let power: i32 = unsigned[..end].parse().ok()?;
    Some((if text.starts_with('-') { -power } else { power }, &unsigned[end..]))
}

/// Computes `digits * 10^exponent * scale`, rounded.
///
/// The result is `None` if there are too many digits.
fn scaled(digits: Option<u128>, exponent: i32, scale: u64) -> Option<u64> {
    let digits = digits.filter(|digits| *digits < 10_u128.pow(18))?;
    let product = digits * u128::from(scale);
    let unit = 10_u128.checked_pow(exponent.unsigned_abs());
    Some(units::clip(match (exponent, unit) {
        (0.., _) if digits == 0 => 0,
        (0.., Some(unit)) => product.saturating_mul(unit),
        (0.., None) => u128::MAX,
        (_, Some(unit)) => (product + unit / 2) / unit,
        (_, None) => 0,
    }))
}
