//! Finding an operation by its name or by its function.

use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::calls::injectable::{self, InjectableOperation};
use crate::names::{FunctionPath, proposal};
use crate::test_scope::record::Records;

mod sealed {
    pub trait Sealed {}
    impl Sealed for &str {}
    impl Sealed for super::OperationPath {}
}

/// Operation that a script or an assertion is about.
///
/// It is given by its name or by its function:
///
/// | form | example |
/// |---|---|
/// | its name, or the end of it after a `::`, if no other name ends so | `"shop::pay"` for `my_app::shop::pay` |
/// | its function, which the compiler checks | [`operation!`](crate::testing::operation)`(shop::pay)` |
pub trait OperationName: sealed::Sealed {
    #[doc(hidden)]
    fn find(self, ran: &Ran<'_>) -> Result<&'static str, String>;
}

/// Calls of a scope, whose operations are found too.
#[doc(hidden)]
#[derive(Debug)]
pub struct Ran<'a>(pub(super) &'a Records);

impl Ran<'_> {
    /// Returns the names of all annotated functions, and of what ran.
    fn names(&self) -> BTreeSet<&'static str> {
        let annotated = injectable::operations().map(|known| known.operation.name());
        annotated.chain(self.0.all().into_iter().map(|call| call.operation())).collect()
    }
}

impl OperationName for &str {
    fn find(self, ran: &Ran<'_>) -> Result<&'static str, String> {
        let names: Vec<&'static str> = ran.names().into_iter().collect();
        if let Some(name) = names.iter().find(|name| **name == self) {
            return Ok(name);
        }
        let is_end = |name: &&&'static str| name.strip_suffix(self).is_some_and(|before| before.ends_with("::"));
        let found: Vec<_> = names.iter().filter(is_end).collect();
        match found.as_slice() {
            [name] => Ok(name),
            [] => Err(format!("there is no operation `{self}`; {}", proposal(self, names.iter().copied()))),
            [one, .., other] => Err(format!("`{self}` is the end of several names; write `{one}` or `{other}`")),
        }
    }
}

/// Function of an operation: made by [`operation!`](crate::testing::operation).
#[derive(Clone, Copy, Debug)]
pub struct OperationPath {
    path: FunctionPath,
}

impl OperationPath {
    #[doc(hidden)]
    #[must_use]
    pub fn of_function<F>(function: &F) -> Self {
        Self { path: FunctionPath::of(function) }
    }
}

impl OperationName for OperationPath {
    fn find(self, _: &Ran<'_>) -> Result<&'static str, String> {
        let found: BTreeSet<_> = injectable::operations()
            .filter(|known| self.path.is(known.module, known.function))
            .map(|known| known.operation.name())
            .collect();
        match found.len() {
            1 => Ok(found.first().copied().unwrap_or_default()),
            0 => Err(format!("`{}` is not an annotated function; write `#[retry(..)]` on it", self.path.path())),
            _ => Err(format!(
                "the module of `{}` has several functions of this name; write one of their names: {}",
                self.path.path(),
                found.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
        }
    }
}

/// Names an operation by its function, so that the compiler checks the path.
///
/// It takes what [`OperationName`] is asked of. A generic function is written with its types, as in
/// `operation!(shop::load::<u8>)`, and a method with its type, as in `operation!(Client::quote)`.
///
/// ```
/// use retry_runtime::testing::{self, operation};
/// use retry_runtime::retry;
///
/// #[retry(max_attempts = 2, retry_on = transient)]
/// fn stock() -> std::io::Result<u32> {
///     Ok(3)
/// }
///
/// let scope = testing::scope();
/// scope.fail(operation!(stock), [std::io::ErrorKind::TimedOut.into()] as [std::io::Error; 1]);
/// assert_eq!(stock().unwrap(), 3);
/// scope.assert(operation!(stock)).attempts(2).recovered();
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! __testing_operation {
    ($function:expr) => {
        $crate::testing::OperationPath::of_function(&$function)
    };
}

#[doc(inline)]
pub use __testing_operation as operation;

/// Returns the registrations of an operation, if it is an annotated function.
pub(super) fn registrations(name: &str) -> Vec<&'static InjectableOperation> {
    injectable::operations().filter(|known| known.operation.name() == name).collect()
}

/// Fails the test.
#[track_caller]
pub(super) fn found(name: impl OperationName, records: &Records) -> &'static str {
    match name.find(&Ran(records)) {
        Ok(name) => name,
        Err(message) => panic!("{message}"),
    }
}
