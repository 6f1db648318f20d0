//! Which operation calls which: by the names that a body calls, and as the test declares.

use core::panic::Location;
use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::review::lint::{Finding, Rule};
use crate::review::{Review, Reviewed};

/// A call that no body shows, by the names of operations.
#[derive(Clone, Debug)]
pub(in crate::review) struct Declared {
    outer: String,
    inner: String,
    place: &'static Location<'static>,
}

impl Review {
    /// Declares for [`lint`](Self::lint) that the operation `outer` calls the operation `inner`, both by their whole name,
    /// where its body does not show it: through a function between them, or into another crate.
    ///
    /// A name that no operation has is told by `lint`, at the line of this call.
    #[must_use]
    #[track_caller]
    pub fn calls(mut self, outer: &str, inner: &str) -> Self {
        self.declared.push(Declared { outer: outer.into(), inner: inner.into(), place: Location::caller() });
        self
    }
}

/// Who calls whom; operations by their place in the review.
pub(super) struct Edges<'a> {
    operations: &'a [Reviewed],
    /// Outer and inner.
    pairs: BTreeSet<(usize, usize)>,
}

impl<'a> Edges<'a> {
    pub(super) fn of(review: &'a Review) -> Self {
        let operations = review.operations();
        let mut pairs = BTreeSet::new();
        for (outer, of) in operations.iter().enumerate() {
            for name in of.facts().calls.split(' ') {
                pairs.extend(meant(*of, name, operations).into_iter().map(|inner| (outer, inner)));
            }
        }
        for Declared { outer, inner, .. } in &review.declared {
            for outer in named(operations, outer) {
                pairs.extend(named(operations, inner).map(|inner| (outer, inner)));
            }
        }
        Self { operations, pairs }
    }

    pub(super) fn operation(&self, index: usize) -> Reviewed {
        self.operations[index]
    }

    /// Who calls this one, but itself.
    pub(super) fn callers(&self, inner: usize) -> impl Iterator<Item = usize> {
        self.pairs.iter().filter(move |pair| pair.1 == inner && pair.0 != inner).map(|pair| pair.0)
    }

    /// Whom this one calls.
    pub(super) fn called(&self, outer: usize) -> impl Iterator<Item = usize> {
        self.pairs.range((outer, 0)..=(outer, usize::MAX)).map(|pair| pair.1)
    }
}

/// The annotated functions that `name` stands for in the body of `caller`.
fn meant(caller: Reviewed, name: &str, operations: &[Reviewed]) -> Vec<usize> {
    let module = caller.facts().module;
    let is_named = |of: &Reviewed| of.facts().function == name && crate_of(of.facts().module) == crate_of(module);
    let mut all: Vec<_> = places(operations, is_named).collect();
    if all.iter().any(|index| operations[*index].facts().module == module) {
        all.retain(|index| operations[*index].facts().module == module);
    }
    all
}

fn crate_of(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

fn named(operations: &[Reviewed], name: &str) -> impl Iterator<Item = usize> {
    places(operations, move |of| of.name() == name)
}

fn places(operations: &[Reviewed], is_it: impl Fn(&Reviewed) -> bool) -> impl Iterator<Item = usize> {
    operations.iter().enumerate().filter(move |(_, of)| is_it(of)).map(|(index, _)| index)
}

/// Names in a declared call that no operation has.
pub(super) fn unknown(review: &Review) -> impl Iterator<Item = Finding> {
    let operations = review.operations();
    let names = review.declared.iter().flat_map(|Declared { outer, inner, place }| [(outer, *place), (inner, *place)]);
    names.filter(|(name, _)| named(operations, name).next().is_none()).map(|(name, place)| {
        let last = name.rsplit("::").next();
        let like = operations.iter().map(|of| of.name()).find(|other| other.rsplit("::").next() == last);
        let instead = match like {
            Some(other) => format!("write `{other}`"),
            None => "write the whole name of one that is reviewed, as in `shop::quote`".into(),
        };
        let words = format!("no operation has this name, which `calls` was given; {instead}");
        Finding::in_test(place, name, Rule::UnknownOperation, words)
    })
}
