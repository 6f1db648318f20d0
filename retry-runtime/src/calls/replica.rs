//! Replicas of an operation and of what it shares, inside the scope of a test.
//!
//! Without the feature `testing` there are no scopes, and both functions return their argument.

#[cfg(feature = "testing")]
use retry_core::internal::OperationBudget;

use crate::calls::fresh::Fresh;
#[cfg(feature = "testing")]
use crate::calls::operation::BudgetSource;
use crate::calls::operation::Operation;
#[cfg(all(feature = "settings", feature = "testing"))]
use crate::calls::overrides::SettingsSlot;
#[cfg(all(feature = "events", feature = "testing"))]
use crate::observe::state::ObserveState;
#[cfg(feature = "testing")]
use crate::test_scope::{Generation, current_generation};

impl Operation {
    /// Returns the operation that a call uses which begins now.
    #[cfg(not(feature = "testing"))]
    #[inline]
    pub(crate) const fn in_scope(&'static self) -> &'static Self {
        self
    }

    /// Returns the shared state that calls of this operation use for `original`.
    #[cfg(not(feature = "testing"))]
    #[inline]
    pub(crate) const fn shared<T: Fresh>(&self, original: &'static T) -> &'static T {
        _ = self;
        original
    }

    /// Returns the operation that a call uses which begins now.
    ///
    /// Inside a scope it is the scope's replica.
    #[cfg(feature = "testing")]
    #[inline]
    pub(crate) fn in_scope(&'static self) -> &'static Self {
        current_generation().map_or(self, |scope| self.replica(scope))
    }

    /// Returns the shared state that calls of this operation use for `original`.
    ///
    /// It depends on the scope in which the call began, because a later attempt may run on a thread outside of it.
    #[cfg(feature = "testing")]
    #[inline]
    pub(crate) fn shared<T: Fresh + Send + Sync>(&self, original: &'static T) -> &'static T {
        self.scope.map_or(original, |scope| replica(scope, original))
    }

    /// Returns the operation with the same settings in `scope`.
    #[cfg(feature = "testing")]
    pub(crate) fn replica(&'static self, scope: &'static Generation) -> &'static Self {
        if self.scope.is_some() {
            return self;
        }
        scope.replica(self, || Self {
            name: self.name,
            policy: self.policy.clone(),
            own_budget: OperationBudget::new(),
            budget_source: match self.budget_source {
                BudgetSource::Shared(budget) => BudgetSource::Shared(replica(scope, budget)),
                source @ (BudgetSource::Own | BudgetSource::PerCall) => source,
            },
            has_timeout_per_call: self.has_timeout_per_call,
            breaker: self.breaker.map(|breaker| replica(scope, breaker)),
            #[cfg(feature = "events")]
            observed: ObserveState::new(self.name),
            #[cfg(feature = "settings")]
            settings: SettingsSlot::new(),
            scope: Some(scope),
        })
    }
}

/// Returns the value that calls in `scope` use for `original`.
#[cfg(feature = "testing")]
pub(crate) fn replica<T: Fresh + Send + Sync>(scope: &Generation, original: &'static T) -> &'static T {
    scope.replica(original, || original.fresh())
}
