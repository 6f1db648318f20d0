//! Rule `SharedName`: functions at several places have one name.

use std::format;

use crate::review::lint::findings::{Finding, Rule};
use crate::review::policy_review::Review;
use crate::review::reviewed::ReviewedOperation;

/// Checks a function against those before it, which the review sorts by name.
pub(super) fn check(index: usize, review: &Review) -> Option<Finding> {
    let operation = *review.operations().get(index)?;
    let same = review.operations()[..index].iter().rev().take_while(|other| other.name() == operation.name());
    // A macro may create several functions at one location, and there is one place to name them.
    let other = same.last().filter(|first| location(**first) != location(operation))?;
    let (module, function) = (operation.facts().module, operation.facts().function);
    let message = format!(
        "the function at {}:{} has the same name, so that a report cannot tell them apart; write `name = \"{module}::Type::\
         {function}\"` with the type of each `impl`",
        other.file(),
        other.line(),
    );
    Some(Finding::new(operation, Rule::SharedName, message))
}

fn location(operation: ReviewedOperation) -> (&'static str, u32) {
    (operation.file(), operation.line())
}
