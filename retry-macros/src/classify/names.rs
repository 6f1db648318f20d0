//! The words of `#[classify(..)]`, each listed once.

pub(super) const STATUS: &str = "Status";
pub(super) const PERMANENT: &str = "Permanent";
pub(super) const STATUS_FIELD: &str = "status";
pub(super) const TRANSPARENT: &str = "transparent";
pub(super) const RETRY_AFTER: &str = "retry_after";
pub(super) const CRATE: &str = "crate";

const CLASSES: [&str; 8] =
    ["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed", PERMANENT];
const OTHERS: [&str; 5] = [STATUS, STATUS_FIELD, TRANSPARENT, RETRY_AFTER, CRATE];

/// Whether it is a class without a number.
pub(super) fn is_class(name: &str) -> bool {
    CLASSES.contains(&name)
}

/// What to say of a word that is none of ours.
pub(super) fn unknown(name: &str) -> String {
    let (what, all) =
        if name.starts_with(char::is_uppercase) { ("class", classes()) } else { ("option", listed(&OTHERS[1..])) };
    match nearest(name, CLASSES.into_iter().chain(OTHERS)) {
        Some(known) => format!("unknown {what} `{name}`; write `{known}`"),
        None => format!("unknown {what} `{name}`; write one of {all}"),
    }
}

/// The word that `name` was most likely meant to be.
pub(super) fn nearest<T: AsRef<str>>(name: &str, known: impl IntoIterator<Item = T>) -> Option<T> {
    let typed = name.to_lowercase();
    known
        .into_iter()
        .map(|known| (distance(&typed, &known.as_ref().to_lowercase()), known))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, known)| *distance <= known.as_ref().len() / 3)
        .map(|(_, known)| known)
}

fn classes() -> String {
    listed(&CLASSES) + ", `Status(503)`"
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// How many letters are to be put in, left out or replaced to make one of the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, typed) in from.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, known) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(typed != known);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
