//! State of calls whose options need none.
//!
//! Settings that replace those of the code are in it.

#[cfg(feature = "settings")]
use std::boxed::Box;
#[cfg(feature = "settings")]
use std::sync::Arc;

use retry_core::{Moment, TimedPolicy};

#[cfg(feature = "settings")]
use crate::calls::call::permits::Permits;
#[cfg(feature = "settings")]
use crate::calls::call::retry_budget::RetryBudget;
use crate::calls::call::state::{CallState, FullState};
use crate::calls::operation::Operation;
#[cfg(feature = "settings")]
use crate::calls::overrides::{CallBudget, CallSettings};

/// No data, unless settings replace those of the code.
#[derive(Debug)]
pub struct NoState {
    #[cfg(feature = "settings")]
    overrides: Option<Box<Overrides>>,
}

/// Settings with which a call began, and its permits of their budget.
#[cfg(feature = "settings")]
#[derive(Debug)]
struct Overrides {
    settings: Arc<CallSettings>,
    permits: Permits<'static>,
}

#[cfg(not(feature = "settings"))]
impl NoState {
    /// Creates the state of a call that begins now.
    #[inline]
    pub(super) const fn new(_: &'static Operation, _: fn() -> Moment) -> Self {
        Self {}
    }

    /// Returns the policy of the call.
    #[inline]
    pub(super) const fn policy_in_use<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        let Self {} = self;
        operation.policy()
    }
}

#[cfg(feature = "settings")]
impl NoState {
    /// Creates the state of a call that begins now.
    #[inline]
    pub(super) fn new(operation: &'static Operation, now: fn() -> Moment) -> Self {
        match operation.call_settings() {
            None => Self { overrides: None },
            Some(settings) => Self::with_settings(settings, now),
        }
    }

    #[cold]
    fn with_settings(settings: Arc<CallSettings>, now: fn() -> Moment) -> Self {
        let mut permits = Permits::default();
        if let Some(budget) = &settings.budget {
            permits.set_budget(CallBudget::Set(budget.clone()), now);
        }
        Self { overrides: Some(Box::new(Overrides { settings, permits })) }
    }

    /// Returns the policy of the call.
    #[inline]
    pub(super) fn policy_in_use<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        let set = self.overrides.as_ref().and_then(|overrides| overrides.settings.policy.as_ref());
        set.unwrap_or(operation.policy())
    }

    /// Hands over settings and permits to a state with more data.
    pub(super) fn into_overrides(self) -> Option<(Arc<CallSettings>, Permits<'static>)> {
        self.overrides.map(|overrides| (overrides.settings, overrides.permits))
    }

    /// Returns whether a first success leaves the budget of the settings unchanged.
    #[inline]
    fn is_at_rest(&self) -> bool {
        self.overrides.as_ref().is_none_or(|overrides| overrides.permits.is_at_rest())
    }

    fn limits(&mut self, operation: &'static Operation) -> RetryBudget<'_> {
        match &mut self.overrides {
            None => RetryBudget::new(operation, operation.policy(), None),
            Some(overrides) => {
                let policy = overrides.settings.policy.as_ref().unwrap_or(operation.policy());
                RetryBudget::new(operation, policy, Some(overrides.permits.borrow_mut()))
            }
        }
    }
}

impl<R> CallState<R> for NoState {
    type HoldScope = ();

    #[cfg(feature = "settings")]
    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        self.policy_in_use(operation)
    }

    #[cfg(feature = "settings")]
    #[inline]
    fn is_budget_at_rest(&self) -> bool {
        self.is_at_rest()
    }

    #[cfg(feature = "settings")]
    #[inline]
    fn retry_budget<'a>(&'a mut self, operation: &'static Operation) -> RetryBudget<'a> {
        self.limits(operation)
    }
}

impl<R> FullState<'_, R> {
    /// Creates the state of a call that began without data.
    #[cfg(not(feature = "settings"))]
    #[inline]
    #[cfg_attr(not(feature = "settings"), allow(clippy::needless_pass_by_value))] // it is empty then
    pub(super) fn from_base(base: NoState, operation: &'static Operation) -> Self {
        Self::new(base.policy_in_use(operation).attempt_timeout_span())
    }

    /// Creates the state of a call that began without data, except its settings.
    #[cfg(feature = "settings")]
    #[inline]
    #[cfg_attr(not(feature = "settings"), allow(clippy::needless_pass_by_value))] // it is empty then
    pub(super) fn from_base(base: NoState, operation: &'static Operation) -> Self {
        let mut state = Self::new(base.policy_in_use(operation).attempt_timeout_span());
        if let Some((settings, permits)) = base.into_overrides() {
            state.permits = permits;
            state.overrides = Some(settings);
        }
        state
    }
}

/// Start of the call on its driver's clock.
#[derive(Debug)]
pub struct StartTime {
    pub(super) start_time: Moment,
    #[cfg_attr(not(feature = "settings"), allow(dead_code))] // without settings it is empty
    pub(super) base: NoState,
}

impl<R> CallState<R> for StartTime {
    type HoldScope = ();

    fn start_time(&self) -> Moment {
        self.start_time
    }

    #[cfg(feature = "settings")]
    #[inline]
    fn policy<'a>(&'a self, operation: &'a Operation) -> &'a TimedPolicy {
        self.base.policy_in_use(operation)
    }

    #[cfg(feature = "settings")]
    #[inline]
    fn is_budget_at_rest(&self) -> bool {
        self.base.is_at_rest()
    }

    #[cfg(feature = "settings")]
    #[inline]
    fn retry_budget<'a>(&'a mut self, operation: &'static Operation) -> RetryBudget<'a> {
        self.base.limits(operation)
    }
}
