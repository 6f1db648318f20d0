//! Near misses of names, and the names of the failure classes.

/// Failure classes without a number.
pub(crate) const CLASSES: &[&str] =
    &["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed"];

/// Failure classes and `transient`, for near misses.
const NAMED: &[&str] =
    &["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed", "transient"];

/// Names of other libraries and protocols, with the class that is meant.
///
/// They are in lower case without `_`.
const SYNONYMS: &[(&str, &str)] = &[
    ("timedout", "Timeout"),
    ("deadlineexceeded", "Timeout"),
    ("connection", "Connect"),
    ("connectionrefused", "Connect"),
    ("network", "Connect"),
    ("dns", "Connect"),
    ("connectionreset", "Disconnected"),
    ("connectionaborted", "Disconnected"),
    ("connectionlost", "Disconnected"),
    ("brokenpipe", "Disconnected"),
    ("ratelimit", "Throttled"),
    ("ratelimited", "Throttled"),
    ("toomanyrequests", "Throttled"),
    ("resourceexhausted", "Throttled"),
    ("serviceunavailable", "Unavailable"),
    ("overloaded", "Unavailable"),
    ("deadlock", "Conflict"),
    ("serialization", "Conflict"),
    ("parse", "Malformed"),
    ("server", "Status(500..=599)"),
    ("internalserver", "Status(500..=599)"),
    ("5xx", "Status(500..=599)"),
    ("http5xx", "Status(500..=599)"),
];

/// Returns the class that a name most likely means.
pub(crate) fn nearest_class(name: &str) -> Option<&'static str> {
    let plain = name.to_lowercase().replace('_', "");
    let plain =
        ["error", "exception", "err"].iter().fold(plain.as_str(), |name, end| name.strip_suffix(end).unwrap_or(name));
    let synonym = SYNONYMS.iter().find(|(synonym, _)| *synonym == plain).map(|(_, class)| *class);
    synonym.or_else(|| nearest(plain, NAMED)).or_else(|| nearest(name, NAMED))
}

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
