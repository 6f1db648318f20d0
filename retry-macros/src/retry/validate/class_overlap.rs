//! Classes of a list that another class already covers.
//!
//! The sets of `retry_core` decide.

use retry_core::Classes;

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::Class;

const NAMED: [retry_core::Class; 7] = [
    retry_core::Class::Timeout,
    retry_core::Class::Connect,
    retry_core::Class::Disconnected,
    retry_core::Class::Throttled,
    retry_core::Class::Unavailable,
    retry_core::Class::Conflict,
    retry_core::Class::Malformed,
];

/// Adds a class to the set.
///
/// `None` for a status that is a constant expression or invalid.
fn with(set: Classes, class: &Class) -> Option<Classes> {
    match class {
        Class::Transient(_) => Some(set.transient()),
        Class::Named(name, _) => Some(set.with(NAMED.into_iter().find(|class| class.to_string() == *name)?)),
        Class::Status { first, last, .. } => {
            let range = 400..=599;
            let (first, last) = (*first.literal()?, *last.literal()?);
            let is_failure = range.contains(&first) && range.contains(&last) && first <= last;
            is_failure.then(|| set.statuses(first..=last))
        }
    }
}

fn only(class: &Class) -> Option<Classes> {
    with(Classes::new(), class)
}

/// Returns the set that the classes cover.
///
/// `None` if one of them is a constant expression.
fn all(classes: &[Class]) -> Option<Classes> {
    classes.iter().try_fold(Classes::new(), with)
}

/// Returns whether one of the classes asks for fewer requests.
///
/// `None` if one of them is a constant expression.
pub(crate) fn throttled(classes: &[Class]) -> Option<bool> {
    let set = all(classes)?;
    let throttled = [retry_core::Class::Throttled, retry_core::Class::Status(429)];
    Some(throttled.into_iter().any(|class| set.contains(class)))
}

/// Rejects a class that the classes before it cover, or that covers one of them.
pub(crate) fn overlaps(classes: &[Class], diagnostics: &mut Diagnostics) {
    for (index, class) in classes.iter().enumerate() {
        let earlier = &classes[..index];
        let message = earlier.iter().find_map(|other| overlap(other, class)).or_else(|| overlap_of_all(earlier, class));
        if let Some(message) = message {
            diagnostics.at_span(class.span(), message);
        }
    }
}

fn overlap(earlier: &Class, class: &Class) -> Option<String> {
    let (sets, names) = ((only(earlier)?, only(class)?), (earlier, class));
    match (sets.1.minus(&sets.0).is_empty(), sets.0.minus(&sets.1).is_empty()) {
        (true, true) => Some(format!("{} is listed twice; remove one", names.1)),
        (true, false) => Some(format!("{} is already covered by {}; remove it", names.1, names.0)),
        (false, true) => Some(format!("{} already covers {}; remove {1}", names.1, names.0)),
        (false, false) => None,
    }
}

fn overlap_of_all(earlier: &[Class], class: &Class) -> Option<String> {
    let known = earlier.iter().fold(Classes::new(), |set, class| with(set, class).unwrap_or(set));
    let is_covered = only(class)?.minus(&known).is_empty();
    is_covered.then(|| format!("{class} is already covered by those before it; remove it"))
}

/// Checks that `except` removes a part of what is retried.
///
/// `is_all` is whether the classes of `retry_on` alone decide what is retried.
pub(crate) fn except(retry_on: &[Class], except: &[Class], is_all: bool, diagnostics: &mut Diagnostics) {
    let taken = except.iter().fold(Classes::new(), |set, class| with(set, class).unwrap_or(set));
    for class in retry_on {
        if only(class).is_some_and(|set| set.minus(&taken).is_empty()) {
            let message = format!("{class} is listed here and removed by `except`; remove one of them");
            diagnostics.at_span(class.span(), message);
        }
    }
    let Some(listed) = all(retry_on).filter(|_| is_all) else { return };
    for class in except {
        if only(class).is_some_and(|set| set.minus(&listed) == set) {
            let message = format!("`except` removes nothing, because {class} is not retried; remove it");
            diagnostics.at_span(class.span(), message);
        }
    }
}
