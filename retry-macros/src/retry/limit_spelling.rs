//! Limits of a class that are not written with `up_to`.
//!
//! Only what can never be an item of a list is answered: `Throttled(6)` may be a pattern on the user's own error.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, Lit};

use crate::syntax::duration::duration;
use crate::syntax::literal::Value;
use crate::syntax::spelling::CLASSES;
use crate::syntax::tokens::shown;
use crate::syntax::translation::unit_of;

/// Words that a limit may be meant by.
pub(crate) const OTHER_WORDS: &[&str] = &[
    "upto",
    "up",
    "to",
    "at_most",
    "atmost",
    "at",
    "most",
    "max",
    "maximum",
    "limit",
    "for",
    "within",
    "times",
    "until",
    "x",
    "no",
    "more",
    "than",
    "by",
    "max_attempts",
    "attempts",
    "limited",
    "limited_to",
];

/// Words behind a number.
const UNITS: &[&str] = &["times", "attempts", "tries", "x"];

/// Returns the error of an item whose limit is spelled in another way.
pub(crate) fn error(item: TokenStream) -> Option<syn::Error> {
    let item: Vec<_> = item.into_iter().collect();
    let message = match &item[..] {
        [TokenTree::Ident(word), TokenTree::Group(group)] if is_limit_word(word) => called(word, group)?,
        [first @ TokenTree::Literal(_), middle @ .., TokenTree::Ident(class)] => {
            let times = middle.iter().all(is_connector);
            let limit = limit(std::slice::from_ref(first)).or_else(|| factor(first)).filter(|_| times)?;
            let class = Some(class.to_string()).filter(|name| is_class(name))?;
            format!("a limit stands behind its class; write `{class} up_to {limit}`")
        }
        [TokenTree::Ident(class), rest @ ..] => after_class(class, rest)?,
        _ => return None,
    };
    // The whole item is replaced.
    Some(syn::Error::new_spanned(tokens(&item), message))
}

/// Answers `up_to(Throttled, 6)`.
fn called(word: &Ident, group: &Group) -> Option<String> {
    let parts = parts(group);
    let [one, other] = &parts[..] else { return None };
    let class = |part: &[TokenTree]| match part {
        [TokenTree::Ident(name)] if is_class(&name.to_string()) => Some(name.to_string()),
        [TokenTree::Ident(name), TokenTree::Group(_)] if name == "Status" => Some(shown(&tokens(part))),
        _ => None,
    };
    let (class, limit) = (class(one).zip(limit(other))).or_else(|| class(other).zip(limit(one)))?;
    Some(format!("`{word}` stands between a class and its limit; write `{class} up_to {limit}`"))
}

/// Answers what follows the name of a class.
fn after_class(class: &Ident, rest: &[TokenTree]) -> Option<String> {
    let name = class.to_string();
    match rest {
        [TokenTree::Group(group)] if name == "Status" => inside_status(group),
        [status @ TokenTree::Group(_), rest @ ..] if name == "Status" => {
            behind(&format!("Status{}", shown(&status.to_token_stream())), rest)
        }
        [TokenTree::Group(group)] if is_class(&name) => inside(&name, group),
        _ if is_class(&name) => behind(&name, rest),
        _ => None,
    }
}

/// Answers `Throttled max 6`, `Throttled: 6` and `Throttled up_to 6 times`.
fn behind(class: &str, rest: &[TokenTree]) -> Option<String> {
    let (words, value) = connected(rest);
    let value = if let ([word], true) = (rest, words.is_empty()) { factor(word) } else { limit(value) };
    let is_right = matches!(words, [TokenTree::Ident(word)] if word == "up_to") && rest.len() == 2;
    let (limit, place) = (value?, if words.is_empty() { rest } else { words });
    let word = shown(&tokens(place)).replace(' ', if matches!(place[0], TokenTree::Punct(_)) { "" } else { " " });
    match words {
        _ if is_right => None,
        [] if rest.len() > 1 => None,
        [TokenTree::Ident(up_to)] if up_to == "up_to" => {
            let more = shown(&tokens(&rest[2..]));
            Some(format!("`{more}` follows a limit; write `{class} up_to {limit}`"))
        }
        _ => Some(format!("`{word}` does not limit a class; write `{class} up_to {limit}`")),
    }
}

