//! Parser of the `Idempotency-Key` header.

use core::str::Chars;

use http::HeaderMap;

use crate::http::Problem;

/// Header that carries a key.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

const MAX_KEY: usize = 255;

/// Returns the key of a request, if it has one.
///
/// It is a structured field string (RFC 9651), whose parameters are ignored.
///
/// If `allows_unquoted` is set it may be unquoted too, and is the same key as its quoted form. It has no parameters then, so that
/// `order;1` and `order;2` are two keys.
pub(super) fn read(headers: &HeaderMap, allows_unquoted: bool) -> Result<Option<String>, Problem> {
    let mut fields = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(field) = fields.next() else { return Ok(None) };
    if fields.next().is_some() {
        return Err(Problem::Malformed);
    }
    let text = field.to_str().map_err(|_| Problem::Malformed)?.trim_matches(' ');
    let key = parse(text, allows_unquoted).ok_or(Problem::Malformed)?;
    if key.is_empty() || key.len() > MAX_KEY { Err(Problem::Malformed) } else { Ok(Some(key)) }
}

fn parse(text: &str, allows_unquoted: bool) -> Option<String> {
    let (key, parameters) = match text.strip_prefix('"') {
        Some(rest) => {
            let mut rest = rest.chars();
            (string(&mut rest)?, rest.as_str())
        }
        None if allows_unquoted && text.chars().all(|c| matches!(c, ' '..='~')) => (text.into(), ""),
        None => return None,
    };
    is_parameters(parameters).then_some(key)
}

/// Parses a string after its opening quote, up to its closing one.
fn string(rest: &mut Chars<'_>) -> Option<String> {
    let mut out = String::with_capacity(rest.as_str().len());
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

/// Returns true if only parameters follow.
///
/// A comma outside a string would begin a second key.
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
