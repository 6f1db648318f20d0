//! Rule for arguments and results that can be read once.

use syn::Type;

use crate::diagnostics::Diagnostics;
use crate::retry::draft::Draft;
use crate::syntax::function::Function;
use crate::syntax::read_once::{self, Certainty, ReadOnce};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Checks that nothing is read once, as far as a bound says so.
pub(super) fn check(draft: &Draft, function: &Function, outcome: &Type, diagnostics: &mut Diagnostics) {
    if draft.allows_read_once != Some(false) {
        return;
    }
    for found in read_once::arguments(function, &draft.clone) {
        if found.certainty == Certainty::Bound {
            diagnostics.at(found.ty, argument(&found));
        }
    }
    if let Some((ty, Certainty::Bound)) = read_once::result(outcome, &function.signature.generics) {
        let message = format!(
            "what fails while the caller reads `{}` is not retried, because the call has ended with `Ok`; read it in the function, or write `read_once = allow`",
            shown_type(ty)
        );
        diagnostics.at(ty, message);
    }
}

fn argument(found: &ReadOnce<'_>) -> String {
    let (name, ty) = (found.name, shown_type(found.ty));
    // Only what is taken by value can be cloned.
    let is_pinned = return_type::is_named(found.ty, "Pin");
    let again = if is_pinned || matches!(found.ty, Type::Reference(_)) {
        "take a slice or a function that opens it anew".into()
    } else {
        format!("write `clone({name})`, take a function that opens it anew")
    };
    format!(
        "`{ty}` can be read once, so a retry would read on where the attempt before stopped; {again}, or write `read_once = allow`"
    )
}
