//! Names in `#[classify(..)]`.

use crate::syntax::spelling::{CLASSES, listed, nearest};

pub(super) const STATUS: &str = "Status";
pub(super) const PERMANENT: &str = "Permanent";
pub(super) const STATUS_FIELD: &str = "status";
pub(super) const TRANSPARENT: &str = "transparent";
pub(super) const RETRY_AFTER: &str = "retry_after";
pub(super) const CRATE: &str = "crate";

const OPTIONS: [&str; 4] = [STATUS_FIELD, TRANSPARENT, RETRY_AFTER, CRATE];

/// Returns whether `name` is a class without a number.
pub(super) fn is_class(name: &str) -> bool {
    CLASSES.contains(&name) || name == PERMANENT
}

/// Message for a name that is neither a class nor an option.
pub(super) fn unknown(name: &str) -> String {
    let all = || CLASSES.iter().chain(&[PERMANENT, STATUS]).chain(&OPTIONS).copied();
    let (what, list) = if name.starts_with(char::is_uppercase) {
        ("class", format!("{}, `{PERMANENT}`, `Status(503)`", listed(CLASSES)))
    } else {
        ("option", listed(&OPTIONS))
    };
    match nearest(name, &all().collect::<Vec<_>>()) {
        Some(known) => format!("unknown {what} `{name}`; write `{known}`"),
        None => format!("unknown {what} `{name}`; write one of {list}"),
    }
}