/// Answers `Throttled(max = 6)`, `Throttled(60s)` and `Throttled[6]`.
fn inside(class: &str, group: &Group) -> Option<String> {
    let content: Vec<_> = group.stream().into_iter().collect();
    let (words, value) = connected(&content);
    let limit = limit(value)?;
    let may_be_pattern = words.is_empty() && limit.parse::<u32>().is_ok();
    if group.delimiter() == Delimiter::Brace || group.delimiter() == Delimiter::Parenthesis && may_be_pattern {
        return None;
    }
    Some(format!("`{class}` is a class, which takes no argument; write `{class} up_to {limit}`"))
}

/// Answers `Status(503, 60s)` and `Status(503 up_to 6)`.
fn inside_status(group: &Group) -> Option<String> {
    let content: Vec<_> = group.stream().into_iter().collect();
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if is_limit_word(word));
    let at = content.iter().position(|token| is_end(token) || is_comma(token)).filter(|at| *at > 0)?;
    let behind = if is_comma(&content[at]) { &content[at + 1..] } else { &content[at..] };
    let (words, value) = connected(behind);
    let limit = limit(value)?;
    let is_status = words.is_empty() && limit.parse::<u32>().is_ok_and(|number| number >= 100);
    let status = shown(&tokens(&content[..at]));
    let message =
        format!("`Status` takes statuses, and a limit stands behind it; write `Status({status}) up_to {limit}`");
    (!is_status).then_some(message)
}

/// Splits the words and signs from the value that they stand before.
fn connected(tokens: &[TokenTree]) -> (&[TokenTree], &[TokenTree]) {
    let at = tokens.iter().position(|token| !is_connector(token)).unwrap_or(tokens.len());
    tokens.split_at(at)
}

fn is_connector(token: &TokenTree) -> bool {
    match token {
        TokenTree::Ident(word) => is_limit_word(word),
        TokenTree::Punct(sign) => ":=<>*".contains(sign.as_char()),
        _ => false,
    }
}

fn is_limit_word(word: &Ident) -> bool {
    word == "up_to" || OTHER_WORDS.iter().any(|other| word == other)
}

/// Returns the limit that tokens say, as it is written behind `up_to`.
///
/// A number that is no limit becomes the nearest one.
fn limit(value: &[TokenTree]) -> Option<String> {
    let (first, behind) = value.split_first()?;
    let expr: Expr = match first {
        TokenTree::Literal(literal) => syn::parse2(literal.to_token_stream()).ok()?,
        TokenTree::Group(group) if behind.is_empty() && group.delimiter() == Delimiter::Parenthesis => {
            return limit(&group.stream().into_iter().collect::<Vec<_>>());
        }
        TokenTree::Ident(name) if behind.is_empty() && is_constant(name) => return Some(name.to_string()),
        _ => return None,
    };
    let Expr::Lit(literal) = &expr else { return None };
    let unit = match behind {
        [] => None,
        [TokenTree::Ident(unit)] if UNITS.iter().any(|times| unit == times) => None,
        [TokenTree::Ident(unit)] => Some(unit_of(&unit.to_string()).or((unit == "m").then_some("m"))?),
        _ => return None,
    };
    match (&literal.lit, unit) {
        (Lit::Int(int), None) if matches!(int.suffix(), "" | "u32") => {
            let number = int.base10_parse::<u32>().unwrap_or(u32::MAX);
            Some(if number < 2 { 3 } else { number.min(100) }.to_string())
        }
        (Lit::Int(int), Some(unit)) if int.suffix().is_empty() => time(&format!("{int}{unit}")),
        (Lit::Int(_) | Lit::Float(_), None) => time(&shown(literal)),
        _ => None,
    }
}

/// Returns a time with its unit, if it is one above zero.
fn time(text: &str) -> Option<String> {
    let has_unit = text.ends_with(char::is_alphabetic);
    let length = duration(&syn::parse_str(text).ok()?).ok()?;
    let is_limit = matches!(length, Value::Literal { value, .. } if !value.is_zero() && value.as_secs() < 24 * 60 * 60);
    (has_unit && is_limit).then(|| text.into())
}

