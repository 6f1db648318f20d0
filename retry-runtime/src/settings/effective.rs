//! Settings that apply to one name, by precedence.

use std::vec::Vec;

use crate::names::matches;
use crate::settings::entry::{Entry, Section};

/// Returns the setting of each key that applies to one of `names`.
///
/// They are in the order of the section's keys. Variables are above the file, the environment above every environment, and the more specific name above a pattern.
pub(super) fn effective<'e>(
    entries: &'e [Entry],
    section: Section,
    names: &[&str],
    environment: Option<&str>,
) -> Vec<&'e Entry> {
    let applies = |entry: &&Entry| {
        entry.section == section && entry.is_in(environment) && names.iter().any(|name| matches(&entry.name, name))
    };
    let of_key = |key: &&str| {
        let candidates = entries.iter().filter(applies).filter(|entry| entry.key == *key);
        candidates.max_by_key(|entry| entry.precedence())
    };
    section.keys().iter().filter_map(of_key).collect()
}
