//! Fingerprints of requests: equal for each way to write one content, and different for another one.

use std::fmt::Write;

use axum_core::body::Body;
use http::Request;
use http::header::CONTENT_TYPE;
use retry_idempotency::Fingerprint;
use serde_json::Value;

use crate::input::Input;
use crate::service::{KEY, Service};

fn post(uri: &str, kind: &str, body: impl Into<Body>) -> Option<Request<Body>> {
    Request::post(uri).header(CONTENT_TYPE, kind).header("idempotency-key", KEY).body(body.into()).ok()
}

fn is_resend(kind: &str, bodies: [&[u8]; 2]) -> bool {
    Service::in_memory().is_resend(bodies.map(|body| post("/", kind, body.to_vec()).unwrap()))
}

/// JSON whose numbers are texts.
#[derive(Clone, PartialEq)]
enum Json {
    Plain(&'static str),
    Text(String),
    List(Vec<Json>),
    /// Members with different names.
    Object(Vec<(String, Json)>),
}

const PLAIN: [&str; 12] =
    ["null", "true", "false", "0", "-0", "1", "1.0", "1e2", "100", "0.10", "12345678901234567890.1", "-1E-7"];
const TEXTS: [&str; 8] = ["a", "/", "é", "\u{1f600}", "\"", "\\", "\n", "\u{7f}"];

impl Json {
    fn read(input: &mut Input<'_>, depth: u8) -> Self {
        match input.below(if depth == 0 { 2 } else { 4 }) {
            0 => Self::Plain(input.one_of(&PLAIN)),
            1 => Self::Text(input.text(&TEXTS)),
            2 => Self::List((0..input.below(4)).map(|_| Self::read(input, depth - 1)).collect()),
            _ => {
                let mut members: Vec<(String, Self)> = Vec::new();
                for _ in 0..input.below(4) {
                    let name = input.text(&TEXTS);
                    let value = Self::read(input, depth - 1);
                    if members.iter().all(|(known, _)| *known != name) {
                        members.push((name, value));
                    }
                }
                Self::Object(members)
            }
        }
    }

    /// Writes one of the texts that mean this.
    fn write(&self, style: &mut Input<'_>, out: &mut String) {
        space(style, out);
        match self {
            Self::Plain(text) => out.push_str(text),
            Self::Text(text) => write_text(text, style, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    item.write(style, out);
                }
                space(style, out);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                let (first, last) = members.split_at(style.below(members.len() + 1));
                for (at, (name, value)) in last.iter().chain(first).enumerate() {
                    out.push_str(if at > 0 { "," } else { "" });
                    space(style, out);
                    write_text(name, style, out);
                    space(style, out);
                    out.push(':');
                    value.write(style, out);
                }
                out.push('}');
            }
        }
        space(style, out);
    }
}

fn space(style: &mut Input<'_>, out: &mut String) {
    out.push_str(style.one_of(&["", "", "", " ", "\n", "\t\r "]));
}

fn write_text(text: &str, style: &mut Input<'_>, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        let must = matches!(character, '"' | '\\') || character < ' ';
        match style.below(3) {
            0 if !must => out.push(character),
            1 if matches!(character, '"' | '\\' | '/') => out.extend(['\\', character]),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let _ =
                        if style.below(2) == 0 { write!(out, "\\u{unit:04x}") } else { write!(out, "\\u{unit:04X}") };
                }
            }
        }
    }
    out.push('"');
}

pub(crate) fn json(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let value = Json::read(&mut input, 4);
    let write = |value: &Json, style: &mut Input<'_>| {
        let mut text = String::new();
        value.write(style, &mut text);
        text
    };
    let [one, other] = [write(&value, &mut input), write(&value, &mut input)];
    assert!(is_resend("application/json; charset=utf-8", [one.as_bytes(), other.as_bytes()]), "{one}\nis not\n{other}");
    let of = |text: &str| Fingerprint::of(&serde_json::from_str::<Value>(text).unwrap()).unwrap();
    assert_eq!(of(&one), of(&other));

    let changed = Json::List(vec![value.clone(), Json::Plain("0")]);
    assert!(!is_resend("application/json", [one.as_bytes(), write(&changed, &mut input).as_bytes()]), "{one}");
    let another = Json::read(&mut input, 2);
    if !has_same_content(&value, &another) {
        let another = write(&another, &mut input);
        assert!(!is_resend("application/json", [one.as_bytes(), another.as_bytes()]), "{one}\nis\n{another}");
    }
}

