//! Rule `RetriesNested`: attempts that `nested = retry` adds.
//!
//! Within a process the retries of layers add, also with `nested = retry`: a retry inside a retry uses up one of the outer
//! attempts. Without `nested = retry` a service that is down gets only the attempts of the innermost operation. With it the
//! attempts of all layers add. Unbounded attempts are never used up.

use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use crate::review::lint::call_graph::CallGraph;
use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;

/// Bounds of the search from one operation.
///
/// Names that are equal by chance may create many paths.
const MAX_LAYERS: usize = 8;
const MAX_STEPS: u32 = 1000;

/// Reports the most expensive chain of calls through each called operation.
pub(super) fn check(outer: usize, graph: &CallGraph<'_>) -> Vec<Finding> {
    let operation = graph.operation(outer);
    if !operation.retries_nested() || attempts(operation).is_none() {
        return Vec::new();
    }
    let chains = graph.called(outer).filter_map(|inner| {
        let mut search = Search { graph, path: vec![outer], most_expensive: None, steps: 0 };
        search.follow(inner);
        search.most_expensive
    });
    chains.map(|chain| Finding::new(operation, Rule::RetriesNested, message(&chain))).collect()
}

/// Returns the bound of attempts, if it is known and more than one.
fn attempts(operation: ReviewedOperation) -> Option<Attempts> {
    let policy = operation.policy()?;
    (policy.attempt_limit() > 1).then(|| policy.worst_case().attempts().map_or(Attempts::Unbounded, Attempts::AtMost))
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Attempts {
    AtMost(u32),
    Unbounded,
}

/// Chain of operations that call each other, the outermost first.
struct Chain {
    layers: Vec<ReviewedOperation>,
    /// The attempts of the innermost operation alone.
    alone: u32,
    /// Its attempts below all other layers.
    below: Attempts,
}

/// Search inward as long as each layer retries give-ups of the next one.
///
/// The search visits no operation twice.
struct Search<'a> {
    graph: &'a CallGraph<'a>,
    path: Vec<usize>,
    most_expensive: Option<Chain>,
    steps: u32,
}

impl Search<'_> {
    fn follow(&mut self, index: usize) {
        self.steps += 1;
        if self.path.contains(&index) || self.path.len() == MAX_LAYERS || self.steps > MAX_STEPS {
            return;
        }
        let operation = self.graph.operation(index);
        let Some(own) = attempts(operation) else { return };
        self.path.push(index);
        if let Attempts::AtMost(alone) = own {
            self.keep(alone);
        }
        if operation.retries_nested() {
            let graph = self.graph;
            graph.called(index).for_each(|inner| self.follow(inner));
        }
        self.path.pop();
    }

    /// Keeps the current chain if it costs more than those before.
    fn keep(&mut self, alone: u32) {
        let layers: Vec<_> = self.path.iter().map(|index| self.graph.operation(*index)).collect();
        let outer = layers[..layers.len() - 1].iter().filter_map(|operation| attempts(*operation));
        let below = outer.fold(Attempts::AtMost(alone), |sum, more| match (sum, more) {
            (Attempts::AtMost(sum), Attempts::AtMost(more)) => Attempts::AtMost(sum + more - 1),
            _ => Attempts::Unbounded,
        });
        let chain = Chain { layers, alone, below };
        if self.most_expensive.as_ref().is_none_or(|other| other.cost() < chain.cost()) {
            self.most_expensive = Some(chain);
        }
    }
}

impl Chain {
    /// Returns the attempts of the innermost operation, then the number of layers.
    fn cost(&self) -> (Attempts, usize) {
        (self.below, self.layers.len())
    }
}

fn message(chain: &Chain) -> String {
    let names: Vec<_> = chain.layers.iter().skip(1).map(|operation| format!("`{}`", operation.name())).collect();
    let comma = if names.len() > 1 { "," } else { "" };
    let (way, alone) = (names.join(", which calls "), chain.alone);
    let innermost = names.last().cloned().unwrap_or_default();
    let below = match chain.below {
        Attempts::AtMost(below) => format!("{below} attempts of {innermost} instead of {alone}"),
        Attempts::Unbounded => format!("unbounded attempts of {innermost}, {alone} at a time"),
    };
    format!(
        "`nested = retry` retries it although {way}{comma} has given up: a service that is down gets {below}; remove `nested = \
         retry`"
    )
}
