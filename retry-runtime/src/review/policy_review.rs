//! The annotated functions under review.

use core::cmp::Ordering;
use core::panic::Location;
use std::string::String;
use std::vec::Vec;

use crate::review::registry;
use crate::review::reviewed::ReviewedOperation;
use crate::review::table_row;

/// The annotated functions of a program, a crate or a module, sorted by name.
#[derive(Clone, Debug)]
pub struct Review {
    operations: Vec<ReviewedOperation>,
    pub(super) declared: Vec<DeclaredCall>,
}

/// A declared call between two operations, by their names.
#[derive(Clone, Debug)]
pub(super) struct DeclaredCall {
    pub(super) outer: String,
    pub(super) inner: String,
    pub(super) location: &'static Location<'static>,
}

impl Review {
    /// Creates a review of every linked annotated function.
    pub fn all() -> Self {
        Self::filtered(|_| true)
    }

    /// Creates a review of a module or a crate: `Review::module("shop")`.
    ///
    /// The review includes all modules inside it.
    pub fn module(path: &str) -> Self {
        Self::filtered(|operation| {
            let rest = operation.facts().module.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        })
    }

    fn filtered(is_included: impl Fn(&ReviewedOperation) -> bool) -> Self {
        let mut operations: Vec<_> = registry::registered().map(ReviewedOperation::new).filter(is_included).collect();
        operations.sort_by(|one, other| compare(*one, *other));
        Self { operations, declared: Vec::new() }
    }

    /// Returns the operations, sorted by name.
    pub fn operations(&self) -> &[ReviewedOperation] {
        &self.operations
    }

    /// Declares that the operation `outer` calls the operation `inner`.
    ///
    /// [`lint`](Self::lint) needs the declaration if the body of `outer` does not show the call: through a function
    /// between them, or into another crate. Both are full names of operations. If no operation has a name, `lint`
    /// reports it at the line of this call.
    #[must_use]
    #[track_caller]
    pub fn calls(mut self, outer: &str, inner: &str) -> Self {
        self.declared.push(DeclaredCall { outer: outer.into(), inner: inner.into(), location: Location::caller() });
        self
    }
}

/// Compares by name, then by the row of the table, then by source location.
///
/// A macro may create several functions of one name at one location, and locations differ between machines.
fn compare(one: ReviewedOperation, other: ReviewedOperation) -> Ordering {
    let location = |operation: ReviewedOperation| (operation.file(), operation.line());
    let rows = || table_row::cells(one).cmp(&table_row::cells(other));
    one.name().cmp(other.name()).then_with(rows).then_with(|| location(one).cmp(&location(other)))
}
