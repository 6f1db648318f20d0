//! An operation and what its attempts return: where a type that is no outcome is told, once and before all else.

use core::fmt;
use core::marker::PhantomData;

use crate::calls::operation::Operation;

/// An operation whose attempts return `R`; see [`Operation::typed`].
pub struct TypedOperation<R> {
    pub(crate) operation: &'static Operation,
    outcome: PhantomData<fn() -> R>,
}

impl Operation {
    /// The operation, with what its attempts return.
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

/// What is retried can fail: this is there for a `Result` and for an `Option`.
///
/// It is implemented for each of them and not for every [`Outcome`](crate::Outcome), since the compiler then says these
/// words of a method that it does not find.
#[diagnostic::on_unimplemented(
    message = "`#[retry]` needs a function that returns `Result` or `Option`, not `{R}`",
    label = "this never fails, so there is nothing to retry",
    note = "return a `Result`, or an `Option` with `retry_on = None`"
)]
pub trait Fallible<R> {}

impl<T, E> Fallible<Result<T, E>> for TypedOperation<Result<T, E>> {}

impl<T> Fallible<Option<T>> for TypedOperation<Option<T>> {}
