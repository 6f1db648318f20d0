//! Conditions of an attempt.

use proc_macro2::Span;
use syn::Expr;

use crate::retry::shared_spec::SharedSpec;
use crate::syntax::literal::{Length, Value};
use crate::syntax::option::Given;

/// Conditions of an attempt: budget, circuit breaker, and limits.
#[derive(Default)]
pub(crate) struct Guards {
    pub(crate) budget: Option<Given<BudgetSpec>>,
    pub(crate) breaker: Option<Given<SharedSpec>>,
    pub(crate) rate_limit: Option<Given<SharedSpec>>,
    pub(crate) pace: Option<Given<SharedSpec>>,
    pub(crate) concurrency: Option<Given<ConcurrencySpec>>,
    pub(crate) hedge: Option<Given<HedgeSpec>>,
    /// `nested = retry`.
    pub(crate) retries_nested: bool,
}

pub(crate) enum BudgetSpec {
    /// The default: `credit`, of this operation alone.
    Default,
    None,
    /// A `static` of the user.
    Static(Expr),
    /// The expression may name an argument.
    PerCall(Expr),
    /// A budget of this operation alone, of another shape or size.
    Inline(Box<BudgetShape>),
}

pub(crate) enum BudgetShape {
    /// Not both `None`: that is the default.
    Credit {
        rest: Option<Value<u32>>,
        wait: Option<MaxWait>,
    },
    Aws,
    Ratio {
        share: Value<f64>,
        window: Length,
        reserve: Option<Value<f64>>,
    },
    InFlight {
        share: Value<f64>,
        at_least: Value<u32>,
    },
}

/// Longest time in line of a call.
pub(crate) enum MaxWait {
    /// Nobody waits.
    None,
    AtMost(Length),
}

pub(crate) enum ConcurrencySpec {
    /// A `static` of the user, or an expression.
    Shared(SharedSpec),
    /// A limit of this operation alone.
    Inline { attempts: Value<u32>, wait: Option<Length> },
}

/// Second attempt that joins a slow first one.
pub(crate) struct HedgeSpec {
    pub(crate) delay: HedgeDelay,
    /// The largest share of calls with a hedge.
    pub(crate) at_most: Option<Value<f64>>,
    /// The most hedges that may follow each other.
    pub(crate) at_once: Option<Value<u32>>,
}

pub(crate) enum HedgeDelay {
    After(Length),
    Percentile { percent: u32, span: Span },
}

impl HedgeSpec {
    /// The user's expressions in it.
    pub(crate) fn constants(&self) -> Vec<&Expr> {
        let delay = match &self.delay {
            HedgeDelay::After(delay) => delay.constant(),
            HedgeDelay::Percentile { .. } => None,
        };
        let settings =
            [self.at_most.as_ref().and_then(Value::constant), self.at_once.as_ref().and_then(Value::constant)];
        delay.into_iter().chain(settings.into_iter().flatten()).collect()
    }

    /// The hedge as it is written.
    pub(crate) fn text(&self) -> String {
        let (name, delay) = match &self.delay {
            HedgeDelay::After(delay) => ("after".to_string(), Some(delay.text())),
            HedgeDelay::Percentile { percent, .. } => (format!("p{percent}"), None),
        };
        let at_most = self.at_most.as_ref().map(|share| format!("at_most = {}", share.text()));
        let at_once = self.at_once.as_ref().map(|hedges| format!("at_once = {}", hedges.text()));
        let arguments: Vec<_> = delay.into_iter().chain(at_most).chain(at_once).collect();
        if arguments.is_empty() { name } else { format!("{name}({})", arguments.join(", ")) }
    }
}

impl Guards {
    pub(crate) fn budget(&self) -> Option<&BudgetSpec> {
        self.budget.as_ref().map(|given| &given.value)
    }

    pub(crate) fn concurrency(&self) -> Option<&ConcurrencySpec> {
        self.concurrency.as_ref().map(|given| &given.value)
    }

    /// The values that calls share, with the names of their options.
    pub(crate) fn shared(&self) -> Vec<(&'static str, &SharedSpec)> {
        let given = [("breaker", &self.breaker), ("pace", &self.pace), ("rate_limit", &self.rate_limit)];
        let mut shared: Vec<_> =
            given.into_iter().filter_map(|(name, given)| Some((name, &given.as_ref()?.value))).collect();
        if let Some(ConcurrencySpec::Shared(limit)) = self.concurrency() {
            shared.push(("concurrency", limit));
        }
        shared
    }

    /// Returns whether a limit stands before each attempt.
    pub(crate) fn has_limits(&self) -> bool {
        self.pace.is_some() || self.rate_limit.is_some() || self.concurrency.is_some()
    }

    /// The user's expressions in the block of the operation's `static`.
    pub(crate) fn constants(&self) -> Vec<&Expr> {
        let mut found: Vec<_> = self.shared().into_iter().filter_map(|(_, shared)| shared.named()).collect();
        if let Some(ConcurrencySpec::Inline { attempts, wait }) = self.concurrency() {
            found.extend(attempts.constant());
            found.extend(wait.as_ref().and_then(Value::constant));
        }
        found.extend(self.hedge.iter().flat_map(|given| given.value.constants()));
        match self.budget() {
            Some(BudgetSpec::Static(path)) => found.push(path),
            Some(BudgetSpec::Inline(shape)) => found.extend(shape.constants()),
            _ => {}
        }
        found
    }
}

impl BudgetShape {
    /// The user's expressions in it.
    pub(crate) fn constants(&self) -> Vec<&Expr> {
        let values = match self {
            Self::Credit { rest, wait } => {
                [rest.as_ref().and_then(Value::constant), wait.as_ref().and_then(MaxWait::constant), None]
            }
            Self::Aws => [None; 3],
            Self::Ratio { share, window, reserve } => {
                [share.constant(), window.constant(), reserve.as_ref().and_then(Value::constant)]
            }
            Self::InFlight { share, at_least } => [share.constant(), at_least.constant(), None],
        };
        values.into_iter().flatten().collect()
    }
}

impl MaxWait {
    fn constant(&self) -> Option<&Expr> {
        match self {
            Self::None => None,
            Self::AtMost(longest) => longest.constant(),
        }
    }
}
