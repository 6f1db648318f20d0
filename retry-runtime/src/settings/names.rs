//! Names of settings that stand for nothing, or for several.

use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::names::matches;
use crate::names::nearest;
use crate::settings::entry::Entry;
use crate::settings::fault::Fault;
use crate::settings::pattern::is_pattern;
use crate::settings::targets::Targets;

/// Removes the settings of such names, and reports each name once.
///
/// `*` may stand for nothing. With `allows_unknown` every name may.
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

/// Message for a name or pattern that stands for nothing.
fn unknown(one: &str, name: &str, names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return format!("unknown {one} `{name}`; no linked function names one, so remove it");
    }
    if is_pattern(name) {
        // A pattern is misspelled before its star.
        let mut patterns = BTreeSet::from(["*".to_string()]);
        for known in names {
            patterns.extend(known.match_indices("::").map(|(at, _)| format!("{}::*", &known[..at])));
        }
        let near = nearest(name, patterns.iter().map(String::as_str)).unwrap_or("*");
        return format!("no {one} matches `{name}`; write `{near}`");
    }
    let end = format!("::{name}");
    let ending = names.iter().find(|known| known.ends_with(&end)).map(String::as_str);
    match ending.or_else(|| nearest(name, names.iter().map(String::as_str))) {
        Some(near) => format!("unknown {one} `{name}`; write `{near}`"),
        None => {
            let some: Vec<_> = names.iter().take(5).map(|name| format!("`{name}`")).collect();
            let more = if names.len() > 5 { format!(" and {} more", names.len() - 5) } else { String::new() };
            format!("unknown {one} `{name}`; write one that is linked: {}{more}", some.join(", "))
        }
    }
}
