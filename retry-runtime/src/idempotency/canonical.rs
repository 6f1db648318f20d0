//! JSON in one form, whatever the order in which its members were written.

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::string::String;
use std::vec::Vec;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// So many arrays and objects inside each other, as `serde_json` itself reads.
const DEEPEST: u32 = 128;

/// The same JSON without space between tokens, and with the members of objects in the order of their names; the bytes as they
/// are if it is no JSON, nests too deep, or an object has two members of one name.
///
/// Numbers and strings keep the text that was sent: 1 and 1.0 may be two requests to whoever reads them. Two texts of one
/// string (`"a"` and `"\u0061"`) are two strings here, names of members alone are compared by what they mean.
pub(crate) fn canonical(json: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::with_capacity(json.len());
    let written = serde_json::from_slice::<&RawValue>(json).and_then(|value| write(value, DEEPEST, &mut out));
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

/// The members of an object, each name once.
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

    /// `None` for what stays as it is.
    fn text(json: &str) -> Option<String> {
        match canonical(json.as_bytes()) {
            Cow::Owned(bytes) => Some(String::from_utf8(bytes).unwrap()),
            Cow::Borrowed(bytes) => {
                assert_eq!(bytes, json.as_bytes());
                None
            }
        }
    }

    #[test]
    fn members_are_in_order_and_numbers_as_they_were_sent() {
        let one = r#" { "b" : [1.0, {"z":1,"a":null}], "a" : "x y" } "#;
        assert_eq!(text(one).as_deref(), Some(r#"{"a":"x y","b":[1.0,{"a":null,"z":1}]}"#));
        assert_ne!(text("1"), text("1.0"));
        assert_eq!(text("123456789012345678901234567890.10").as_deref(), Some("123456789012345678901234567890.10"));
    }

    #[test]
    fn two_members_of_one_name_have_no_such_form() {
        assert_eq!(text(r#"{"a":1,"a":2}"#), None);
        assert_eq!(text(r#"{"a":1,"\u0061":2}"#), None, "one name, written in two ways");
        assert_eq!(text(r#"[{"a":1},{"a":1}]"#).as_deref(), Some(r#"[{"a":1},{"a":1}]"#));
    }

    #[test]
    fn what_is_no_json_has_no_such_form() {
        for json in ["", "{", "{}x", "nil", "\u{feff}{}"] {
            assert_eq!(text(json), None, "{json}");
        }
    }

    #[test]
    fn deep_json_stays_as_it_is_and_no_stack_overflows() {
        assert_eq!(text(&"[".repeat(100_000)), None);
        assert_eq!(text(&("[".repeat(100_000) + &"]".repeat(100_000))), None);
        assert!(text(&("[".repeat(100) + &"]".repeat(100))).is_some());
    }
}
