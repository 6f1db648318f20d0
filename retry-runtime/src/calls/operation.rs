//! An annotated function, as the runtime knows it.

use retry_core::internal::{OperationBudget, UNBOUNDED};
use retry_core::{Breaker, Budget, Policy};

#[cfg(feature = "events")]
use crate::observe::state::{Observable, ObserveState};

/// An annotated function: its name, its policy, and what its calls share. The attribute makes one `static` of it a
/// function, which all instances of a generic function share.
#[derive(Debug)]
pub struct Operation {
    name: &'static str,
    policy: Policy,
    own: OperationBudget,
    budget: Source,
    breaker: Option<&'static Breaker>,
    #[cfg(feature = "events")]
    observed: ObserveState,
}

/// Where an operation's retries are drawn from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Own,
    Shared(&'static Budget),
    /// From a budget that each call names, or from none.
    Elsewhere,
}

impl Operation {
    /// An operation: its name is `module_path!()::function`, or what the option `name` gave. It has a budget of its own:
    /// [`Budget::credit`], resting at one call's worth.
    pub const fn new(name: &'static str, policy: Policy) -> Self {
        Self {
            name,
            policy,
            own: OperationBudget::new(),
            budget: Source::Own,
            breaker: None,
            #[cfg(feature = "events")]
            observed: ObserveState::new(name),
        }
    }

    /// The same operation, whose retries draw from `budget`.
    #[must_use]
    pub const fn budget(mut self, budget: &'static Budget) -> Self {
        self.budget = Source::Shared(budget);
        self
    }

    /// The same operation without a budget of its own: its retries draw from none, or from one that each call names.
    #[must_use]
    pub const fn without_budget(mut self) -> Self {
        self.budget = Source::Elsewhere;
        self
    }

    /// The same operation behind a circuit breaker.
    #[must_use]
    pub const fn breaker(mut self, breaker: &'static Breaker) -> Self {
        self.breaker = Some(breaker);
        self
    }

    /// `module::path::function`, or what the option `name` gave.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The policy that the attribute wrote; a call may be under another one, from configuration.
    #[inline]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What is left in its own budget, in tokens, for calls of its own policy; `None` if it draws from another one, or
    /// from none. A retry takes 14. For reports: it may have changed when it is read.
    pub fn tokens_left(&self) -> Option<u32> {
        self.own(self.policy.most_attempts()).map(|own| own.left(self.policy.most_attempts()))
    }

    /// The shared budget that its retries draw from, if there is one.
    pub const fn shared_budget(&self) -> Option<&'static Budget> {
        match self.budget {
            Source::Shared(budget) => Some(budget),
            Source::Own | Source::Elsewhere => None,
        }
    }

    /// The circuit breaker before its attempts, if there is one.
    pub const fn circuit_breaker(&self) -> Option<&'static Breaker> {
        self.breaker
    }

    /// Whether its own budget has nothing to do after a first success: it is at rest, or is not drawn from.
    #[inline]
    pub(crate) fn is_at_rest(&self) -> bool {
        self.own.is_at_rest()
    }

    /// Its own budget, if calls with so many attempts draw from it where they name none.
    #[inline]
    pub(crate) fn own(&self, max_attempts: u32) -> Option<&OperationBudget> {
        (matches!(self.budget, Source::Own) && max_attempts != UNBOUNDED).then_some(&self.own)
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

    fn is_runtime_thread(&self) -> bool {
        crate::calls::runtime_detect::is_async_worker()
    }

    #[cfg(feature = "report")]
    fn now(&self) -> u64 {
        crate::calls::clock::now()
    }

    #[cfg(feature = "report")]
    fn budget_left(&self) -> Option<u64> {
        let max_attempts = self.policy.most_attempts();
        let shared = self.shared_budget().map(|budget| budget.left(max_attempts, crate::calls::clock::now));
        shared.or_else(|| self.tokens_left().map(u64::from))
    }

    #[cfg(feature = "report")]
    fn breaker_state(&self) -> Option<crate::breaker::State> {
        self.breaker.map(Breaker::state)
    }
}
