//! The names that an attribute may use, and what to say about others.

use proc_macro2::TokenStream;

use crate::retry::suggest;

/// Every option, as it is written.
pub(crate) const OPTIONS: &[&str] = &[
    "retry_on",
    "except",
    "retry_if",
    "retry_ok",
    "max_attempts",
    "backoff",
    "jitter",
    "throttled_backoff",
    "max_retry_after",
    "deadline",
    "attempt_timeout",
    "cancel",
    "budget",
    "breaker",
    "limit",
    "nested",
    "context",
    "clone",
    "side_effects",
    "idempotency_key",
    "on_retry",
    "fallback",
    "name",
    "policy",
    "crate",
];

pub(crate) const CLASSES: &[&str] =
    &["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed"];

/// The words for an option that there is not; `value` is what was written after `=`.
pub(crate) fn unknown_option(name: &str, value: &TokenStream) -> String {
    if let Some(words) = suggest::words(name, value) {
        return words;
    }
    if name == "transient" || name == "Status" || CLASSES.contains(&name) {
        return format!(
            "`{name}` is a class and no option; write `retry_on = {name}`, or several in parentheses, as in `retry_on = (Timeout, Connect)`"
        );
    }
    match nearest(name, OPTIONS) {
        Some(near) => format!("unknown option `{name}`; write `{near}`"),
        None => format!("unknown option `{name}`; the options are {}", listed(OPTIONS)),
    }
}

/// Whether this stands where others write `unbounded`: their word for it, or a slip.
pub(crate) fn means_unbounded(word: &str) -> bool {
    let others = ["None", "none", "infinite", "infinity", "inf", "forever", "unlimited", "endless", "always"];
    let is_slip = word != "unbounded" && word.starts_with(char::is_lowercase);
    others.contains(&word) || is_slip && nearest(word, &["unbounded"]).is_some()
}

/// The name that is near enough to have been meant.
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

/// The name that begins so.
fn half_typed<'a, S: AsRef<str>>(begin: &str, names: &'a [S]) -> Option<&'a str> {
    names.iter().map(AsRef::as_ref).find(|name: &&str| begin.len() > 2 && name.to_lowercase().starts_with(begin))
}

pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The edits between two names: insertions, deletions, substitutions (Levenshtein, one row).
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
