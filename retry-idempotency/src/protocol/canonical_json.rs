//! Canonical JSON: the same bytes for every order of the members of an object.

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Nesting of arrays and objects that `serde_json` itself reads.
const MAX_DEPTH: u32 = 128;

/// Removes the space between tokens and sorts the members of each object by name.
///
/// Returns the bytes unchanged if they are not JSON, nest too deep, or contain an object with two members of one name.
///
/// Strings are compared by their meaning: `"a"` and `"\u0061"` are one. Numbers keep the text that was sent: to the receiver 1
/// and 1.0 may be two requests.
pub(crate) fn canonical_json(json: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::with_capacity(json.len());
    let written = serde_json::from_slice::<&RawValue>(json).and_then(|value| write(value, MAX_DEPTH, &mut out));
    if written.is_ok() { out.into() } else { json.into() }
}

fn write(value: &RawValue, depth: u32, out: &mut Vec<u8>) -> serde_json::Result<()> {
    let text = value.get();
    let deeper = || depth.checked_sub(1).ok_or_else(|| serde_json::Error::custom("too deep"));
    match text.as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(text)?;
            let depth = deeper()?;
            list(*b"{}", members, out, |(name, value), out| {
                serde_json::to_writer(&mut *out, &name)?;
                out.push(b':');
                write(value, depth, out)
            })
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(text)?;
            let depth = deeper()?;
            list(*b"[]", items, out, |item, out| write(item, depth, out))
        }
        Some(b'"') => match serde_json::from_str::<Cow<'_, str>>(text) {
            Ok(string) => serde_json::to_writer(out, &string),
            // Half of a surrogate pair has no meaning.
            Err(_) => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
        },
        _ => {
            out.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
}

fn list<T>(
    brackets: [u8; 2],
    items: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    out.push(brackets[0]);
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(item, out)?;
    }
    out.push(brackets[1]);
    Ok(())
}

/// Members of an object, with unique names.
struct Members<'a>(BTreeMap<String, &'a RawValue>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry()? {
                    match members.entry(name) {
                        Entry::Vacant(free) => free.insert(value),
                        Entry::Occupied(_) => return Err(A::Error::custom("a member twice")),
                    };
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `None` if the bytes stay unchanged.
    fn text(json: &str) -> Option<String> {
        match canonical_json(json.as_bytes()) {
            Cow::Owned(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Cow::Borrowed(bytes) => {
                assert_eq!(bytes, json.as_bytes());
                None
            }
        }
    }

    #[test]
    fn members_are_sorted_and_numbers_keep_their_text() {
        let one = r#" { "b" : [1.0, {"z":1,"a":null}], "a" : "x y" } "#;
        assert_eq!(text(one).as_deref(), Some(r#"{"a":"x y","b":[1.0,{"a":null,"z":1}]}"#));
        assert_ne!(text("1"), text("1.0"));
        assert_eq!(text("123456789012345678901234567890.10").as_deref(), Some("123456789012345678901234567890.10"));
    }

    #[test]
    fn strings_are_compared_by_their_meaning() {
        for same in [r#"["a/\u00e9\n"]"#, r#"[ "\u0061\/é\u000a" ]"#, "[\"a\\/\u{e9}\\u000A\"]"] {
            assert_eq!(text(same).as_deref(), Some("[\"a/\u{e9}\\n\"]"), "{same}");
        }
        assert_eq!(text(r#"{"\u0061":"\ud83d\ude00"}"#).as_deref(), Some("{\"a\":\"\u{1f600}\"}"));
        assert_eq!(text(r#"["\ud800"]"#).as_deref(), Some(r#"["\ud800"]"#), "half a pair stays as it is");
    }

    #[test]
    fn an_object_with_a_duplicate_name_stays_unchanged() {
        assert_eq!(text(r#"{"a":1,"a":2}"#), None);
        assert_eq!(text(r#"{"a":1,"\u0061":2}"#), None, "one name, written in two ways");
        assert_eq!(text(r#"[{"a":1},{"a":1}]"#).as_deref(), Some(r#"[{"a":1},{"a":1}]"#));
    }

    #[test]
    fn invalid_json_stays_unchanged() {
        for json in ["", "{", "{}x", "nil", "\u{feff}{}"] {
            assert_eq!(text(json), None, "{json}");
        }
    }

    #[test]
    fn deep_json_stays_unchanged_and_does_not_overflow_the_stack() {
        assert_eq!(text(&"[".repeat(100_000)), None);
        assert_eq!(text(&("[".repeat(100_000) + &"]".repeat(100_000))), None);
        assert!(text(&("[".repeat(100) + &"]".repeat(100))).is_some());
    }
}
