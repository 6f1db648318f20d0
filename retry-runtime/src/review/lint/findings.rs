//! What was found, in words.

use core::fmt::{self, Debug, Display, Formatter};
use core::panic::Location;
use core::slice;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::review::Reviewed;

/// What can be wrong with an annotated function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An async function that is retried on failures of a network has no attempt timeout: one attempt that never ends
    /// hangs the call, since a deadline cuts no attempt. A client with a timeout of its own is not seen: allow it.
    NoAttemptTimeout,
    /// The function's name begins with a word that changes something, as `charge` or `send`, and a retry may do it
    /// twice: it has neither `side_effects` nor an idempotency key, and is not retried on `Connect` alone.
    SideEffects,
    /// In the worst case the function takes longer than a caller lets it: its last attempts never happen.
    DeadlineOfCaller,
    /// A caller cuts its attempt no later than the function its own: no retry ever follows one that was cut.
    TimeoutOfCaller,
    /// The function is retried by `nested = retry` when another has given up, whose attempts then come on top.
    RetriesNested,
    /// [`Review::calls`](crate::review::Review::calls) was given a name that no operation has.
    UnknownOperation,
    /// [`Findings::allow`] allows what was not found: it can go.
    StaleAllow,
    /// No annotated function is linked, or none is in the module that was asked for.
    NothingReviewed,
}

/// The rule's name.
impl Display for Rule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, formatter)
    }
}

/// One fault: where it is, what is wrong, and what to write instead.
#[derive(Clone, Debug)]
pub struct Finding {
    file: &'static str,
    line: u32,
    operation: String,
    rule: Rule,
    words: String,
}

impl Finding {
    pub(super) fn new(of: Reviewed, rule: Rule, words: String) -> Self {
        Self { file: of.file(), line: of.line(), operation: of.name().into(), rule, words }
    }

    pub(super) fn nothing_reviewed(place: &'static Location<'static>) -> Self {
        let words = "no annotated function is looked at; name their crate in the test, as in `use shop as _;`, \
                     and a module as it is, as in `Review::of(\"shop::orders\")`";
        Self::in_test(place, "Review", Rule::NothingReviewed, words.into())
    }

    /// A fault of the test itself, at its own line.
    pub(super) fn in_test(place: &'static Location<'static>, operation: &str, rule: Rule, words: String) -> Self {
        Self { file: place.file(), line: place.line(), operation: operation.into(), rule, words }
    }

    /// The name of the operation that is to be changed; what [`Findings::allow`] takes.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// What it fails.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

/// `src/shop.rs:43 shop::quote: what is wrong; what to write instead [rule]`.
impl Display for Finding {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { file, line, operation, rule, words } = self;
        write!(formatter, "{file}:{line} {operation}: {words} [{rule}]")
    }
}

/// All that was found; printed, a line each.
#[derive(Clone, Debug)]
#[must_use = "what was found is told by `assert_none`"]
pub struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    pub(super) fn new(found: Vec<Finding>) -> Self {
        Self { found }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was found, by operation; faults of the test itself come last.
    pub fn iter(&self) -> slice::Iter<'_, Finding> {
        self.found.iter()
    }

    /// Accepts what fails `rule` in the operation of this name. Where there is nothing of the kind, that is a finding of
    /// its own, so that no exception outlives its reason.
    #[track_caller]
    pub fn allow(mut self, operation: &str, rule: Rule) -> Self {
        let before = self.found.len();
        self.found.retain(|finding| finding.operation != operation || finding.rule != rule);
        if self.found.len() == before {
            let words = format!("nothing of `{operation}` fails `{rule}`; remove this `allow`");
            self.found.push(Finding::in_test(Location::caller(), operation, Rule::StaleAllow, words));
        }
        self
    }

    /// Holds that there is nothing to tell: for a test.
    ///
    /// # Panics
    ///
    /// With the words of all findings, if there is one.
    #[track_caller]
    pub fn assert_none(&self) {
        assert!(
            self.is_empty(),
            "retries are not as they should be:\n{self}\nwhat is meant so is accepted by `.allow(operation, rule)`"
        );
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Display for Findings {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.found.iter().enumerate() {
            let before = if index == 0 { "" } else { "\n" };
            write!(formatter, "{before}{finding}")?;
        }
        Ok(())
    }
}
