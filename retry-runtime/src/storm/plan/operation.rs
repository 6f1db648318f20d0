//! Operations of a plan: what an attribute and its `op!` say together.

use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

use retry_core::internal::UNBOUNDED;

use crate::names::proposal;
use crate::registry::{self, Facts, Registered};
use crate::storm::call_to::{CallTo, Given, GivenBudget, OperationSource};
use crate::{Breaker, Budget, Class, TimedPolicy};

/// Operation of a service, resolved.
#[derive(Clone, Debug)]
pub(crate) struct PlannedOperation {
    pub(crate) name: &'static str,
    pub(crate) policy: TimedPolicy,
    /// Timeout of an attempt, the longest if they differ by its number.
    pub(crate) attempt_timeout: Option<Duration>,
    /// True if timeouts differ by the number of the attempt.
    has_attempt_timeouts: bool,
    pub(crate) kind: OperationKind,
    pub(crate) deadline: Option<Duration>,
    pub(crate) budget: PlannedBudget,
    pub(crate) breaker: Option<PlannedBreaker>,
    /// Class of an error of the service that it calls.
    pub(crate) class: Class,
    /// Options of the attribute that the model leaves out.
    pub(crate) left_out: Vec<String>,
}

/// Kind of an operation, which decides how an attempt can have a timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OperationKind {
    Async,
    Blocking,
    /// It has a policy and no attribute.
    WithoutAttribute,
}

/// Budget of an operation, of which each process makes one.
#[derive(Clone, Debug)]
pub(crate) enum PlannedBudget {
    None,
    /// The default budget.
    Own,
    Static(&'static Budget),
    Given(Arc<Budget>),
}

/// Breaker of an operation, of which each process makes one.
#[derive(Clone, Debug)]
pub(crate) enum PlannedBreaker {
    Static(&'static Breaker),
    Given(Arc<Breaker>),
}

impl PlannedBudget {
    /// Returns the settings; `None` for the default budget and for no budget.
    pub(crate) fn settings(&self) -> Option<&Budget> {
        match self {
            Self::None | Self::Own => None,
            Self::Static(budget) => Some(budget),
            Self::Given(budget) => Some(budget),
        }
    }
}

impl PlannedBreaker {
    pub(crate) fn settings(&self) -> &Breaker {
        match self {
            Self::Static(breaker) => breaker,
            Self::Given(breaker) => breaker,
        }
    }
}

impl PlannedOperation {
    /// Resolves the operation of a call.
    ///
    /// # Errors
    ///
    /// All faults, with what to write.
    pub(crate) fn new(call: &CallTo) -> Result<Self, Vec<String>> {
        let registered = match &call.operation {
            OperationSource::Policy(name, policy) => return Ok(Self::without_attribute(name, policy, call)),
            source => find(source).map_err(|fault| std::vec![fault])?,
        };
        let mut faults = Vec::new();
        let facts = &registered.facts;
        let name = registered.operation.name();
        let policy = call.given.policy.clone().or_else(|| policy_of(registered));
        if policy.is_none() {
            faults.push(per_call(name, "policy", facts.policy, "policy(..)"));
        }
        let policy = policy.unwrap_or_else(|| registered.operation.policy().clone());
        let mut time = |given: Option<Duration>, expression: &str, option: &str, of_policy: Option<Duration>| {
            if given.is_none() && !expression.is_empty() {
                faults.push(per_call(name, option, expression, &format!("{option}(..)")));
            }
            given.or(of_policy)
        };
        let attempt_timeout = policy.get_attempt_timeout();
        let attempt_timeout =
            time(call.given.attempt_timeout, facts.attempt_timeout, "attempt_timeout", attempt_timeout);
        let has_attempt_timeouts = call.given.attempt_timeout.is_none() && policy.has_attempt_timeouts();
        let deadline = time(call.given.deadline, facts.deadline, "deadline", policy.get_deadline());
        let budget = budget_of(registered, &call.given, &policy).unwrap_or_else(|fault| {
            faults.push(fault);
            PlannedBudget::None
        });
        let breaker = breaker_of(registered, &call.given).unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        if !faults.is_empty() {
            return Err(faults);
        }
        let (class, left_out) = (class_of(call, &policy), left_out(facts));
        let kind = if facts.is_async { OperationKind::Async } else { OperationKind::Blocking };
        Ok(Self {
            name,
            policy,
            attempt_timeout,
            has_attempt_timeouts,
            kind,
            deadline,
            budget,
            breaker,
            class,
            left_out,
        })
    }

