//! Names of `self` in the options of a method under `async_trait`.
//!
//! That attribute moves `self` into the async block of the body: `let __self = self;`.

use quote::ToTokens;
use syn::Expr;

use crate::emit::tokens::rename_self;
use crate::retry::fallback_spec::Fallback;
use crate::retry::guards::{BudgetSpec, ConcurrencySpec, Guards};
use crate::retry::model::{Key, Model, PolicyBase, RejectedOk, TimeLimit};
use crate::retry::shared_spec::SharedSpec;
use crate::syntax::function::Shape;
use crate::syntax::option::Given;

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
    let Guards { budget, breaker, rate_limit, pace, concurrency, .. } = &mut model.guards;
    if let Some(BudgetSpec::PerCall(expr)) = budget.as_mut().map(|given| &mut given.value) {
        found.push(expr);
    }
    let given = [breaker, rate_limit, pace].into_iter().flatten();
    let mut shared: Vec<_> = given.map(|given| &mut given.value).collect();
    if let Some(Given { value: ConcurrencySpec::Shared(limit), .. }) = concurrency {
        shared.push(limit);
    }
    for spec in shared {
        if let SharedSpec::PerCall(expr) = spec {
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