fn has_same_content(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::List(one), Json::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| has_same_content(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            let has = |(name, value): &(String, Json)| {
                other.iter().any(|(known, other)| known == name && has_same_content(value, other))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        (one, other) => one == other,
    }
}

#[rustfmt::skip]
const TOKENS: [&str; 24] = [
    "{", "}", "[", "]", ",", ":", "\"", "\\u0061", "\\", "\"a\"", "\"a\":", "\"b\":1", "0", "1", ".0", "e", "-", "null", "true",
    " ", "{}", "[]", "{\"a\":1}", "\u{feff}",
];

/// Texts that need not be JSON: the same bytes are the same request, and two meanings are two.
pub(crate) fn json_text(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let [one, other] = [input.text(&TOKENS), input.text(&TOKENS)];
    assert!(is_resend("application/json", [one.as_bytes(); 2]), "{one}");
    let parsed = [&one, &other].map(|text| serde_json::from_str::<Value>(text).ok());
    if one != other && parsed[0] != parsed[1] {
        assert!(!is_resend("application/json", [one.as_bytes(), other.as_bytes()]), "{one}\nis\n{other}");
    }
}

/// Writes bytes with percent-encoding, where they may be plain also without.
fn escaped(bytes: &[u8], has_plus: bool, style: &mut Input<'_>) -> String {
    let mut out = String::new();
    for byte in bytes {
        match (byte, style.below(3)) {
            (b' ', 0) if has_plus => out.push('+'),
            (plain, 0 | 1) if plain.is_ascii_alphanumeric() || b"-._~".contains(plain) => out.push(char::from(*plain)),
            (byte, 2) => drop(write!(out, "%{byte:02x}")),
            (byte, _) => drop(write!(out, "%{byte:02X}")),
        }
    }
    out
}

pub(crate) fn pairs(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut pairs: Vec<_> = (0..=input.below(3)).map(|_| [input.bytes(4), input.bytes(4)]).collect();
    let write = |pairs: &[[Vec<u8>; 2]], input: &mut Input<'_>| {
        let pairs = pairs.iter().map(|pair| pair.each_ref().map(|part| escaped(part, true, input)).join("="));
        pairs.collect::<Vec<_>>().join("&")
    };
    let [one, other] = [write(&pairs, &mut input), write(&pairs, &mut input)];
    let at = input.below(pairs.len());
    pairs[at][input.below(2)].push(input.byte());
    let changed = write(&pairs, &mut input);
    let form =
        |one: &str, other: &str| is_resend("application/x-www-form-urlencoded", [one.as_bytes(), other.as_bytes()]);
    let query = |one: &str, other: &str| {
        Service::in_memory().is_resend([one, other].map(|query| post(&format!("/?{query}"), "", "").unwrap()))
    };
    assert!(form(&one, &other) && query(&one, &other), "{one}\nis not\n{other}");
    assert!(!form(&one, &changed) && !query(&one, &changed), "{one}\nis\n{changed}");
}

pub(crate) fn path(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut segments: Vec<_> = (0..=input.below(3)).map(|_| input.bytes(4)).collect();
    let write = |segments: &[Vec<u8>], input: &mut Input<'_>| {
        segments.iter().flat_map(|segment| ["/".into(), escaped(segment, false, input)]).collect::<String>()
    };
    let [one, other] = [write(&segments, &mut input), write(&segments, &mut input)];
    let at = input.below(segments.len());
    segments[at].push(input.byte());
    let changed = write(&segments, &mut input);
    let same =
        |one: &str, other: &str| Service::in_memory().is_resend([one, other].map(|path| post(path, "", "").unwrap()));
    assert!(same(&one, &other), "{one}\nis not\n{other}");
    assert!(!same(&one, &changed), "{one}\nis\n{changed}");
}

const PART: [&str; 8] = ["Content-Disposition: form-data; name=\"a\"", "\r\n\r\n", "\r\n", "--", "-", "\n", "\0", "é"];
const BOUNDARIES: [&str; 5] = ["xYz", "----WebKitFormBoundary7MA4YWxkTrZu0gW", "x y", "''()+_,-./:=?", "QQQQ"];

pub(crate) fn multipart(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut parts: Vec<_> = (0..=input.below(3)).map(|_| input.text(&PART)).collect();
    let write = |parts: &[String], input: &mut Input<'_>| {
        let boundary = input.one_of(&BOUNDARIES);
        let mut body = String::from(input.one_of(&["", "preamble\r\n"]));
        for part in parts {
            let _ = write!(body, "--{boundary}{}\r\n{part}\r\n", input.one_of(&["", " ", "\t"]));
        }
        let _ = write!(body, "--{boundary}--{}", input.one_of(&["", "\r\n", "epilogue"]));
        let kind = input.one_of(&["multipart/form-data", "Multipart/Form-Data; charset=\"utf-8\""]);
        (format!("{kind}; boundary=\"{boundary}\""), body)
    };
    let [one, other] = [write(&parts, &mut input), write(&parts, &mut input)];
    let at = input.below(parts.len());
    parts[at].push(input.one_of(&['x', '\n', '-']));
    let changed = write(&parts, &mut input);
    let same = |one: &(String, String), other: &(String, String)| {
        Service::in_memory().is_resend([one, other].map(|(kind, body)| post("/", kind, body.clone()).unwrap()))
    };
    if parts.iter().any(|part| BOUNDARIES.iter().any(|boundary| part.contains(boundary))) {
        return;
    }
    assert!(same(&one, &other), "{one:?}\nis not\n{other:?}");
    assert!(!same(&one, &changed), "{one:?}\nis\n{changed:?}");
}

#[rustfmt::skip]
const FORM: [&str; 16] = [
    "--a", "--a--", "--a\r\n", "\r\n--a\r\n", "\r\n--a--", "\r\n", " ", "\t", "a", "--", "-", "part", "\r", "\n", "--ab", "\0",
];

/// Faulty bodies: the same bytes are the same request.
pub(crate) fn multipart_text(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let kind = format!(
        "multipart/form-data{}",
        input.text(&["; boundary=a", "; boundary=\"a\"", ";", "=", "\"", "boundary="])
    );
    let body = input.text(&FORM);
    if let (Some(one), Some(other)) = (post("/", &kind, body.clone()), post("/", &kind, body.clone())) {
        assert!(Service::in_memory().is_resend([one, other]), "{kind} {body:?}");
    }
}
