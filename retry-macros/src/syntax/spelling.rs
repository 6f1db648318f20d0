//! Near misses of names, and the names of the failure classes.

/// Failure classes without a number.
pub(crate) const CLASSES: &[&str] =
    &["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed"];

/// Returns the name that `name` is most likely a misspelling of.
pub(crate) fn nearest<'a, S: AsRef<str>>(name: &str, names: &'a [S]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    names
        .iter()
        .map(AsRef::as_ref)
        .map(|candidate: &str| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
        .or_else(|| half_typed(&lower, names))
}

/// Returns the name that starts with `begin`.
fn half_typed<'a, S: AsRef<str>>(begin: &str, names: &'a [S]) -> Option<&'a str> {
    names.iter().map(AsRef::as_ref).find(|name: &&str| begin.len() > 2 && name.to_lowercase().starts_with(begin))
}

/// Lists names in backticks for a message.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// Levenshtein distance between two names, computed with one row.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
