//! Calls between operations.
//!
//! They are known by the names that a body calls, and by declarations of the test.

use std::collections::BTreeSet;
use std::format;
use std::vec::Vec;

use crate::review::lint::findings::{Finding, Rule};
use crate::review::policy_review::{DeclaredCall, Review};
use crate::review::reviewed::ReviewedOperation;

/// Calls between operations, which are numbered by their index in the review.
pub(super) struct CallGraph<'a> {
    operations: &'a [ReviewedOperation],
    /// Caller and called operation.
    edges: BTreeSet<(usize, usize)>,
}

impl<'a> CallGraph<'a> {
    pub(super) fn new(review: &'a Review) -> Self {
        let operations = review.operations();
        let mut edges = BTreeSet::new();
        for (outer, operation) in operations.iter().enumerate() {
            for name in operation.facts().calls.split(' ') {
                edges.extend(resolve(*operation, name, operations).into_iter().map(|inner| (outer, inner)));
            }
        }
        for DeclaredCall { outer, inner, .. } in &review.declared {
            for outer in named(operations, outer) {
                edges.extend(named(operations, inner).map(|inner| (outer, inner)));
            }
        }
        Self { operations, edges }
    }

    pub(super) fn operation(&self, index: usize) -> ReviewedOperation {
        self.operations[index]
    }

    /// Returns the callers of an operation, except itself.
    pub(super) fn callers(&self, inner: usize) -> impl Iterator<Item = usize> {
        self.edges.iter().filter(move |edge| edge.1 == inner && edge.0 != inner).map(|edge| edge.0)
    }

    /// Returns the operations that an operation calls.
    pub(super) fn called(&self, outer: usize) -> impl Iterator<Item = usize> {
        self.edges.range((outer, 0)..=(outer, usize::MAX)).map(|edge| edge.1)
    }
}

/// Returns the annotated functions that `name` refers to in the body of `caller`.
fn resolve(caller: ReviewedOperation, name: &str, operations: &[ReviewedOperation]) -> Vec<usize> {
    let module = caller.facts().module;
    let is_named = |operation: &ReviewedOperation| {
        let facts = operation.facts();
        facts.function == name && crate_name(facts.module) == crate_name(module)
    };
    let mut all: Vec<_> = indices(operations, is_named).collect();
    if all.iter().any(|index| operations[*index].facts().module == module) {
        all.retain(|index| operations[*index].facts().module == module);
    }
    all
}

fn crate_name(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

fn named(operations: &[ReviewedOperation], name: &str) -> impl Iterator<Item = usize> {
    indices(operations, move |operation| operation.name() == name)
}

fn indices(
    operations: &[ReviewedOperation],
    matches: impl Fn(&ReviewedOperation) -> bool,
) -> impl Iterator<Item = usize> {
    operations.iter().enumerate().filter(move |(_, operation)| matches(operation)).map(|(index, _)| index)
}

/// Reports names in declared calls that no operation has.
pub(super) fn unknown_operations(review: &Review) -> impl Iterator<Item = Finding> {
    let operations = review.operations();
    let names = review
        .declared
        .iter()
        .flat_map(|DeclaredCall { outer, inner, location }| [(outer, *location), (inner, *location)]);
    names.filter(|(name, _)| named(operations, name).next().is_none()).map(|(name, location)| {
        let last = name.rsplit("::").next();
        let similar =
            operations.iter().map(|operation| operation.name()).find(|other| other.rsplit("::").next() == last);
        let instead = match similar {
            Some(other) => format!("write `{other}`"),
            None => "write the full name of a reviewed operation, as in `shop::quote`".into(),
        };
        let message = format!("no operation has this name, which was passed to `calls`; {instead}");
        Finding::in_test(location, name, Rule::UnknownOperation, message)
    })
}