    fn without_attribute(name: &'static str, policy: &TimedPolicy, call: &CallTo) -> Self {
        let policy = call.given.policy.as_ref().unwrap_or(policy);
        let budget = match &call.given.budget {
            GivenBudget::Unchanged if policy.budgeted_attempts() != UNBOUNDED => PlannedBudget::Own,
            GivenBudget::Unchanged | GivenBudget::None => PlannedBudget::None,
            GivenBudget::Some(budget) => PlannedBudget::Given(budget.clone()),
        };
        Self {
            name,
            policy: policy.clone(),
            attempt_timeout: call.given.attempt_timeout.or(policy.get_attempt_timeout()),
            has_attempt_timeouts: call.given.attempt_timeout.is_none() && policy.has_attempt_timeouts(),
            kind: OperationKind::WithoutAttribute,
            deadline: call.given.deadline.or(policy.get_deadline()),
            budget,
            breaker: call.given.breaker.clone().map(PlannedBreaker::Given),
            class: class_of(call, policy),
            left_out: Vec::new(),
        }
    }

    /// Returns the timeout of the attempt with this number.
    pub(crate) fn timeout_of(&self, attempt: u32) -> Option<Duration> {
        if self.has_attempt_timeouts {
            return self.policy.timeout_of(attempt).finite();
        }
        self.attempt_timeout
    }

    /// Returns whether a retry may follow a failure.
    pub(crate) fn retries(&self) -> bool {
        self.policy.attempt_limit() > 1
    }
}

fn policy_of(registered: &Registered) -> Option<TimedPolicy> {
    if registered.facts.policy.is_empty() {
        return Some(registered.operation.policy().clone());
    }
    registered.facts.known_policy.and_then(|known| known().value)
}

fn budget_of(registered: &Registered, given: &Given, policy: &TimedPolicy) -> Result<PlannedBudget, String> {
    match &given.budget {
        GivenBudget::Some(budget) => return Ok(PlannedBudget::Given(budget.clone())),
        GivenBudget::None => return Ok(PlannedBudget::None),
        GivenBudget::Unchanged => {}
    }
    match (registered.operation.shared_budget(), registered.facts.budget) {
        (Some(budget), _) => Ok(PlannedBudget::Static(budget)),
        // Attempts without a limit have no budget of their own.
        (None, "") if policy.budgeted_attempts() != UNBOUNDED => Ok(PlannedBudget::Own),
        (None, "" | "none") => Ok(PlannedBudget::None),
        (None, expression) => Err(per_call(registered.operation.name(), "budget", expression, "budget(Budget::..)")),
    }
}

fn breaker_of(registered: &Registered, given: &Given) -> Result<Option<PlannedBreaker>, String> {
    if let Some(breaker) = &given.breaker {
        return Ok(Some(PlannedBreaker::Given(breaker.clone())));
    }
    match (registered.operation.circuit_breaker(), registered.facts.breaker) {
        (Some(breaker), _) => Ok(Some(PlannedBreaker::Static(breaker))),
        (None, "") => Ok(None),
        (None, expression) => Err(per_call(registered.operation.name(), "breaker", expression, "breaker(Breaker::..)")),
    }
}

/// Returns the class of an error, as [`CallTo::fails_with`] documents.
fn class_of(call: &CallTo, policy: &TimedPolicy) -> Class {
    const USUAL: [Class; 5] =
        [Class::Unavailable, Class::Status(503), Class::Connect, Class::Status(500), Class::Throttled];
    let retried = || USUAL.into_iter().find(|class| policy.covers(*class));
    call.class.or_else(retried).unwrap_or(Class::Unavailable)
}

/// Returns the options of the attribute that the model does not have.
fn left_out(facts: &Facts) -> Vec<String> {
    let options = [
        ("limit", facts.limit),
        ("hedge", facts.hedge),
        ("cancel", facts.cancel),
        ("retry_if or retry_ok", facts.causes),
    ];
    options.into_iter().filter(|(_, text)| !text.is_empty()).map(|(option, _)| option.to_string()).collect()
}

/// Says that an option differs between calls.
fn per_call(name: &str, option: &str, expression: &str, instead: &str) -> String {
    format!("`{name}` has the {option} `{expression}`, which each call computes; write `.{instead}` after its `op!`")
}

/// Finds an annotated function.
fn find(source: &OperationSource) -> Result<&'static Registered, String> {
    match source {
        OperationSource::Function(path) => {
            let mut found: Vec<_> =
                registry::registered().filter(|known| path.is(known.facts.module, known.facts.function)).collect();
            found.dedup_by_key(|known| known.operation.name());
            match found.as_slice() {
                [one] => Ok(one),
                [] => Err(format!("`{}` is not an annotated function; write `#[retry(..)]` on it", path.path())),
                [..] => {
                    let names: Vec<_> = found.iter().map(|known| format!("`{}`", known.operation.name())).collect();
                    let names = names.join(", ");
                    Err(format!(
                        "the module of `{}` has several functions of this name; write `CallTo::named(..)` with one of their names: {names}",
                        path.path()
                    ))
                }
            }
        }
        OperationSource::Named(name) | OperationSource::Policy(name, _) => {
            let mut names: Vec<_> = registry::registered().map(|known| known.operation.name()).collect();
            names.sort_unstable();
            names.dedup();
            let found = registry::registered().find(|known| known.operation.name() == *name);
            found.ok_or_else(|| format!("there is no operation `{name}`; {}", proposal(name, names.iter().copied())))
        }
    }
}
