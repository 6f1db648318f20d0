//! An annotated function: name, policy, and the state that its calls share.

#[cfg(feature = "settings")]
use std::sync::Arc;

use retry_core::internal::{OperationBudget, UNBOUNDED};
use retry_core::{Breaker, Budget, TimedPolicy};

use crate::calls::named::{NamedBreaker, NamedBudget, TypeOf};
#[cfg(feature = "settings")]
use crate::calls::overrides::{CallSettings, SettingsSlot};
#[cfg(feature = "events")]
use crate::observe::state::{Observable, ObserveState};
#[cfg(feature = "testing")]
use crate::test_scope::Generation;

/// Annotated function, or call site of [`call`](crate::call).
///
/// It has a name, a policy, and the state that its calls share.
///
/// The attribute prints one `static` per function; all instances of a generic function share it.
#[derive(Debug)]
pub struct Operation {
    pub(super) name: &'static str,
    pub(super) policy: TimedPolicy,
    pub(super) own_budget: OperationBudget,
    pub(super) budget_source: BudgetSource,
    pub(super) breaker: Option<&'static Breaker>,
    /// True if each call brings its attempt timeout.
    pub(super) has_timeout_per_call: bool,
    #[cfg(feature = "events")]
    pub(super) observed: ObserveState,
    /// Settings that replace those of the code.
    #[cfg(feature = "settings")]
    pub(super) settings: SettingsSlot,
    /// Scope of a replica.
    #[cfg(feature = "testing")]
    pub(super) scope: Option<&'static Generation>,
}

/// Budget from which an operation's retries are withdrawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum BudgetSource {
    Own,
    Shared(&'static Budget),
    /// A budget that each call names, or none.
    PerCall,
}

impl Operation {
    /// Creates an operation with a budget of its own, [`Budget::credit`].
    ///
    /// The attribute passes `module_path!()::function` as the name, or the value of the option `name`.
    pub const fn new(name: &'static str, policy: TimedPolicy) -> Self {
        Self {
            name,
            policy,
            own_budget: const { OperationBudget::new() },
            budget_source: BudgetSource::Own,
            breaker: None,
            has_timeout_per_call: false,
            #[cfg(feature = "events")]
            observed: ObserveState::new(name),
            #[cfg(feature = "settings")]
            settings: SettingsSlot::new(),
            #[cfg(feature = "testing")]
            scope: None,
        }
    }

    /// Sets the shared budget from which the operation's retries are withdrawn.
    #[must_use]
    pub const fn budget(mut self, budget: &'static Budget) -> Self {
        self.budget_source = BudgetSource::Shared(budget);
        self
    }

    /// Removes the operation's own budget.
    ///
    /// Retries need none then, or are withdrawn from one that each call names.
    #[must_use]
    pub const fn without_budget(mut self) -> Self {
        self.budget_source = BudgetSource::PerCall;
        self
    }

