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
    let breaker = guards.breaker.as_ref().and_then(|given| given.value.named());
    let rate_limit = guards.rate_limit.as_ref().map(|given| &given.value);
    for (option, path) in [("breaker", breaker), ("rate_limit", rate_limit)] {
        if let Some(path) = path {
            constants::same_for_all_instances(option, path, scope, diagnostics);
        }
    }
}
