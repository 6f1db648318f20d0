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
/// Numbers and strings keep the text that was sent: to the receiver 1 and 1.0 may be two requests. The strings `"a"` and
/// `"\u0061"` stay two texts; only the names of members are compared by their meaning.
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
