//! An operation with its outcome type.
//!
//! The compiler reports an unsupported return type here, once and before all other errors.

use core::fmt;
use core::marker::PhantomData;

use crate::calls::operation::Operation;

/// Operation whose attempts return `R`; see [`Operation::typed`].
pub struct TypedOperation<R> {
    pub(crate) operation: &'static Operation,
    outcome: PhantomData<fn() -> R>,
}

impl Operation {
    /// Returns the operation with the type that its attempts return.
    #[inline]
    pub const fn typed<R>(&'static self) -> TypedOperation<R> {
        TypedOperation { operation: self, outcome: PhantomData }
    }
}

impl<R> fmt::Debug for TypedOperation<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TypedOperation").field("operation", self.operation).finish_non_exhaustive()
    }
}

/// Implemented for operations whose attempts can fail.
///
/// Those return a `Result` or an `Option`.
///
/// It has one implementation for each of the two types and none for every [`Outcome`](crate::Outcome), because only then
/// does the compiler print this message for a method that it does not find.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns `Result` or `Option`, not `{R}`",
    label = "this never fails, so there is nothing to retry",
    note = "return a `Result`, or an `Option` with `retry_on = None`"
)]
pub trait Fallible<R> {}

impl<T, E> Fallible<Result<T, E>> for TypedOperation<Result<T, E>> {}

impl<T> Fallible<Option<T>> for TypedOperation<Option<T>> {}
