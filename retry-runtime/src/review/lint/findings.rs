//! Findings and the rules that they violate.

use core::fmt::{self, Debug, Display, Formatter};
use core::panic::Location;
use core::slice;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::review::reviewed::ReviewedOperation;

/// Kind of a problem that a lint finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An async function that is retried on network failures has no attempt timeout.
    ///
    /// An attempt that never ends hangs the call, because a deadline does not interrupt an attempt. The lint cannot see a
    /// client with a timeout of its own: allow it.
    NoAttemptTimeout,
    /// The function's name suggests side effects, as `charge` or `send`.
    ///
    /// A retry may repeat them. The function has neither `side_effects` nor an idempotency key, and is not retried on
    /// `Connect` only.
    SideEffects,
    /// The function may take longer than a caller allows.
    ///
    /// In the worst case its last attempts never run.
    DeadlineOfCaller,
    /// The attempt of a caller times out no later than the function's own.
    ///
    /// No retry of the function ever follows a timeout.
    TimeoutOfCaller,
    /// The option `nested = retry` adds attempts.
    ///
    /// It retries the function after nested give-ups, and each nested call makes its own attempts.
    RetriesNested,
    /// The name of a type suggests that an argument or the result can be read once.
    ///
    /// A retry reads an argument on where the attempt before stopped, and sends an empty body. What fails while a caller
    /// reads the result is not retried. The compiler rejects what a bound says to be a reader, an iterator or a stream.
    ReadOnce,
    /// The body calls reqwest's `error_for_status`, which drops the response.
    ///
    /// Its `Retry-After` is lost, and the retry comes early; the rest of the body is not read, and the connection is closed.
    ServerHintLost,
    /// The circuit breaker opens by chance, and refuses calls of a service that works.
    ///
    /// It opens after so few consecutive failures, and stays open for so long, that it would refuse a tenth of 50 calls per
    /// second or more if one call in five failed. Failures that independent causes spread over calls are no outage.
    OpensByChance,
    /// Functions at several places have one name.
    ///
    /// The report and the metrics cannot tell them apart. Methods of one name on several types of a module have one name,
    /// because the attribute does not see the type of its `impl`.
    SharedName,
    /// No operation has a name that was declared.
    ///
    /// The name was passed to [`Review::calls`](crate::review::Review::calls).
    UnknownOperation,
    /// An [`Findings::allow`] matches no finding: remove it.
    StaleAllow,
    /// No annotated function is linked, or the reviewed module contains none.
    NothingReviewed,
}

/// Prints the rule's name.
impl Display for Rule {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(self, formatter)
    }
}

/// One problem: its location, a description, and what to write instead.
#[derive(Clone, Debug)]
pub struct Finding {
    file: &'static str,
    line: u32,
    operation: String,
    rule: Rule,
    message: String,
}

impl Finding {
    pub(super) fn new(subject: ReviewedOperation, rule: Rule, message: String) -> Self {
        Self { file: subject.file(), line: subject.line(), operation: subject.name().into(), rule, message }
    }

    pub(super) fn nothing_reviewed(location: &'static Location<'static>) -> Self {
        let message = "no annotated function is linked; name its crate in the test, as in `use shop as _;`, and a module by \
                       its full path, as in `Review::module(\"shop::orders\")`";
        Self::in_test(location, "Review", Rule::NothingReviewed, message.into())
    }

    /// Creates a finding about the test itself, at its line.
    pub(super) fn in_test(location: &'static Location<'static>, operation: &str, rule: Rule, message: String) -> Self {
        Self { file: location.file(), line: location.line(), operation: operation.into(), rule, message }
    }

    /// Returns the name of the operation to change, as [`Findings::allow`] expects it.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the violated rule.
    pub fn rule(&self) -> Rule {
        self.rule
    }
}

/// Prints `src/shop.rs:43 shop::quote: description; what to write instead [rule]`.
impl Display for Finding {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { file, line, operation, rule, message } = self;
        write!(formatter, "{file}:{line} {operation}: {message} [{rule}]")
    }
}

/// All findings of a review; prints one line each.
#[derive(Clone, Debug)]
#[must_use = "findings are reported by `assert_none`"]
pub struct Findings {
    found: Vec<Finding>,
}

impl Findings {
    pub(super) fn new(found: Vec<Finding>) -> Self {
        Self { found }
    }

    /// Returns whether there are no findings.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Iterates over the findings, sorted by operation.
    ///
    /// Findings about the test itself come last.
    pub fn iter(&self) -> slice::Iter<'_, Finding> {
        self.found.iter()
    }

    /// Removes the findings of `rule` in the operation named `operation`.
    ///
    /// Adds a [`Rule::StaleAllow`] finding if there was none, so that no exception outlives its reason.
    #[track_caller]
    pub fn allow(mut self, operation: &str, rule: Rule) -> Self {
        let before = self.found.len();
        self.found.retain(|finding| finding.operation != operation || finding.rule != rule);
        if self.found.len() == before {
            let message = format!("`{operation}` does not violate `{rule}`; remove this `allow`");
            self.found.push(Finding::in_test(Location::caller(), operation, Rule::StaleAllow, message));
        }
        self
    }

    /// Panics if there is a finding; for tests.
    ///
    /// # Panics
    ///
    /// Panics with the messages of all findings.
    #[track_caller]
    pub fn assert_none(&self) {
        assert!(
            self.is_empty(),
            "the policies have findings:\n{self}\naccept an intended one with `.allow(operation, rule)`"
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