/// Returns the number of `x6` or `6x`.
fn factor(token: &TokenTree) -> Option<String> {
    let text = token.to_string();
    let number = text.strip_prefix('x').or_else(|| text.strip_suffix('x'))?;
    let number = number.parse::<u32>().ok()?;
    Some(number.clamp(2, 100).to_string())
}

fn parts(group: &Group) -> Vec<Vec<TokenTree>> {
    let content: Vec<_> = group.stream().into_iter().collect();
    content.split(is_comma).map(<[TokenTree]>::to_vec).filter(|part| !part.is_empty()).collect()
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',')
}

fn is_constant(name: &Ident) -> bool {
    let name = name.to_string();
    name.len() > 1 && name.starts_with(char::is_uppercase) && !name.contains(char::is_lowercase)
}

fn is_class(name: &str) -> bool {
    name == "transient" || CLASSES.contains(&name)
}

fn tokens(tokens: &[TokenTree]) -> TokenStream {
    tokens.iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(item: &str) -> Option<String> {
        let message = error(item.parse().unwrap())?.to_string();
        let (_, instead) = message.split_once("; write `").expect("an advice");
        Some(instead.trim_end_matches('`').into())
    }

    #[test]
    fn a_misspelt_limit_is_answered_with_its_class_and_its_number() {
        for (class, limit, items) in [
            (
                "Throttled",
                "6",
                "Throttled: 6; Throttled = 6; Throttled == 6; Throttled <= 6; Throttled < 6; Throttled => 6; Throttled max 6;
                 Throttled max = 6; Throttled max(6); Throttled upto 6; Throttled up to 6; Throttled at_most 6;
                 Throttled at most 6; Throttled no more than 6; Throttled x 6; Throttled x6; Throttled * 6; 6 * Throttled;
                 6x Throttled; Throttled limit 6; Throttled limit(6); Throttled up_to = 6; Throttled up_to: 6;
                 Throttled up_to 6 times; Throttled max 6 attempts; Throttled times 6; Throttled(max = 6);
                 Throttled(up_to 6); Throttled(limit: 6); Throttled[6]; up_to(Throttled, 6); up_to(6, Throttled);
                 max(Throttled, 6); limit(Throttled, 6)",
            ),
            (
                "Connect",
                "60s",
                "Connect for 60s; Connect within 60s; Connect until 60s; Connect: 60s; Connect(60s); Connect for 60 s;
                 Connect for 60 seconds; Connect < 60s; up_to(Connect, 60s); Connect up_to = 60s; Connect[60s]",
            ),
            (
                "Status(503)",
                "60s",
                "Status(503, 60s); Status(503) for 60s; Status(503): 60s; Status(503 up_to 60s); Status(503, max = 60s);
                 up_to(Status(503), 60s)",
            ),
            ("Status(500..=599)", "6", "Status(500..=599, 6); Status(500..=599) max 6; Status(500..=599) = 6"),
            ("transient", "6", "transient max 6; transient(max = 6); transient: 6"),
            ("Throttled", "MOST", "Throttled max MOST; Throttled = MOST; up_to(Throttled, MOST)"),
            ("Throttled", "3", "Throttled max 1; Throttled = 0"),
            ("Throttled", "100", "Throttled max 500"),
        ] {
            for item in items.split(';') {
                assert_eq!(written(item), Some(format!("{class} up_to {limit}")), "{item}");
            }
        }
    }

    #[test]
    fn what_may_be_an_item_is_left_alone() {
        for item in "Throttled; Throttled up_to 6; Throttled up_to 60s; Throttled up_to (6); Throttled up_to MOST; Throttled(6);
            Throttled(_); Throttled { .. }; Throttled { max: 6 }; Throttled(n) if n > 6; Throttled | Connect; Status(503);
            Status(503, 504); Status(500..=599) up_to 3; Status(503 | 504); E::Throttled(6); max(n); max; Busy(6); Busy max 6;
            Throttled up_to -3; Throttled max; 6; (Throttled, 6); error(Throttled(6)); x"
            .split(';')
        {
            assert_eq!(written(item), None, "{item}");
        }
    }
}
