//! Variables of the environment, which stand above the file.
//!
//! `RETRY__OPERATIONS__SHOP__QUOTE__MAX_ATTEMPTS=5` sets `max_attempts` of `shop::quote`: the section, the name, the key,
//! with `__` between them. In a name `::` is `__` and `*` is `ALL`, and every other sign that is not a letter or a digit is `_`.

use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::names::nearest;
use crate::settings::content::{Format, Item, Node, Value};
use crate::settings::document::{Document, unknown_key};
use crate::settings::entry::{Entry, Section};
use crate::settings::fault::{Fault, Origin};
use crate::settings::names::some;

pub(super) const PREFIX: &str = "RETRY__";

/// Reads the variables that begin with [`PREFIX`].
///
/// `names` returns the names that a section may have.
pub(super) fn read(variables: &[(String, String)], names: impl Fn(Section) -> BTreeSet<String>) -> Document {
    let mut document = Document::default();
    for (variable, value) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX) else { continue };
        let origin = Origin { source: variable.as_str().into(), line: None };
        match entry(rest, value, &origin, &names) {
            Ok(entry) => document.entries.push(entry),
            Err(fault) => document.faults.push(fault),
        }
    }
    document
}

fn entry(
    rest: &str,
    value: &str,
    origin: &Origin,
    names: &impl Fn(Section) -> BTreeSet<String>,
) -> Result<Entry, Fault> {
    let upper = rest.to_uppercase();
    let section = Section::ALL.into_iter().find_map(|section| {
        let rest = upper.strip_prefix(&section.name().to_uppercase())?.strip_prefix("__")?;
        Some((section, rest))
    });
    let usage = "a variable is a section, a name and a key; write as in `RETRY__OPERATIONS__SHOP__QUOTE__MAX_ATTEMPTS`";
    let (section, rest) = section.ok_or_else(|| Fault::new(origin, usage))?;
    let (encoded, key) = rest.rsplit_once("__").ok_or_else(|| Fault::new(origin, usage))?;
    let name = decoded(encoded, section, &names(section)).map_err(|message| Fault::new(origin, message))?;
    let key = key.to_lowercase();
    let Some(key) = section.keys().iter().find(|known| **known == key) else {
        let node = Node { line: 0, value: Value::Scalar(value.to_string()) };
        let message = unknown_key(Format::Toml, section, &Item { key, line: 0, node });
        return Err(Fault::new(origin, message).of(name));
    };
    let (value, origin) = (value.trim().to_string(), origin.clone());
    Ok(Entry { section, environment: None, name, key, value, origin, format: None })
}

/// Returns the name or pattern that a part of a variable stands for.
fn decoded(encoded: &str, section: Section, names: &BTreeSet<String>) -> Result<String, String> {
    let mut meant: BTreeSet<String> = names.iter().filter(|name| self::encoded(name) == encoded).cloned().collect();
    if encoded == "ALL" {
        meant.insert("*".to_string());
    } else if let Some(prefix) = encoded.strip_suffix("__ALL") {
        meant.extend(names.iter().filter_map(|name| pattern(name, prefix)));
    }
    let found: Vec<_> = meant.into_iter().collect();
    match found.as_slice() {
        [name] => Ok(name.clone()),
        [] => {
            let texts = names.iter().map(|name| self::encoded(name)).collect();
            Err(no_name(encoded, section.one(), &texts))
        }
        several => Err(format!(
            "`{encoded}` stands for `{}`; write the setting into the file, where names are unambiguous",
            several.join("` and `")
        )),
    }
}

/// Message for a part of a variable that stands for nothing.
///
/// `texts` are the names as variables contain them.
fn no_name(encoded: &str, one: &str, texts: &BTreeSet<String>) -> String {
    let wrong = format!("no {one} is written `{encoded}`");
    let near = match encoded.strip_suffix("__ALL") {
        // A pattern becomes a pattern of as many parts, so that it changes no more than was meant.
        Some(prefix) => {
            let starts = texts.iter().flat_map(|text| text.match_indices("__").map(|(at, _)| &text[..at]));
            let parts = prefix.matches("__").count();
            let starts = starts.filter(|start| start.matches("__").count() == parts);
            nearest(prefix, starts).map(|near| format!("{near}__ALL"))
        }
        None => nearest(encoded, texts.iter().map(String::as_str)).map(String::from),
    };
    match near {
        Some(near) => format!("{wrong}; write `{near}`"),
        None if texts.is_empty() => format!("{wrong}; no linked function names one, so remove it"),
        None => format!("{wrong}; write one that is linked: {}", some(texts)),
    }
}

/// Returns the pattern of everything below a part of `name`.
///
/// The part is the one that is written `prefix`.
fn pattern(name: &str, prefix: &str) -> Option<String> {
    let mut ends = name.match_indices("::").map(|(at, _)| at);
    ends.find(|end| encoded(&name[..*end]) == prefix).map(|end| format!("{}::*", &name[..end]))
}

/// Returns a name as a variable contains it.
pub(super) fn encoded(name: &str) -> String {
    let sign = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    name.split("::").map(|part| part.chars().map(sign).collect::<String>()).collect::<Vec<_>>().join("__")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoded: &str) -> Result<String, String> {
        let names = ["shop::quote", "shop::load_all", "shop::load::all", "pay::a-b", "pay::a_b", "pay::all"];
        decoded(encoded, Section::Operations, &names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_name_is_one_of_those_that_exist() {
        assert_eq!(decode("SHOP__QUOTE").as_deref(), Ok("shop::quote"));
        assert_eq!(decode("SHOP__LOAD_ALL").as_deref(), Ok("shop::load_all"));
        assert_eq!(decode("SHOP__ALL").as_deref(), Ok("shop::*"));
        assert_eq!(decode("ALL").as_deref(), Ok("*"));
    }

    #[test]
    fn what_two_names_share_is_refused() {
        assert!(decode("PAY__A_B").unwrap_err().starts_with("`PAY__A_B` stands for `pay::a-b` and `pay::a_b`"));
        assert!(decode("PAY__ALL").unwrap_err().starts_with("`PAY__ALL` stands for `pay::*` and `pay::all`"));
        assert_eq!(decode("SHOP__QOUTE").unwrap_err(), "no operation is written `SHOP__QOUTE`; write `SHOP__QUOTE`");
    }

    #[test]
    fn a_pattern_for_nothing_gets_one_of_its_shape() {
        assert_eq!(decode("SHP__ALL").unwrap_err(), "no operation is written `SHP__ALL`; write `SHOP__ALL`");
        let found = decode("ZEBRAS__ALL").unwrap_err();
        assert!(
            found.starts_with("no operation is written `ZEBRAS__ALL`; write one that is linked: `PAY__ALL`"),
            "{found}"
        );
        assert!(!found.contains("`ALL`"), "{found}");
    }
}
