//! Rules for the budget, the circuit breaker and the rate limit.

use crate::diagnostics::Diagnostics;
use crate::retry::model::Guards;
use crate::retry::validate::{budget, constants};
use crate::syntax::function::Scope;

/// Checks each of them.
pub(crate) fn check(guards: &Guards, scope: &Scope, diagnostics: &mut Diagnostics) {
    if let Some(given) = &guards.budget {
        budget::budget(&given.value, scope, diagnostics);
    }
    for (option, given) in [("breaker", &guards.breaker), ("rate_limit", &guards.rate_limit)] {
        if let Some(path) = given.as_ref().and_then(|given| given.value.named()) {
            constants::same_for_all_instances(option, path, scope, diagnostics);
        }
    }
}
