//! The key in a request's header.

use core::str::Chars;
use std::string::String;

use ::http::HeaderMap;

use crate::idempotency::layer::Problem;

/// The header that carries a key.
pub(super) const IDEMPOTENCY_KEY: &str = "idempotency-key";

const MOST: usize = 255;

/// The key of a request, if it has one: a structured field string (RFC 9651), whose parameters say nothing; where
/// `unquoted` is set, a token too, which is the same key as its quoted form.
pub(super) fn read(headers: &HeaderMap, unquoted: bool) -> Result<Option<String>, Problem> {
    let mut fields = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(field) = fields.next() else { return Ok(None) };
    if fields.next().is_some() {
        return Err(Problem::Malformed);
    }
    let text = field.to_str().map_err(|_| Problem::Malformed)?.trim_matches(' ');
    let key = parse(text, unquoted).ok_or(Problem::Malformed)?;
    if key.is_empty() || key.len() > MOST { Err(Problem::Malformed) } else { Ok(Some(key)) }
}

fn parse(text: &str, unquoted: bool) -> Option<String> {
    let (key, parameters) = match text.strip_prefix('"') {
        Some(rest) => {
            let mut rest = rest.chars();
            (string(&mut rest)?, rest.as_str())
        }
        None if unquoted => {
            let end = text.find(|c| !is_token(c)).unwrap_or(text.len());
            (text[..end].into(), &text[end..])
        }
        None => return None,
    };
    is_parameters(parameters).then_some(key)
}

/// A string behind its first quote, up to its last one.
fn string(rest: &mut Chars<'_>) -> Option<String> {
    let mut out = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(out),
            '\\' => match rest.next()? {
                escaped @ ('"' | '\\') => out.push(escaped),
                _ => return None,
            },
            plain @ ' '..='~' => out.push(plain),
            _ => return None,
        }
    }
}

/// Whether nothing but parameters follows: a comma outside of a string would begin a second key.
fn is_parameters(text: &str) -> bool {
    let mut rest = text.chars();
    match rest.next() {
        None => return true,
        Some(';') => {}
        Some(_) => return false,
    }
    while let Some(next) = rest.next() {
        match next {
            '"' if string(&mut rest).is_none() => return false,
            ',' => return false,
            _ => {}
        }
    }
    true
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/=".contains(c)
}
