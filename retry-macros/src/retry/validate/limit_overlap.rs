//! Two limits that have a class in common.

use crate::retry::class_limit::Most;
use crate::retry::class_list::Class;
use crate::retry::class_set::only;

/// A class with its limit.
type Limited<'a> = (&'a Class, &'a Most);

/// Message for two limits with a class in common, with limits that do not overlap.
pub(super) fn message(earlier: Limited<'_>, later: Limited<'_>) -> Option<String> {
    let (first, second) = (only(earlier.0)?, only(later.0)?);
    if second.minus(&first) == second {
        return None;
    }
    let (class, limits) = (later.0, format!("`{}` and `{}`", earlier.1, later.1));
    if first == second {
        return Some(format!("{class} has two limits, {limits}; keep one of them"));
    }
    let (one, other) = (earlier.0, later.0);
    let shared = format!("{one} and {other} have a class in common, and two limits of it, {limits}");
    Some(match apart(earlier, later) {
        Some(items) => format!("{shared}; write `{items}`"),
        None => format!("{shared}; remove one of them"),
    })
}

/// Returns both limits, the wider one without the statuses of the other.
fn apart(earlier: Limited<'_>, later: Limited<'_>) -> Option<String> {
    let (first, second) = (statuses(earlier.0)?, statuses(later.0)?);
    let length = |(low, high): (u16, u16)| high - low;
    let is_first = length(first) <= length(second);
    let (narrow, wide) = if is_first { (earlier, later) } else { (later, earlier) };
    let ((low, high), (from, to)) = if is_first { (first, second) } else { (second, first) };
    let parts = [(from, low.saturating_sub(1)), (high + 1, to)];
    let parts = parts.into_iter().filter(|(from, to)| from <= to).map(|part| item(part, wide.1));
    let items: Vec<_> = [item((low, high), narrow.1)].into_iter().chain(parts).collect();
    Some(items.join(", "))
}

fn statuses(class: &Class) -> Option<(u16, u16)> {
    let Class::Status { first, last, .. } = class else { return None };
    Some((*first.literal()?, *last.literal()?))
}

fn item((from, to): (u16, u16), limit: &Most) -> String {
    if from == to { format!("Status({from}) up_to {limit}") } else { format!("Status({from}..={to}) up_to {limit}") }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;

    use super::*;
    use crate::syntax::literal::Value;

    fn written(first: (u16, u16), second: (u16, u16)) -> Option<String> {
        let value = |value: u16| Value::Literal { value, text: value.to_string(), span: Span::call_site() };
        let class = |(first, last)| Class::Status { first: value(first), last: value(last), span: Span::call_site() };
        let most =
            |value: u32| Most::Attempts(Value::Literal { value, text: value.to_string(), span: Span::call_site() });
        let message = message((&class(first), &most(3)), (&class(second), &most(5)))?;
        Some(message.split_once("; write `")?.1.trim_end_matches('`').to_string())
    }

    #[test]
    fn limits_that_overlap_are_taken_apart() {
        for (first, second, items) in [
            ((503, 503), (500, 599), "Status(503) up_to 3, Status(500..=502) up_to 5, Status(504..=599) up_to 5"),
            ((500, 599), (503, 503), "Status(503) up_to 5, Status(500..=502) up_to 3, Status(504..=599) up_to 3"),
            ((500, 500), (500, 599), "Status(500) up_to 3, Status(501..=599) up_to 5"),
            ((500, 503), (502, 599), "Status(500..=503) up_to 3, Status(504..=599) up_to 5"),
            ((502, 504), (500, 503), "Status(502..=504) up_to 3, Status(500..=501) up_to 5"),
            ((503, 503), (503, 504), "Status(503) up_to 3, Status(504) up_to 5"),
        ] {
            assert_eq!(written(first, second).as_deref(), Some(items));
        }
        assert_eq!(written((500, 502), (503, 599)), None);
    }
}
