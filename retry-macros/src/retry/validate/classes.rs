//! Rules for one list of classes.

use proc_macro2::Span;
use retry_core::validate;

use crate::diagnostics::{Diagnostics, with_written};
use crate::retry::class_list::{Class, ClassList};
use crate::retry::draft::DraftList;
use crate::retry::validate::{class_limits, class_overlap};
use crate::syntax::literal::Value;

/// Checks the list that `option` has.
pub(crate) fn list(draft: &mut DraftList, option: &str, diagnostics: &mut Diagnostics) {
    let ClassList { classes, .. } = &draft.list;
    let is_right = diagnostics.passes(|diagnostics| {
        for class in classes {
            if let Class::Status { first, last, span } = class {
                statuses(first, last, *span, option, diagnostics);
            }
        }
    });
    draft.is_complete &= is_right;
    class_overlap::overlaps(&draft.list, diagnostics);
    class_limits::values(&draft.list, option, diagnostics);
}

/// Rejects a status that no failed exchange has, or that a retry cannot help.
fn statuses(first: &Value<u16>, last: &Value<u16>, span: Span, option: &str, diagnostics: &mut Diagnostics) {
    let (Some(&low), Some(&high)) = (first.literal(), last.literal()) else { return };
    let outside = [low, high].into_iter().find(|status| !(400..=599).contains(status));
    let message = if let Some(status) = outside {
        let kind = if (100..400).contains(&status) { "is not a failure" } else { "is not an HTTP status" };
        format!(
            "`{}` {kind}; write statuses from 400 to 599, or `retry_ok = |response| ..` for a response that is `Ok`",
            status_text(status, first, last)
        )
    } else if low > high {
        "the range is empty; write the lower status first, as in `500..=599`".into()
    } else if option == "retry_on" && validate::permanent_status(low, high).is_some() {
        let status = validate::permanent_status(low, high).unwrap_or(low);
        let words = validate::no_permanent(low, high).err().map_or("", retry_core::PolicyError::message);
        with_written(&words.replacen("this status", &format!("status `{status}`"), 1), "")
    } else {
        return;
    };
    diagnostics.at_span(span, message);
}

/// The status as it is written.
fn status_text(status: u16, first: &Value<u16>, last: &Value<u16>) -> String {
    let written = [first, last].into_iter().find_map(|value| match value {
        Value::Literal { value, text, .. } if *value == status => Some(text.clone()),
        _ => None,
    });
    written.unwrap_or_else(|| status.to_string())
}
