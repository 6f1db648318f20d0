//! Whether an outcome is a failure, and of what kind.

use retry_core::{Class, Classes, Failure, Policy};

use crate::{Classify, Outcome};

/// Says of an outcome whether it failed; `None` means that the call ends with it as a success.
pub trait Classifier<R: Outcome> {
    /// Whether the outcome is a success for sure, so that the call ends with it unasked.
    #[doc(hidden)]
    fn is_success(&self, outcome: &R) -> bool;

    #[doc(hidden)]
    fn classify(&mut self, outcome: &R, policy: &Policy) -> Option<Failure>;
}

/// By the classes of the policy alone.
#[derive(Debug)]
pub struct ByClass;

impl<R: Outcome<Error: Classify>> Classifier<R> for ByClass {
    #[inline]
    fn is_success(&self, outcome: &R) -> bool {
        outcome.sides().is_ok()
    }

    #[inline]
    fn classify(&mut self, outcome: &R, _: &Policy) -> Option<Failure> {
        match outcome.sides() {
            Ok(_) => None,
            Err(error) => Some(classified(error)),
        }
    }
}

/// By a closure that asks an [`AttemptResult`] attempt.
#[derive(Debug)]
pub struct ByPredicate<P>(pub(crate) P);

impl<R: Outcome, P: FnMut(&mut AttemptResult<'_, R>) -> bool> Classifier<R> for ByPredicate<P> {
    /// A success may be one that `retry_ok` refuses.
    #[inline]
    fn is_success(&self, _: &R) -> bool {
        false
    }

    #[inline]
    fn classify(&mut self, outcome: &R, policy: &Policy) -> Option<Failure> {
        let mut ended = AttemptResult { outcome, policy, failure: Failure::new(Class::Unclassified) };
        let retry = (self.0)(&mut ended);
        if !retry && outcome.sides().is_ok() {
            return None;
        }
        Some(ended.failure.worth_a_retry(retry))
    }
}

/// An attempt that has ended, as `retry_if`, `retry_ok`, patterns and `except` ask it.
#[derive(Debug)]
pub struct AttemptResult<'a, R> {
    outcome: &'a R,
    policy: &'a Policy,
    /// Unclassified until it is asked for its class.
    failure: Failure,
}

impl<R: Outcome> AttemptResult<'_, R> {
    /// Whether this is an error whose class the policy lists.
    pub fn is_listed(&mut self) -> bool
    where
        R::Error: Classify,
    {
        let policy = self.policy;
        self.error_class().is_some_and(|class| policy.covers(class))
    }

    /// Whether this is an error of one of these classes.
    pub fn error_in(&mut self, classes: &Classes) -> bool
    where
        R::Error: Classify,
    {
        self.error_class().is_some_and(|class| classes.contains(class))
    }

    /// Whether this is an error for which `ask` is true.
    pub fn error(&self, ask: impl FnOnce(&R::Error) -> bool) -> bool {
        self.outcome.sides().is_err_and(ask)
    }

    /// Whether this is a success whose value is of one of these classes.
    pub fn ok_in(&mut self, classes: &Classes) -> bool
    where
        R::Value: Classify,
    {
        let Ok(value) = self.outcome.sides() else { return false };
        let failure = classified(value);
        let found = classes.contains(failure.class());
        if found {
            self.failure = failure;
        }
        found
    }

    /// Whether this is a success for whose value `ask` is true.
    pub fn ok(&self, ask: impl FnOnce(&R::Value) -> bool) -> bool {
        self.outcome.sides().is_ok_and(ask)
    }

    /// Whether this is a failure, whatever its kind.
    pub fn is_err(&self) -> bool {
        self.outcome.sides().is_err()
    }

    fn error_class(&mut self) -> Option<Class>
    where
        R::Error: Classify,
    {
        let error = self.outcome.sides().err()?;
        self.failure = classified(error);
        Some(self.failure.class())
    }
}

/// Cold, so that a function's own code holds nothing of it; all functions with one error share it.
fn classified(of: &impl Classify) -> Failure {
    let failure = Failure::new(of.class());
    let failure = if of.gave_up() { failure.nested_give_up() } else { failure };
    match of.retry_after() {
        Some(wait) => failure.retry_after(wait),
        None => failure,
    }
}
