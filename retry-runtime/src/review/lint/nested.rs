//! What `nested = retry` adds to the attempts of what is called.
//!
//! Within a process retries of layers add, also here: a retry inside of a retry uses up one of the outer's attempts. What
//! `nested = retry` changes is that they add for a service that is down, which else gets the innermost's attempts alone.
//! Only attempts without a bound are never used up.

use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use crate::review::Reviewed;
use crate::review::lint::edges::Edges;
use crate::review::lint::{Finding, Rule};

/// So many layers and so many ways are looked at from one operation; names that are alike by chance make more of them.
const MOST_LAYERS: usize = 8;
const MOST_STEPS: u32 = 1000;

/// For each operation that the one at `outer` calls, the chain through it that costs most.
pub(super) fn told(outer: usize, edges: &Edges<'_>) -> Vec<Finding> {
    let of = edges.operation(outer);
    if !is_nested(of) || attempts(of).is_none() {
        return Vec::new();
    }
    let dearest = edges.called(outer).filter_map(|inner| {
        let mut search = Search { edges, path: vec![outer], dearest: None, steps: 0 };
        search.follow(inner);
        search.dearest
    });
    dearest.map(|chain| Finding::new(of, Rule::RetriesNested, words(&chain))).collect()
}

fn is_nested(of: Reviewed) -> bool {
    of.operation().policy().retries_nested()
}

/// The most attempts, if they are known and there are several.
fn attempts(of: Reviewed) -> Option<Attempts> {
    let policy = of.policy()?;
    (policy.most_attempts() > 1).then(|| policy.worst_case().attempts().map_or(Attempts::Unbounded, Attempts::Most))
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Attempts {
    Most(u32),
    Unbounded,
}

/// Operations from the outermost in.
struct Chain {
    layers: Vec<Reviewed>,
    /// Of the innermost, alone and below all others.
    alone: u32,
    below: Attempts,
}

/// Goes inward as long as each layer retries what the next has given up on; never around.
struct Search<'a> {
    edges: &'a Edges<'a>,
    path: Vec<usize>,
    dearest: Option<Chain>,
    steps: u32,
}

impl Search<'_> {
    fn follow(&mut self, index: usize) {
        self.steps += 1;
        if self.path.contains(&index) || self.path.len() == MOST_LAYERS || self.steps > MOST_STEPS {
            return;
        }
        let of = self.edges.operation(index);
        let Some(own) = attempts(of) else { return };
        self.path.push(index);
        if let Attempts::Most(alone) = own {
            self.keep(alone);
        }
        if is_nested(of) {
            let edges = self.edges;
            edges.called(index).for_each(|inner| self.follow(inner));
        }
        self.path.pop();
    }

    /// Keeps the chain that is walked now, if it costs more than those before.
    fn keep(&mut self, alone: u32) {
        let layers: Vec<_> = self.path.iter().map(|index| self.edges.operation(*index)).collect();
        let outer = layers[..layers.len() - 1].iter().filter_map(|of| attempts(*of));
        let below = outer.fold(Attempts::Most(alone), |sum, more| match (sum, more) {
            (Attempts::Most(sum), Attempts::Most(more)) => Attempts::Most(sum + more - 1),
            _ => Attempts::Unbounded,
        });
        let chain = Chain { layers, alone, below };
        if self.dearest.as_ref().is_none_or(|other| other.cost() < chain.cost()) {
            self.dearest = Some(chain);
        }
    }
}

impl Chain {
    /// What is asked of the innermost, and then how far in that is.
    fn cost(&self) -> (Attempts, usize) {
        (self.below, self.layers.len())
    }
}

fn words(chain: &Chain) -> String {
    let names: Vec<_> = chain.layers.iter().skip(1).map(|of| format!("`{}`", of.name())).collect();
    let (way, alone) = (names.join(", which calls "), chain.alone);
    let innermost = names.last().cloned().unwrap_or_default();
    let below = match chain.below {
        Attempts::Most(below) => format!("{below} attempts of {innermost}, and not {alone}"),
        Attempts::Unbounded => format!("attempts of {innermost} without bound, {alone} at a time"),
    };
    format!(
        "by `nested = retry` it is retried although {way}, has given up: a service that is down gets {below}; leave \
         `nested = retry` out"
    )
}
