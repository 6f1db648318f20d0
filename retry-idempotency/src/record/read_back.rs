//! Check that the JSON of a value is read back as the same value.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde_json::Error;

/// Check of the JSON of one type: [`check`] of that type.
pub(crate) type ReadBack = fn(&[u8]) -> serde_json::Result<()>;

/// Checks that the JSON of a value is read as a value with the same JSON.
///
/// The second text is compared while it is written, and only one that differs is kept. Members and elements may change their
/// order, because maps and sets have none.
///
/// # Errors
///
/// Returns an error for JSON that is not read, or is read as a value with other JSON. Neither quotes the value.
pub(crate) fn check<T: Serialize + DeserializeOwned>(json: &[u8]) -> serde_json::Result<()> {
    let again = from_json::<T>(json).map_err(|why| {
        Error::custom(format_args!(
            "its JSON is not read back: {why}; let `Deserialize` of the type accept what its `Serialize` writes"
        ))
    })?;
    let mut rest = Rest(json);
    if serde_json::to_writer(&mut rest, &again).is_ok() && rest.0.is_empty() {
        return Ok(());
    }
    let again = serde_json::to_vec(&again)?;
    if again.len() == json.len() && sorted(json) == sorted(&again) {
        return Ok(());
    }
    Err(Error::custom(
        "its JSON is read back as another value; let `Deserialize` of the type return what its `Serialize` wrote, for example \
         with a tag for an untagged enum",
    ))
}

/// Reads JSON, or returns the reason why it cannot be read.
pub(crate) fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Only the position: the message of serde quotes the value.
    serde_json::from_slice(json).map_err(|error| {
        let kind = if error.is_data() { "of another type" } else { "not JSON" };
        format!("it is {kind} at column {}", error.column())
    })
}

/// Text that is expected to be written.
struct Rest<'a>(&'a [u8]);

impl io::Write for Rest<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns JSON with all members and elements sorted.
fn sorted(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    element(json, &mut out);
    out
}

/// Writes an element with its parts sorted, and returns what follows it.
///
/// That is a comma, a closing bracket or nothing. It calls itself once for each array and object around, of which there are at most as many as `serde_json` reads.
fn element<'a>(mut json: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    while let Some((&byte, rest)) = json.split_first() {
        match byte {
            b',' | b']' | b'}' => break,
            b'[' | b'{' => {
                let (parts, after) = parts(rest);
                out.push(byte);
                for part in parts {
                    out.extend_from_slice(&part);
                    out.push(b',');
                }
                json = after;
            }
            b'"' => {
                let (string, after) = json.split_at(string_length(json));
                out.extend_from_slice(string);
                json = after;
            }
            _ => {
                out.push(byte);
                json = rest;
            }
        }
    }
    json
}

/// Returns the sorted parts of an array or object, and what follows its end.
fn parts(mut json: &[u8]) -> (Vec<Vec<u8>>, &[u8]) {
    let mut parts = Vec::new();
    loop {
        let mut part = Vec::new();
        json = element(json, &mut part);
        parts.push(part);
        match json.split_first() {
            Some((b',', rest)) => json = rest,
            Some((_, rest)) => {
                parts.sort_unstable();
                return (parts, rest);
            }
            None => return (parts, json),
        }
    }
}

/// Returns the length of a string with its quotes.
fn string_length(json: &[u8]) -> usize {
    let mut is_escaped = true; // the first quote does not end it
    for (index, byte) in json.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    json.len()
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn only_the_order_may_change() {
        for (one, other, are_equal) in [
            (r#"{"a":[1,2],"b":"]"}"#, r#"{"b":"]","a":[2,1]}"#, true),
            (r#"{"a":{"c":"\"}","d":0}}"#, r#"{"a":{"d":0,"c":"\"}"}}"#, true),
            (r"[[1],[2,3]]", r"[[3,2],[1]]", true),
            (r"[[1],[2,3]]", r"[[1,2],[3]]", false),
            (r"[1,1,2]", r"[1,2,2]", false),
            (r#"["1"]"#, r"[1,1]", false),
            (r#"{"a":1,"b":2}"#, r#"{"a":2,"b":1}"#, false),
        ] {
            assert_eq!(sorted(one.as_bytes()) == sorted(other.as_bytes()), are_equal, "{one} {other}");
        }
    }

    #[test]
    fn maps_and_sets_are_read_back() {
        // Each has an order of its own.
        for seed in 0..20 {
            let numbers = || (0..40).map(|number| number * 7 + seed);
            let map: HashMap<i32, HashSet<i32>> = numbers().map(|number| (number, numbers().collect())).collect();
            assert!(check::<HashMap<i32, HashSet<i32>>>(&serde_json::to_vec(&map).unwrap()).is_ok());
        }
    }
}
