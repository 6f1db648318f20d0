//! Classes of an attribute as sets of `retry_core`.

use retry_core::Classes;

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
pub(crate) fn with(set: Classes, class: &Class) -> Option<Classes> {
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

/// Returns the set of one class.
///
/// `None` if it is a constant expression or invalid.
pub(crate) fn only(class: &Class) -> Option<Classes> {
    with(Classes::new(), class)
}

/// Returns the set that the classes cover.
///
/// `None` if one of them is a constant expression.
pub(crate) fn all(classes: &[Class]) -> Option<Classes> {
    classes.iter().try_fold(Classes::new(), with)
}
