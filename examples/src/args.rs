//! Words of a command line, and what to write instead of wrong ones.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use lexopt::{Arg, Parser};

/// The value of `option`, a whole number in `range`.
///
/// # Errors
///
/// The fault, and what to write instead.
pub fn number<N: FromStr + PartialOrd + Display>(
    words: &mut Parser,
    option: &str,
    range: RangeInclusive<N>,
) -> Result<N, String> {
    let (least, most) = (range.start(), range.end());
    let instead = format!("write a whole number from {least} to {most}");
    let Ok(value) = words.value() else { return Err(format!("`{option}` needs a value; {instead}")) };
    let number = value.to_str().and_then(|value| value.parse().ok()).filter(|number| range.contains(number));
    number.ok_or_else(|| format!("`{option}` is `{}`; {instead}", value.to_string_lossy()))
}

/// Message about a word that cannot be parsed.
pub fn unreadable(error: &lexopt::Error) -> String {
    match error {
        lexopt::Error::UnexpectedValue { option, value } => {
            format!("`{option}` takes no value, not `{}`; write `{option}`", value.to_string_lossy())
        }
        error => error.to_string(),
    }
}

/// Message about an unknown option; `options` says what to write instead.
pub fn unknown(word: &Arg<'_>, options: &str) -> String {
    let word = match word {
        Arg::Short(option) => format!("option `-{option}`"),
        Arg::Long(option) => format!("option `--{option}`"),
        Arg::Value(value) => format!("argument `{}`", value.to_string_lossy()),
    };
    format!("unknown {word}; write {options}")
}
