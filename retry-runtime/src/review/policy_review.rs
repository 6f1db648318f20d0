//! The annotated functions under review.

use core::cmp::Ordering;
use core::panic::Location;
use std::string::String;
use std::vec::Vec;

use crate::registry;
use crate::review::reviewed::ReviewedOperation;
use crate::review::table_row;

/// The annotated functions of a program, a crate or a module, sorted by name.
#[derive(Clone, Debug)]
pub struct Review {
    operations: Vec<ReviewedOperation>,
    pub(super) declared: Vec<DeclaredCall>,
    /// Operations as settings make them, in the order of their environments.
    #[cfg(feature = "settings")]
    settings: Vec<ReviewedOperation>,
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
        Self {
            operations,
            declared: Vec::new(),
            #[cfg(feature = "settings")]
            settings: Vec::new(),
        }
    }

    /// Adds a line to the file for each operation that settings change.
    ///
    /// It is below that of the code. The first cell names the environment: `shop::quote in production`. So a reviewer of a settings file sees its effect.
    ///
    /// # Errors
    ///
    /// Returns all faults of the settings, of every environment.
    ///
    /// ```no_run
    /// use retry_runtime::review::Review;
    /// use retry_runtime::settings::Settings;
    ///
    /// // In a test, without the variables of the machine that runs it:
    /// let settings = Settings::from_file("retries.toml").variables::<String, String>([]);
    /// Review::all().with_settings(&settings)?.check("RETRIES.md");
    /// # Ok::<(), retry_runtime::settings::SettingsError>(())
    /// ```
    #[cfg(feature = "settings")]
    pub fn with_settings(
        mut self,
        source: &crate::settings::SettingsSource,
    ) -> Result<Self, crate::settings::SettingsError> {
        // Leaked, because a reviewed operation is a copy of references. A review runs in a test, and once.
        let all = crate::settings::reviewed::reviewed(source)?.into_iter();
        let all = all.map(|one| ReviewedOperation::with_settings(std::boxed::Box::leak(std::boxed::Box::new(one))));
        self.settings = all.collect();
        Ok(self)
    }

    /// Returns the operation as the code makes it, and then as settings do.
    #[cfg_attr(not(feature = "settings"), allow(clippy::unused_self))]
    pub(super) fn lines_of(&self, operation: ReviewedOperation) -> Vec<ReviewedOperation> {
        #[cfg_attr(not(feature = "settings"), allow(unused_mut))]
        let mut lines = std::vec![operation];
        #[cfg(feature = "settings")]
        lines.extend(self.settings.iter().filter(|set| core::ptr::eq(set.facts(), operation.facts())));
        lines
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