    /// Sets the budget that an attribute names by its path.
    ///
    /// The compiler shows the line of the lifetime for a `const`, of which it cannot say more.
    #[doc(hidden)]
    #[must_use]
    pub const fn named_budget<'b, B>(self, budget: &'b <B as NamedBudget>::Itself, _: TypeOf<B>) -> Self
    where
        B: NamedBudget<Itself = Budget>,
        'b: 'static, // a `const` is another budget at each mention; write `static` where it is defined
    {
        self.budget(budget)
    }

    /// Sets the circuit breaker that an attribute names by its path.
    #[doc(hidden)]
    #[must_use]
    pub const fn named_breaker<'b, B>(self, breaker: &'b <B as NamedBreaker>::Itself, _: TypeOf<B>) -> Self
    where
        B: NamedBreaker<Itself = Breaker>,
        'b: 'static, // a `const` is another breaker at each mention; write `static` where it is defined
    {
        self.breaker(breaker)
    }

    /// Puts the operation behind a circuit breaker.
    #[must_use]
    pub const fn breaker(mut self, breaker: &'static Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// Keeps the attempt timeout that each call brings for all its attempts.
    ///
    /// The policy may have others by the number of the attempt.
    #[doc(hidden)]
    #[must_use]
    pub const fn timeout_per_call(mut self) -> Self {
        self.has_timeout_per_call = true;
        self
    }

    /// Returns the name of the operation.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the policy of the attribute.
    ///
    /// A call may use another one, for example from configuration.
    #[inline]
    pub const fn policy(&self) -> &TimedPolicy {
        &self.policy
    }

    /// Returns the tokens left in the own budget, of which a retry takes 14.
    ///
    /// Returns `None` if the operation has no budget of its own. Other threads may change the number at any time.
    pub fn tokens_left(&self) -> Option<u32> {
        self.own_budget(self.policy.budgeted_attempts()).map(|budget| budget.left(self.policy.budgeted_attempts()))
    }

    /// Returns the shared budget of the operation, if it has one.
    pub const fn shared_budget(&self) -> Option<&'static Budget> {
        match self.budget_source {
            BudgetSource::Shared(budget) => Some(budget),
            BudgetSource::Own | BudgetSource::PerCall => None,
        }
    }

    /// Returns the circuit breaker, if the attribute names a `static`.
    ///
    /// A breaker from an expression differs between calls.
    pub const fn circuit_breaker(&self) -> Option<&'static Breaker> {
        self.breaker
    }

    /// Returns whether a first success leaves the own budget unchanged.
    #[inline]
    pub(crate) fn is_at_rest(&self) -> bool {
        self.own_budget.is_at_rest()
    }

    /// Returns the own budget, if a call that names no budget uses it.
    #[inline]
    pub(crate) fn own_budget(&self, max_attempts: u32) -> Option<&OperationBudget> {
        (matches!(self.budget_source, BudgetSource::Own) && max_attempts != UNBOUNDED).then_some(&self.own_budget)
    }
}

#[cfg(feature = "settings")]
impl Operation {
    /// Returns the settings of a call that begins now.
    ///
    /// They replace those of the code.
    #[inline]
    pub(crate) fn call_settings(&self) -> Option<Arc<CallSettings>> {
        self.settings.get()
    }

    /// Replaces the settings of calls that begin from now on.
    pub(crate) fn set_call_settings(&self, settings: Option<Arc<CallSettings>>) {
        self.settings.set(settings);
    }
}

#[cfg(feature = "events")]
impl Observable for Operation {
    fn name(&self) -> &'static str {
        self.name
    }

    fn observed(&self) -> &ObserveState {
        &self.observed
    }

    #[cfg(feature = "testing")]
    fn scope(&self) -> Option<&'static Generation> {
        self.scope
    }

    fn is_runtime_thread(&self) -> bool {
        crate::calls::env::runtime_detect::is_async_worker()
    }

    #[cfg(feature = "report")]
    fn now(&self) -> u64 {
        crate::calls::env::clock::now_nanos()
    }

    #[cfg(feature = "report")]
    fn budget_left(&self) -> Option<u64> {
        #[cfg(feature = "settings")]
        let settings = self.call_settings();
        #[cfg(feature = "settings")]
        if let Some(settings) = settings.as_ref() {
            let policy = settings.policy.as_ref().unwrap_or(&self.policy);
            if let Some(budget) = &settings.budget {
                return Some(budget.left(policy.budgeted_attempts(), crate::calls::env::clock::now));
            }
        }
        let max_attempts = self.policy.budgeted_attempts();
        let shared = self.shared_budget().map(|budget| budget.left(max_attempts, crate::calls::env::clock::now));
        shared.or_else(|| self.tokens_left().map(u64::from))
    }

    #[cfg(all(feature = "report", feature = "settings"))]
    fn settings(&self) -> Option<std::string::String> {
        self.call_settings().map(|settings| settings.summary.clone())
    }

    #[cfg(feature = "report")]
    fn breaker_state(&self) -> Option<crate::breaker::State> {
        self.breaker.map(Breaker::state)
    }
}
