//! Fingerprint of a request.
//!
//! It is equal for a request and its true resends, which a client may write in another way.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use crate::http::multipart;
use crate::protocol::{Fingerprint, canonical_json};

/// Returns the fingerprint of a request to an operation.
///
/// The content type is the only header that counts: a trace id, a date or a token may differ between a request and its
/// resend.
pub(super) fn fingerprint(operation: &str, parts: &Parts, body: &[u8]) -> Fingerprint {
    let content_type = content_type(&parts.headers);
    let kind = lower_case(content_type.split(';').next().unwrap_or_default().trim());
    Fingerprint::of_parts(&[
        parts.method.as_str().as_bytes(),
        operation.as_bytes(),
        &path(parts.uri.path()),
        &pairs(parts.uri.query().unwrap_or_default().as_bytes()),
        kind.as_bytes(),
        &canonical_body(&kind, content_type, body),
    ])
}

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// Returns the same bytes for every way to write the content.
///
/// The body stays as it is if its form is unknown or faulty.
fn canonical_body<'a>(kind: &str, content_type: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    if kind == "application/json" || kind.ends_with("+json") {
        canonical_json(body)
    } else if kind == "application/x-www-form-urlencoded" {
        pairs(body)
    } else if kind.starts_with("multipart/") {
        multipart::canonical(content_type, body).map_or(Cow::Borrowed(body), Cow::Owned)
    } else {
        body.into()
    }
}

fn lower_case(text: &str) -> Cow<'_, str> {
    let has_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    if has_upper { text.to_ascii_lowercase().into() } else { text.into() }
}

/// Returns a path in which only those bytes are escaped that have to be.
fn path(path: &str) -> Cow<'_, [u8]> {
    if !path.contains('%') {
        return path.as_bytes().into();
    }
    let mut out = Vec::with_capacity(path.len());
    for byte in bytes(path.as_bytes()) {
        match byte {
            Byte::Plain(byte) => out.push(byte),
            // An escaped slash is not one that separates segments.
            Byte::Escaped(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(byte),
            Byte::Escaped(byte) => escape(byte, &mut out),
        }
    }
    out.into()
}

/// Returns the pairs of a query or a form, in which a space may be `+` or `%20`.
fn pairs(text: &[u8]) -> Cow<'_, [u8]> {
    if text.is_empty() {
        return text.into();
    }
    let mut out = Vec::with_capacity(text.len());
    for byte in bytes(text) {
        match byte {
            Byte::Plain(b'+') => out.extend_from_slice(b"%20"),
            Byte::Plain(byte @ (b'&' | b'=')) => out.push(byte),
            Byte::Plain(byte) | Byte::Escaped(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(byte);
            }
            Byte::Plain(byte) | Byte::Escaped(byte) => escape(byte, &mut out),
        }
    }
    out.into()
}

/// Byte of a text with percent-encoding.
#[derive(Clone, Copy)]
enum Byte {
    Plain(u8),
    Escaped(u8),
}

fn bytes(text: &[u8]) -> impl Iterator<Item = Byte> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (&first, tail) = rest.split_first()?;
        if let (b'%', Some(byte)) = (first, tail.first_chunk().and_then(|digits| hex_byte(*digits))) {
            rest = &tail[2..];
            return Some(Byte::Escaped(byte));
        }
        rest = tail;
        Some(Byte::Plain(first))
    })
}

fn hex_byte(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(&[b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, kind: &str, body: &str) -> Fingerprint {
        let request = http::Request::post(uri).header(CONTENT_TYPE, kind).body(()).unwrap();
        fingerprint("", &request.into_parts().0, body.as_bytes())
    }

    #[test]
    fn a_path_is_compared_by_its_segments() {
        let of = |path| of(path, "", "");
        assert_eq!(of("/~a/caf%c3%a9"), of("/%7Ea/caf%C3%A9"));
        assert_ne!(of("/a%2Fb"), of("/a/b"));
        assert_ne!(of("/a+b"), of("/a%20b"), "a plus is a plus in a path");
        assert_ne!(of("/a%"), of("/a%25"));
    }

    #[test]
    fn a_query_and_a_form_are_compared_by_their_pairs() {
        let of_form = |text: &str| of("/", "application/x-www-form-urlencoded; charset=utf-8", text);
        let of_query = |text: &str| of(&format!("/?{text}"), "", "");
        for (one, other) in [("a=1+2&b=%7e", "a=1%202&b=~"), ("%61=%C3%A9", "a=%c3%a9"), ("a=!%2a", "a=%21*")] {
            assert_eq!(of_form(one), of_form(other), "{one}");
            assert_eq!(of_query(one), of_query(other), "{one}");
        }
        for (one, other) in
            [("a=1+2", "a=1%2B2"), ("a=1&b=2", "a=1%26b=2"), ("a&b", "b&a"), ("a", "a="), ("a%3D1", "a=1")]
        {
            assert_ne!(of_form(one), of_form(other), "{one}");
            assert_ne!(of_query(one), of_query(other), "{one}");
        }
        assert_ne!(of("/", "text/plain", "a+b"), of("/", "text/plain", "a%20b"));
    }
}
