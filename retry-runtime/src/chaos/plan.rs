//! The plan: what is injected, into which operations, how often.

use core::any::{Any, TypeId, type_name};
use core::ops::RangeInclusive;
use core::time::Duration;
use std::boxed::Box;
use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use crate::calls::injectable::{self, InjectableOperation, InjectedType};
use crate::chaos::error::ChaosError;
use crate::fault_plan::{ActivePlan, ErrorFactory, FaultPlan, Kind, Rule};
use crate::names::{matches, proposal};

/// Faults and latency for shares of the attempts of some operations.
///
/// An attempt meets every rule whose pattern matches its operation: latencies add up, and the first error counts.
#[derive(Clone, Debug)]
#[must_use = "a plan does nothing until it is given to `chaos::start`"]
pub struct Plan {
    faults: FaultPlan,
    /// A variable, and the values that it may have.
    environment: Option<(String, Vec<String>)>,
}

impl Plan {
    /// Creates a plan without rules.
    pub fn new() -> Self {
        let faults = FaultPlan { seed: 0, rules: Vec::new(), max_latency_per_minute: Duration::from_secs(60) };
        Self { faults, environment: None }
    }

    /// Sets the seed of the draws. It is 0 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.faults.seed = seed;
        self
    }

    /// Fails a share of the attempts with what `error` returns.
    ///
    /// Their bodies do not run.
    ///
    /// `share` is a number from 0 to 1. `operations` is a pattern: `"shop::pay"`, `"shop::*"`.
    pub fn fail<E: Any + Send>(
        self,
        operations: &str,
        share: f64,
        error: impl Fn() -> E + Send + Sync + 'static,
    ) -> Self {
        let make = Arc::new(move || Box::new(error()) as Box<dyn Any + Send>);
        self.rule(operations, share, Kind::Error(ErrorFactory { id: TypeId::of::<E>(), name: type_name::<E>(), make }))
    }

    /// Delays a share of the attempts by a random time in `latency`.
    ///
    /// It passes before the body.
    ///
    /// `share` is a number from 0 to 1. `operations` is a pattern: `"shop::pay"`, `"shop::*"`.
    pub fn delay(self, operations: &str, share: f64, latency: RangeInclusive<Duration>) -> Self {
        self.rule(operations, share, Kind::Latency(latency))
    }

    /// Sets the most latency that is injected per minute, by the process as a whole.
    ///
    /// It is 60 seconds by default. Attempts beyond it are not delayed.
    pub fn max_latency_per_minute(mut self, latency: Duration) -> Self {
        self.faults.max_latency_per_minute = latency;
        self
    }

    /// Refuses to start unless the variable `variable` has one of `values`.
    ///
    /// It is an environment variable.
    ///
    /// ```
    /// use retry_runtime::chaos;
    ///
    /// let plan = chaos::Plan::new().only_if("SHOP_ENVIRONMENT", ["development", "staging"]);
    /// assert_eq!(
    ///     chaos::start(plan).unwrap_err().to_string(),
    ///     "the plan is for other environments: `SHOP_ENVIRONMENT` is not set; it must be one of `development`, `staging`"
    /// );
    /// ```
    pub fn only_if<V: Into<String>>(mut self, variable: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.environment = Some((variable.into(), values.into_iter().map(Into::into).collect()));
        self
    }

    fn rule(mut self, operations: &str, share: f64, kind: Kind) -> Self {
        self.faults.rules.push(Rule { pattern: operations.into(), share, kind });
        self
    }

    /// Checks that the plan is for this environment.
    pub(super) fn check_environment(&self) -> Result<(), ChaosError> {
        let Some((variable, allowed)) = &self.environment else { return Ok(()) };
        let value = std::env::var(variable).ok();
        if value.as_ref().is_some_and(|value| allowed.contains(value)) {
            return Ok(());
        }
        Err(ChaosError::environment(variable, value.as_deref(), allowed))
    }

    /// Checks the rules against the annotated functions of the program.
    pub(crate) fn active(self) -> Result<Arc<ActivePlan>, ChaosError> {
        self.faults.rules.iter().try_for_each(check)?;
        Ok(ActivePlan::new(self.faults))
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self::new()
    }
}

fn check(Rule { pattern, share, kind }: &Rule) -> Result<(), ChaosError> {
    if !(0.0..=1.0).contains(share) {
        return Err(ChaosError::share(pattern, *share));
    }
    let operations: Vec<_> =
        injectable::operations().filter(|known| matches(pattern, known.operation.name())).collect();
    if operations.is_empty() {
        let names: BTreeSet<_> = injectable::operations().map(|known| known.operation.name()).collect();
        return Err(ChaosError::no_operation(pattern, &proposal(pattern, names.iter().copied())));
    }
    match kind {
        Kind::Latency(latency) if latency.is_empty() => {
            Err(ChaosError::latency(pattern, *latency.start(), *latency.end()))
        }
        Kind::Error(factory) if operations.iter().all(|known| error_id(known) != Some(factory.id)) => {
            Err(ChaosError::no_error(pattern, factory.name, &errors(&operations)))
        }
        Kind::Latency(_) | Kind::Error(_) => Ok(()),
    }
}

fn error_id(known: &InjectableOperation) -> Option<TypeId> {
    known.error.map(InjectedType::id)
}

/// Says which errors the operations of a pattern have.
fn errors(operations: &[&InjectableOperation]) -> String {
    let names: BTreeSet<_> = operations.iter().filter_map(|known| known.error).map(InjectedType::name).collect();
    if names.is_empty() {
        return "their error types borrow or may be generic, so only latency can be injected; write `delay`"
            .to_string();
    }
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    format!("return one of {}", names.join(", "))
}
