//! Rule for side effects.

use crate::diagnostics::Diagnostics;
use crate::retry::class_list::Class;
use crate::retry::draft::Draft;

/// Checks that side effects are not repeated by accident.
///
/// The function has a key, or is retried only if nothing can have happened.
pub(crate) fn check(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(declared) = draft.side_effects else { return };
    if draft.key.is_missing() && !draft.is_incomplete && !is_proven(draft) {
        let instead = if draft.base.is_new() { "" } else { " beside `policy`" };
        if draft.guards.hedge.is_some() {
            let message = "a retry and a hedge may repeat the side effects of this function; write `idempotency_key = generate()` and send the key";
            return diagnostics.at_span(declared, message);
        }
        let message = format!(
            "a retry may repeat the side effects of this function; write `idempotency_key = generate()` and send the key, or `retry_on = Connect` alone{instead}: only that class proves that nothing happened"
        );
        diagnostics.at_span(declared, message);
    }
}

/// Returns whether every retried failure proves that nothing happened.
pub(super) fn is_proven(draft: &Draft) -> bool {
    let Some(list) = draft.retry_on.as_ref().map(|draft| &draft.list) else { return false };
    let is_connect = |class: &Class| matches!(class, Class::Named(name, _) if name == "Connect");
    let is_listed = !list.classes.is_empty() && list.classes.iter().all(is_connect);
    is_listed && !list.has_patterns() && draft.retry_if.is_none() && draft.retry_ok.is_none()
}
