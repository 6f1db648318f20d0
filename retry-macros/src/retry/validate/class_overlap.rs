//! Classes of a list that another class already covers.
//!
//! The sets of `retry_core` decide.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use retry_core::Classes;

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::{Class, ClassList};
use crate::retry::class_set::{all, only, with};
use crate::retry::validate::limit_overlap;

/// Returns whether one of the classes asks for fewer requests.
///
/// `None` if one of them is a constant expression.
pub(crate) fn throttled(classes: &[Class]) -> Option<bool> {
    let set = all(classes)?;
    let throttled = [retry_core::Class::Throttled, retry_core::Class::Status(429)];
    Some(throttled.into_iter().any(|class| set.contains(class)))
}

/// Rejects a class that the classes before it cover, or that covers one of them.
///
/// A class with a limit may be a part of one without.
pub(crate) fn overlaps(list: &ClassList, diagnostics: &mut Diagnostics) {
    let is_limited = |index| list.limit_of(index).is_some();
    for (index, class) in list.classes.iter().enumerate() {
        let earlier = &list.classes[..index];
        let pairs = earlier.iter().enumerate();
        if let Some((place, message)) = two_limits(list, index) {
            diagnostics.at(&place, message);
            continue;
        }
        let message =
            pairs.into_iter().find_map(|(other, earlier)| match (list.limit_of(other), list.limit_of(index)) {
                (Some(first), Some(second)) => limit_overlap::message((earlier, &first.most), (class, &second.most)),
                (None, None) => overlap(earlier, class),
                (Some(_), None) => overlap(earlier, class).filter(|_| !is_part(earlier, class)),
                (None, Some(_)) => overlap(earlier, class).filter(|_| !is_part(class, earlier)),
            });
        let message = message.or_else(|| overlap_of_all(earlier, class).filter(|_| !is_limited(index)));
        if let Some(message) = message {
            diagnostics.at_span(class.span(), message);
        }
    }
}

/// Returns the error of a limit that overlaps with that of the item before it.
///
/// Its place is both items, which are replaced.
fn two_limits(list: &ClassList, index: usize) -> Option<(TokenStream, String)> {
    let other = index.checked_sub(1)?;
    let (first, second) = (list.limit_of(other)?, list.limit_of(index)?);
    let message = limit_overlap::message((&list.classes[other], &first.most), (&list.classes[index], &second.most))?;
    let [start, end] = [first.start, second.most.span()].map(|span| Ident::new("_item", span));
    Some((quote!(#start #end), message))
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

/// Returns whether `part` covers less than `whole`, and nothing else.
fn is_part(part: &Class, whole: &Class) -> bool {
    let sets = only(part).zip(only(whole));
    sets.is_some_and(|(part, whole)| part.minus(&whole).is_empty() && part != whole)
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
