//! Rules of chaos, and their state while they are active.

use core::any::{Any, TypeId};
use core::fmt;
use core::ops::RangeInclusive;
use core::time::Duration;
use std::boxed::Box;
use std::collections::HashMap;
use std::string::String;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Vec;

use retry_core::units;

use crate::fault_plan::draw::{bits, unit};
use crate::names::matches;

/// Fault for a share of the attempts of some operations.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: String,
    /// From 0 to 1.
    pub(crate) share: f64,
    pub(crate) kind: Kind,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Latency(RangeInclusive<Duration>),
    Error(ErrorFactory),
}

/// Maker of errors of one type.
#[derive(Clone)]
pub(crate) struct ErrorFactory {
    pub(crate) id: TypeId,
    pub(crate) name: &'static str,
    pub(crate) make: Arc<dyn Fn() -> Box<dyn Any + Send> + Send + Sync>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Latency(range) => formatter.debug_tuple("Latency").field(range).finish(),
            Self::Error(factory) => formatter.debug_tuple("Error").field(&factory.name).finish(),
        }
    }
}

/// Rules with their seed and their bound.
#[derive(Clone, Debug)]
pub(crate) struct FaultPlan {
    pub(crate) seed: u64,
    pub(crate) rules: Vec<Rule>,
    pub(crate) max_latency_per_minute: Duration,
}

/// Fault of one attempt.
pub(crate) struct Fault {
    pub(crate) latency: Duration,
    pub(crate) error: Option<Box<dyn Any + Send>>,
}

/// Latency that was injected in one minute of the process.
#[derive(Debug, Default)]
struct Spent {
    minute: u64,
    latency: Duration,
}

/// Plan that is active.
#[derive(Debug)]
pub(crate) struct ActivePlan {
    plan: FaultPlan,
    /// Number of attempts so far, by operation.
    attempts: Mutex<HashMap<&'static str, u64>>,
    spent: Mutex<Spent>,
}

impl ActivePlan {
    pub(crate) fn new(plan: FaultPlan) -> Arc<Self> {
        Arc::new(Self { plan, attempts: Mutex::default(), spent: Mutex::default() })
    }

    /// Decides upon the next attempt of an operation with errors of this type.
    pub(crate) fn next(&self, operation: &'static str, error: Option<TypeId>, now: u64) -> Fault {
        let rules: Vec<_> =
            self.plan.rules.iter().zip(0_u64..).filter(|(rule, _)| matches(&rule.pattern, operation)).collect();
        let mut fault = Fault { latency: Duration::ZERO, error: None };
        if rules.is_empty() {
            return fault;
        }
        let attempt = self.count(operation);
        let draw = |draw| unit(bits(self.plan.seed, operation, attempt, draw));
        for (rule, index) in rules {
            // Two draws per rule: of its share, and of its size.
            if draw(2 * index) >= rule.share {
                continue;
            }
            match &rule.kind {
                Kind::Latency(range) => {
                    let size = range.end().saturating_sub(*range.start()).mul_f64(draw(2 * index + 1));
                    fault.latency = fault.latency.saturating_add(range.start().saturating_add(size));
                }
                Kind::Error(factory) if fault.error.is_none() && Some(factory.id) == error => {
                    fault.error = Some((factory.make)());
                }
                Kind::Error(_) => {}
            }
        }
        fault.latency = self.spend(fault.latency, now / (60 * units::SECOND));
        fault
    }

    fn count(&self, operation: &'static str) -> u64 {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = attempts.entry(operation).or_default();
        *count += 1;
        *count
    }

    /// Returns `latency`, or the rest that the minute allows.
    fn spend(&self, latency: Duration, minute: u64) -> Duration {
        if latency.is_zero() {
            return latency;
        }
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.minute != minute {
            *spent = Spent { minute, latency: Duration::ZERO };
        }
        let latency = latency.min(self.plan.max_latency_per_minute.saturating_sub(spent.latency));
        spent.latency += latency;
        latency
    }
}
