//! Names of settings that match nothing, or several operations.

use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::names::matches;
use crate::names::nearest;
use crate::settings::entry::Entry;
use crate::settings::fault::Fault;
use crate::settings::pattern::is_pattern;
use crate::settings::targets::Targets;

/// Removes the settings of such names, and reports each name once.
///
/// `*` may match nothing. With `allows_unknown` every name may.
pub(super) fn unknown_names(entries: &mut Vec<Entry>, targets: &Targets, allows_unknown: bool) -> Vec<Fault> {
    let (mut faults, mut seen) = (Vec::new(), BTreeSet::new());
    entries.retain(|entry| {
        let names = targets.names(entry.section);
        let (one, name) = (entry.section.one(), &entry.name);
        let message = if let Some(full) = targets.ambiguous(entry.section, name) {
            format!("`{name}` is the name of several; write one of `{}`", full.join("`, `"))
        } else if name != "*" && !names.iter().any(|known| matches(name, known)) {
            if allows_unknown {
                return false;
            }
            unknown(one, name, &names)
        } else {
            return true;
        };
        if seen.insert((entry.section, name.clone(), entry.origin.source.clone(), entry.environment.clone())) {
            faults.push(Fault::new(&entry.origin, message));
        }
        false
    });
    faults
}

/// Message for a name or pattern that matches nothing.
fn unknown(one: &str, name: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return format!("unknown {one} `{name}`; no linked function names one, so remove it");
    }
    if is_pattern(name) {
        return match nearest_pattern(name, names) {
            Some(near) => format!("no {one} matches `{name}`; write `{near}`"),
            None => format!("no {one} matches `{name}`; write one that is linked: {}", some(names)),
        };
    }
    let end = format!("::{name}");
    let ending = names.iter().find(|known| known.ends_with(&end)).map(String::as_str);
    match ending.or_else(|| nearest(name, names.iter().map(String::as_str))) {
        Some(near) => format!("unknown {one} `{name}`; write `{near}`"),
        None => format!("unknown {one} `{name}`; write one that is linked: {}", some(names)),
    }
}

/// Lists some names for a message.
pub(super) fn some(names: &BTreeSet<String>) -> String {
    let some: Vec<_> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
    format!("{}{more}", some.join(", "))
}

/// Returns the pattern that was meant, which matches something.
///
/// It has the stars of `pattern`, so it is no wider than what was written.
fn nearest_pattern(pattern: &str, names: &BTreeSet<String>) -> Option<String> {
    let candidates: Vec<_> = names.iter().filter_map(|name| same_shape(pattern, name)).collect();
    let texts: Vec<_> = candidates.iter().map(|candidate| without_stars(candidate)).collect();
    let near = nearest(&without_stars(pattern), texts.iter().map(String::as_str))?;
    candidates.iter().find(|candidate| without_stars(candidate) == near).cloned()
}

/// Returns a pattern that matches `name` and has the stars of `pattern`.
///
/// All parts from the first star to the last are those of `pattern`. For example `*::quote` of `*::quot` and `shop::quote`.
fn same_shape(pattern: &str, name: &str) -> Option<String> {
    let (parts, known): (Vec<_>, Vec<_>) = (pattern.split("::").collect(), name.split("::").collect());
    let first = parts.iter().position(|part| is_pattern(part))?;
    let behind = parts.iter().rev().position(|part| is_pattern(part))?;
    if known.len() < first + behind {
        return None;
    }
    let (before, after) = (&known[..first], &known[known.len() - behind..]);
    let candidate = [before, &parts[first..parts.len() - behind], after].concat().join("::");
    matches(&candidate, name).then_some(candidate)
}

fn without_stars(pattern: &str) -> String {
    let parts: Vec<_> = pattern.split("::").filter(|part| !is_pattern(part)).collect();
    parts.join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_for_nothing_gets_one_of_its_shape() {
        let names = ["client::get", "shop::api::load", "shop::quote"].map(String::from).into();
        let cases = [
            ("shp::*", Some("shop::*")),
            ("*::quot", Some("*::quote")),
            ("shp::q*", Some("shop::q*")),
            ("shop::apj::*", Some("shop::api::*")),
            ("shp::*::load", Some("shop::*::load")),
            ("shop::a::*", Some("shop::api::*")),
            ("zebra::a::*", None),
            ("payments::*", None),
            ("zebra*", None),
        ];
        for (pattern, expected) in cases {
            assert_eq!(nearest_pattern(pattern, &names).as_deref(), expected, "{pattern}");
        }
    }
}
