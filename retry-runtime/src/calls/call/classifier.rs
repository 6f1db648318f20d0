//! Classification of an attempt's outcome: success, or a failure of a class.

use retry_core::{Class, Classes, Failure, TimedPolicy};

use crate::{Classify, Outcome};

/// Classification of outcomes.
pub(super) trait Classifier<R: Outcome> {
    /// Returns whether the outcome is a success without classifying it.
    fn is_success(&self, outcome: &R) -> bool;

    /// Returns the failure, or `None` for a success.
    fn classify(&mut self, outcome: &R, policy: &TimedPolicy) -> Option<Failure>;
}

/// Classification by the policy's classes.
#[derive(Debug)]
pub(super) struct ByClass;

impl<R: Outcome<Error: Classify>> Classifier<R> for ByClass {
    #[inline]
    fn is_success(&self, outcome: &R) -> bool {
        outcome.sides().is_ok()
    }

    #[inline]
    fn classify(&mut self, outcome: &R, _: &TimedPolicy) -> Option<Failure> {
        match outcome.sides() {
            Ok(_) => None,
            Err(error) => Some(failure_of(error)),
        }
    }
}

/// Classification by a closure over an [`AttemptResult`].
#[derive(Debug)]
pub(super) struct ByPredicate<P>(pub(super) P);

impl<R: Outcome, P: FnMut(&mut AttemptResult<'_, R>) -> bool> Classifier<R> for ByPredicate<P> {
    /// Never certain, because `retry_ok` may retry an `Ok`.
    #[inline]
    fn is_success(&self, _: &R) -> bool {
        false
    }

    #[inline]
    fn classify(&mut self, outcome: &R, policy: &TimedPolicy) -> Option<Failure> {
        let mut result = AttemptResult { outcome, policy, failure: Failure::new(Class::Unclassified) };
        let is_retryable = (self.0)(&mut result);
        if !is_retryable && outcome.sides().is_ok() {
            return None;
        }
        Some(result.failure.retryable(is_retryable))
    }
}

/// Outcome of an attempt, inspected by predicates and patterns.
#[derive(Debug)]
pub struct AttemptResult<'a, R> {
    outcome: &'a R,
    policy: &'a TimedPolicy,
    /// Unclassified until a method reads the class.
    failure: Failure,
}

impl<R: Outcome> AttemptResult<'_, R> {
    /// Returns whether this is an error of a class that the policy lists.
    pub fn is_listed(&mut self) -> bool
    where
        R::Error: Classify,
    {
        let policy = self.policy;
        self.error_class().is_some_and(|class| policy.covers(class))
    }

    /// Returns whether this is an error of one of `classes`.
    pub fn error_in(&mut self, classes: &Classes) -> bool
    where
        R::Error: Classify,
    {
        self.error_class().is_some_and(|class| classes.contains(class))
    }

    /// Returns whether this is an error for which `predicate` is true.
    pub fn error(&self, predicate: impl FnOnce(&R::Error) -> bool) -> bool {
        self.outcome.sides().is_err_and(predicate)
    }

    /// Returns whether this is an `Ok` with a value of one of `classes`.
    pub fn ok_in(&mut self, classes: &Classes) -> bool
    where
        R::Value: Classify,
    {
        let Ok(value) = self.outcome.sides() else { return false };
        let failure = failure_of(value);
        let is_found = classes.contains(failure.class());
        if is_found {
            self.failure = failure;
        }
        is_found
    }

    /// Returns whether this is an `Ok` for whose value `predicate` is true.
    pub fn ok(&self, predicate: impl FnOnce(&R::Value) -> bool) -> bool {
        self.outcome.sides().is_ok_and(predicate)
    }

    /// Returns whether this is an error of any kind, or `None`.
    pub fn is_err(&self) -> bool {
        self.outcome.sides().is_err()
    }

    fn error_class(&mut self) -> Option<Class>
    where
        R::Error: Classify,
    {
        let error = self.outcome.sides().err()?;
        self.failure = failure_of(error);
        Some(self.failure.class())
    }
}

/// Returns the failure of an error.
///
/// Generic over the error only, so that all functions with one error type share its code.
fn failure_of(error: &impl Classify) -> Failure {
    let failure = Failure::new(error.class());
    let failure = if error.gave_up() { failure.nested_give_up() } else { failure };
    match error.retry_after() {
        Some(delay) => failure.retry_after(delay),
        None => failure,
    }
}

/// Classification that was made before.
pub(super) struct Classified(pub(super) Option<Failure>);

impl<R: Outcome> Classifier<R> for Classified {
    fn is_success(&self, _: &R) -> bool {
        self.0.is_none()
    }

    fn classify(&mut self, _: &R, _: &TimedPolicy) -> Option<Failure> {
        self.0.take()
    }
}
