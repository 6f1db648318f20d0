//! Rules for the budget, the circuit breaker and the limits.

use crate::diagnostics::Diagnostics;
use crate::retry::draft::{Draft, DraftRetryOk};
use crate::retry::guards::Guards;
use crate::retry::validate::{budget, concurrency, constants, hedge};
use crate::syntax::function::Scope;

/// Checks each of them.
pub(crate) fn check(guards: &Guards, scope: &Scope, diagnostics: &mut Diagnostics) {
    if let Some(given) = &guards.budget {
        budget::budget(&given.value, scope, diagnostics);
    }
    if let Some(given) = &guards.concurrency {
        concurrency::concurrency(&given.value, scope, diagnostics);
    }
    if let Some(given) = &guards.hedge {
        hedge::hedge(&given.value, scope, diagnostics);
    }
    for (option, spec) in guards.shared() {
        if let Some(path) = spec.named() {
            constants::same_for_all_instances(option, path, scope, diagnostics);
        }
    }
}

/// Rejects a pace that nothing holds.
///
/// No failure is asked for its class then.
pub(crate) fn something_holds_pace(draft: &Draft, diagnostics: &mut Diagnostics) {
    let Some(pace) = &draft.guards.pace else { return };
    let has_classes = draft.retry_on.as_ref().is_some_and(|draft| !draft.list.classes.is_empty());
    let has_rejected = matches!(draft.retry_ok, Some(DraftRetryOk::Classes(_)));
    if draft.base.is_new() && !has_classes && !has_rejected {
        let message = "nothing holds this `pace`, because no failure is asked for its class; write `retry_on = (Throttled, Unavailable)`, or remove the option";
        diagnostics.at_span(pace.key, message);
    }
}
