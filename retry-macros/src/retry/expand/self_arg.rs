//! Names of `self` in the options of a method under `async_trait`.
//!
//! That attribute moves `self` into the async block of the body: `let __self = self;`.

use quote::ToTokens;
use syn::Expr;

use crate::emit::tokens::rename_self;
use crate::retry::fallback_spec::Fallback;
use crate::retry::model::{BudgetSpec, Key, Model, PolicyBase, RejectedOk, TimeLimit};
use crate::retry::shared_spec::SharedSpec;
use crate::syntax::function::Shape;

/// Renames `self` in all expressions that are evaluated inside that block.
pub(super) fn rename(model: &mut Model) {
    let Shape::Future(block) = &model.shape else { return };
    let Some(name) = block.moved_self() else { return };
    for expr in expressions(model) {
        if let Ok(renamed) = syn::parse2(rename_self(expr.to_token_stream(), &name)) {
            *expr = renamed;
        }
    }
}

/// Returns all expressions that are evaluated per call.
fn expressions(model: &mut Model) -> Vec<&mut Expr> {
    let mut found = Vec::new();
    if let PolicyBase::PerCall(expr) = &mut model.base {
        found.push(expr);
    }
    for limit in [&mut model.limits.deadline, &mut model.limits.attempt_timeout].into_iter().flatten() {
        if let TimeLimit::PerCall(expr) = &mut limit.value {
            found.push(expr);
        }
    }
    if let Some(BudgetSpec::PerCall(expr)) = model.guards.budget.as_mut().map(|given| &mut given.value) {
        found.push(expr);
    }
    for shared in [&mut model.guards.breaker, &mut model.guards.rate_limit].into_iter().flatten() {
        if let SharedSpec::PerCall(expr) = &mut shared.value {
            found.push(expr);
        }
    }
    if let Some(Key::PerCall(expr)) = model.effects.key.as_mut().map(|given| &mut given.value) {
        found.push(expr);
    }
    found.extend(model.cancel.as_mut().map(|given| &mut given.value));
    found.extend(&mut model.retry_if);
    if let Some(RejectedOk::Predicate(expr)) = &mut model.retry_ok {
        found.push(expr);
    }
    found.extend(model.on_retry.as_mut().map(|hook| &mut hook.expr));
    found.extend(model.fallback.iter_mut().flat_map(Fallback::exprs_mut));
    let lists = model.retry_on.iter_mut().chain([&mut model.except]);
    found.extend(lists.flat_map(|list| list.patterns.iter_mut().filter_map(|(_, guard)| guard.as_mut())));
    found
}
