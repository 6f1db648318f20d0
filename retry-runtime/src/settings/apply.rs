//! Applies a plan: from now on new calls see it.

use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use crate::Budget;
use crate::calls::{CallSettings, Fresh};
use crate::registry::Registered;
use crate::settings::operation_rules::{Judged, code_budget, code_policy};
use crate::settings::plan::{Plan, SharedPlan};

/// Applies a plan to the program, or inside the scope of a test to that scope.
pub(super) fn apply(plan: &Plan<'_, '_>) {
    for (shared, judged) in &plan.breakers {
        shared.in_scope().tune(judged.value.as_ref());
    }
    for (shared, judged) in &plan.rate_limits {
        shared.in_scope().tune(judged.value.as_ref());
    }
    for (registered, judged) in &plan.operations {
        let operation = registered.operation.in_scope();
        let before = operation.call_settings();
        let settings = call_settings(registered, judged, plan, before.as_deref());
        operation.set_call_settings(settings.map(Arc::new));
    }
}

/// Restores what the code says.
pub(super) fn clear(plan: &Plan<'_, '_>) {
    for (shared, _) in &plan.breakers {
        shared.in_scope().tune(None);
    }
    for (shared, _) in &plan.rate_limits {
        shared.in_scope().tune(None);
    }
    for (registered, _) in &plan.operations {
        registered.operation.in_scope().set_call_settings(None);
    }
}

/// Returns the settings of an operation; `None` if they are what the code says.
fn call_settings(
    registered: &Registered,
    judged: &Judged<'_>,
    plan: &Plan<'_, '_>,
    before: Option<&CallSettings>,
) -> Option<CallSettings> {
    let code = code_policy(registered);
    let own = judged.budget.as_ref().filter(|budget| budget.to_string() != code_budget(registered));
    let shared = plan.budgets.iter().find(|(shared, _)| uses(registered, &shared.operations));
    let budget = match (own, shared) {
        (Some(budget), _) => Some(keep(budget, before)),
        (None, Some(shared)) => keep_shared(shared),
        (None, None) => None,
    };
    let is_disabled = judged.is_disabled && code.is_none();
    if judged.policy == code && budget.is_none() && !is_disabled {
        return None;
    }
    let mut parts: Vec<String> = changed(&judged.applied);
    if let (None, Some((shared, judged))) = (own, shared) {
        parts.extend(changed(&judged.applied).into_iter().map(|part| format!("{} of {part}", &shared.name)));
    }
    Some(CallSettings { policy: judged.policy.clone(), is_disabled, budget, summary: parts.join(", ") })
}

/// Formats values that differ: `max_attempts = 5 (retries.toml:3)`.
fn changed(applied: &[(&crate::settings::entry::Entry, String)]) -> Vec<String> {
    let differing = applied.iter().filter(|(entry, code)| entry.value != *code);
    differing.map(|(entry, _)| format!("{} = {} ({})", entry.key, entry.value, entry.origin)).collect()
}

fn uses(registered: &Registered, operations: &[&'static Registered]) -> bool {
    operations.iter().any(|other| core::ptr::eq(other.operation, registered.operation))
}

/// Returns the budget in use if it has the same settings, else a fresh one.
///
/// So a reload refunds nothing.
fn keep(budget: &Budget, before: Option<&CallSettings>) -> Arc<Budget> {
    let used = before.and_then(|before| before.budget.as_ref());
    let same = used.filter(|used| used.to_string() == budget.to_string());
    same.cloned().unwrap_or_else(|| Arc::new(budget.fresh()))
}

/// Returns the one budget of all operations that share a static.
///
/// The first of them that is applied makes it, and the others find it there.
fn keep_shared((shared, judged): &SharedPlan<'_, '_, Budget>) -> Option<Arc<Budget>> {
    let budget = judged.value.as_ref()?;
    let text = budget.to_string();
    let used = shared.operations.iter().filter_map(|other| other.operation.in_scope().call_settings()?.budget.clone());
    let same = used.into_iter().find(|used| used.to_string() == text);
    Some(same.unwrap_or_else(|| Arc::new(Fresh::fresh(budget))))
}
