//! Rule `ReadOnce`: what can be read once is empty for the second attempt.

use std::format;

use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;

pub(super) fn check(operation: ReviewedOperation) -> Option<Finding> {
    let reads_once = operation.facts().reads_once;
    if reads_once.is_empty() {
        return None;
    }
    let message = format!(
        "`{reads_once}` can perhaps be read once: a retry reads an argument on where the attempt before stopped, and what \
         fails while a caller reads the result is not retried; take a value that each attempt reads from its beginning, or \
         write `read_once = allow`"
    );
    Some(Finding::new(operation, Rule::ReadOnce, message))
}
