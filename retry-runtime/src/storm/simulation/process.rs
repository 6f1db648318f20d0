//! A process of a service: its queue, budgets and breakers.

use core::time::Duration;
use std::vec::Vec;

use crate::storm::plan::{PlannedBreaker, PlannedBudget, PlannedService};
use crate::storm::simulation::budget::ProcessBudget;
use crate::storm::simulation::desk::Desk;
use crate::{Breaker, Budget};

/// Window of a retry limit, as in the server layer.
const WINDOW: Duration = Duration::from_secs(1);

/// One process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) desk: Desk,
    pub(super) budgets: Vec<ProcessBudget>,
    pub(super) breakers: Vec<Breaker>,
    /// Budget for retries by callers, as a share of first attempts.
    pub(super) retry_limit: Option<Budget>,
}

/// Positions of the budget and the breaker of each operation of a service.
///
/// Operations that name the same `static` share it in each process.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) of_steps: Vec<(Option<usize>, Option<usize>)>,
    budgets: Vec<PlannedBudget>,
    breakers: Vec<PlannedBreaker>,
}

impl Shared {
    pub(super) fn new(service: &PlannedService) -> Self {
        let mut shared = Self { of_steps: Vec::new(), budgets: Vec::new(), breakers: Vec::new() };
        for step in &service.steps {
            let budget = shared.budget(&step.operation.budget);
            let breaker = step.operation.breaker.as_ref().map(|breaker| shared.breaker(breaker));
            shared.of_steps.push((budget, breaker));
        }
        shared
    }

    fn budget(&mut self, budget: &PlannedBudget) -> Option<usize> {
        if matches!(budget, PlannedBudget::None) {
            return None;
        }
        let is_same = |other: &PlannedBudget| match (budget.settings(), other.settings()) {
            (Some(one), Some(other)) => core::ptr::eq(one, other),
            _ => false,
        };
        let position = self.budgets.iter().position(is_same).unwrap_or(self.budgets.len());
        if position == self.budgets.len() {
            self.budgets.push(budget.clone());
        }
        Some(position)
    }

    fn breaker(&mut self, breaker: &PlannedBreaker) -> usize {
        let is_same = |other: &PlannedBreaker| core::ptr::eq(breaker.settings(), other.settings());
        let position = self.breakers.iter().position(is_same).unwrap_or(self.breakers.len());
        if position == self.breakers.len() {
            self.breakers.push(breaker.clone());
        }
        position
    }

    /// Creates a process, whose budgets are full and whose breakers are closed.
    pub(super) fn process(&self, retry_limit: Option<f64>) -> Process {
        let budget =
            |budget: &PlannedBudget| budget.settings().map_or_else(ProcessBudget::own, ProcessBudget::with_settings);
        Process {
            desk: Desk::default(),
            budgets: self.budgets.iter().map(budget).collect(),
            breakers: self.breakers.iter().map(|breaker| breaker.settings().fresh()).collect(),
            // Validated before, so that it is a share.
            retry_limit: retry_limit.and_then(|share| Budget::try_ratio(share, WINDOW, 1.0).ok()),
        }
    }
}
