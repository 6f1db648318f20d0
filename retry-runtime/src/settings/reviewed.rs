//! Result of settings for the policy review.

use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::{Budget, TimedPolicy};

use crate::calls::Fresh;
use crate::registry::Registered;
use crate::settings::fault::SettingsError;
use crate::settings::operation_rules::{code_budget, code_policy};
use crate::settings::plan::{Plan, SharedPlan};
use crate::settings::source::SettingsSource;

/// Result of settings for one operation in one environment.
#[derive(Debug)]
pub(crate) struct ReviewedSettings {
    pub(crate) registered: &'static Registered,
    /// `None`: in every environment.
    pub(crate) environment: Option<String>,
    /// The policy, unless each call brings its own.
    pub(crate) policy: Option<TimedPolicy>,
    /// True if a call that brings its own policy makes one attempt.
    pub(crate) is_disabled: bool,
    /// The budget, if settings replace it.
    pub(crate) budget: Option<Budget>,
    /// The breaker's settings, if they differ from the code.
    pub(crate) breaker: Option<String>,
    /// The rate limit, if it differs from the code.
    pub(crate) rate_limit: Option<String>,
}

impl ReviewedSettings {
    /// Returns the parts that a reviewer sees, to compare them.
    fn parts(&self) -> (Option<TimedPolicy>, bool, [Option<String>; 3]) {
        let budget = self.budget.as_ref().map(ToString::to_string);
        (self.policy.clone(), self.is_disabled, [budget, self.breaker.clone(), self.rate_limit.clone()])
    }
}

/// Returns what settings change, by environment.
///
/// An environment has only what differs from every environment.
pub(crate) fn reviewed(source: &SettingsSource) -> Result<Vec<ReviewedSettings>, SettingsError> {
    source.with_plans(|_, plans| {
        let mut all: Vec<ReviewedSettings> = Vec::new();
        for (environment, plan) in plans {
            for at in 0..plan.operations.len() {
                let one = of_operation(plan, at, environment.as_deref());
                let is_same = |other: &ReviewedSettings| {
                    core::ptr::eq(other.registered, one.registered)
                        && other.environment.is_none()
                        && other.parts() == one.parts()
                };
                let is_code = one.parts() == (code_policy(one.registered), false, [None, None, None]);
                // An environment may restore the code.
                let is_changed = |other: &ReviewedSettings| {
                    core::ptr::eq(other.registered, one.registered) && other.environment.is_none()
                };
                if (!is_code || all.iter().any(is_changed)) && !all.iter().any(is_same) {
                    all.push(one);
                }
            }
        }
        all
    })
}

fn of_operation(plan: &Plan<'_, '_>, at: usize, environment: Option<&str>) -> ReviewedSettings {
    let (registered, judged) = &plan.operations[at];
    let own = judged.budget.as_ref().filter(|budget| budget.to_string() != code_budget(registered));
    let budget = own.or_else(|| of_static(&plan.budgets, registered)).map(Fresh::fresh);
    ReviewedSettings {
        registered,
        environment: environment.map(String::from),
        policy: judged.policy.clone(),
        is_disabled: judged.is_disabled && judged.policy.is_none(),
        budget,
        breaker: of_static(&plan.breakers, registered).map(ToString::to_string),
        rate_limit: of_static(&plan.rate_limits, registered).map(ToString::to_string),
    }
}

/// Returns the value that settings give to the static that an operation names.
fn of_static<'p, T>(plans: &'p [SharedPlan<'_, '_, T>], registered: &Registered) -> Option<&'p T> {
    let shares = |plan: &&SharedPlan<'_, '_, T>| {
        plan.0.operations.iter().any(|other| core::ptr::eq(other.operation, registered.operation))
    };
    plans.iter().find(shares)?.1.value.as_ref()
}
