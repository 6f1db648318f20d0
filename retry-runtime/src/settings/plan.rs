//! Everything that settings change in one environment.
//!
//! It is judged before anything is applied.

use std::string::String;
use std::vec::Vec;

use crate::calls::Fresh;
use crate::registry::Registered;
use crate::settings::effective::effective;
use crate::settings::entry::{Entry, Section};
use crate::settings::fault::Fault;
use crate::settings::operation_rules::{self, Judged};
use crate::settings::shared_rules::{self, JudgedShared};
use crate::settings::targets::{Shared, Targets};
use crate::{Breaker, Budget, RateLimit};

/// Result of settings for one static.
pub(super) type SharedPlan<'t, 'e, T> = (&'t Shared<T>, JudgedShared<'e, T>);

/// Result of settings for the whole program.
pub(super) struct Plan<'t, 'e> {
    /// In the order of the targets.
    pub(super) operations: Vec<(&'static Registered, Judged<'e>)>,
    pub(super) budgets: Vec<SharedPlan<'t, 'e, Budget>>,
    pub(super) breakers: Vec<SharedPlan<'t, 'e, Breaker>>,
    pub(super) rate_limits: Vec<SharedPlan<'t, 'e, RateLimit>>,
}

/// Judges all settings of one environment.
pub(super) fn plan<'t, 'e>(
    entries: &'e [Entry],
    targets: &'t Targets,
    environment: Option<&str>,
) -> Result<Plan<'t, 'e>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut operations = Vec::new();
    for registered in &targets.operations {
        let settings = effective(entries, Section::Operations, &[registered.operation.name()], environment);
        let mut judged = operation_rules::judge(registered, &settings, targets);
        faults.append(&mut judged.faults);
        operations.push((*registered, judged));
    }
    let of = |section| move |names: &[&str]| effective(entries, section, names, environment);
    let plan = Plan {
        operations,
        budgets: shared(&targets.budgets, of(Section::Budgets), shared_rules::budget, &mut faults),
        breakers: shared(&targets.breakers, of(Section::Breakers), shared_rules::breaker, &mut faults),
        rate_limits: shared(&targets.rate_limits, of(Section::RateLimits), shared_rules::rate_limit, &mut faults),
    };
    if faults.is_empty() { Ok(plan) } else { Err(faults) }
}

/// Judges the settings of all statics of a kind.
fn shared<'t, 'e, T: Fresh>(
    all: &'t [Shared<T>],
    settings: impl Fn(&[&str]) -> Vec<&'e Entry>,
    judge: impl Fn(&T, &str, &[&'e Entry]) -> Result<JudgedShared<'e, T>, Vec<Fault>>,
    faults: &mut Vec<Fault>,
) -> Vec<SharedPlan<'t, 'e, T>> {
    let mut plans = Vec::new();
    for shared in all {
        let names: Vec<_> = shared.names.iter().map(String::as_str).collect();
        let settings = settings(&names);
        if settings.is_empty() {
            plans.push((shared, JudgedShared { value: None, applied: Vec::new() }));
            continue;
        }
        match judge(shared.original, &shared.name, &settings) {
            Ok(judged) => plans.push((shared, judged)),
            Err(mut found) => faults.append(&mut found),
        }
    }
    plans
}
