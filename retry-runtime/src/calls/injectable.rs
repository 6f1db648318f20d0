//! Operations whose outcomes tests and chaos may replace.

use core::any::{Any, TypeId, type_name};
use std::boxed::Box;

use crate::calls::operation::Operation;
use crate::outcome::Outcome;

/// Type of a value that may replace an outcome.
#[derive(Clone, Copy)]
pub(crate) struct InjectedType {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
}

impl InjectedType {
    const fn of<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>, name: type_name::<T> }
    }

    pub(crate) fn id(self) -> TypeId {
        (self.id)()
    }

    pub(crate) fn name(self) -> &'static str {
        (self.name)()
    }
}

/// Annotated function, with the types that may replace its outcome.
pub struct InjectableOperation {
    pub(crate) operation: &'static Operation,
    #[cfg_attr(not(feature = "testing"), allow(dead_code))]
    pub(crate) module: &'static str,
    #[cfg_attr(not(feature = "testing"), allow(dead_code))]
    pub(crate) function: &'static str,
    pub(crate) error: Option<InjectedType>,
    pub(crate) outcome: Option<InjectedType>,
}

inventory::collect!(InjectableOperation);

impl InjectableOperation {
    /// Registers a function whose outcome is not replaced.
    pub const fn new(operation: &'static Operation, module: &'static str, function: &'static str) -> Self {
        Self { operation, module, function, error: None, outcome: None }
    }

    /// Allows to replace the outcome by an error.
    #[must_use]
    pub const fn error_of<R: Outcome<Error: 'static>>(mut self) -> Self {
        self.error = Some(InjectedType::of::<R::Error>());
        self
    }

    /// Allows to replace the outcome by an error or another outcome.
    #[must_use]
    pub const fn outcome<R: Outcome<Error: 'static> + 'static>(mut self) -> Self {
        self.outcome = Some(InjectedType::of::<R>());
        self.error_of::<R>()
    }
}

/// Returns all annotated functions of the program.
pub(crate) fn operations() -> impl Iterator<Item = &'static InjectableOperation> {
    inventory::iter::<InjectableOperation>()
}

/// Error, or outcome.
type Value = Box<dyn Any + Send>;

/// Makes the outcome of a call from a value.
pub(crate) struct Injector<R> {
    #[cfg_attr(not(feature = "chaos"), allow(dead_code))]
    pub(crate) error: fn() -> TypeId,
    /// Returns the value if it is of another type.
    pub(crate) make: fn(Value) -> Result<R, Value>,
}

impl<R> Clone for Injector<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Injector<R> {}

impl<R: Outcome<Error: 'static>> Injector<R> {
    pub(crate) fn of_errors() -> Self {
        Self { error: TypeId::of::<R::Error>, make: failure }
    }

    pub(crate) fn of_outcomes() -> Self
    where
        R: 'static,
    {
        Self { error: TypeId::of::<R::Error>, make: |value| value.downcast().map(|outcome| *outcome).or_else(failure) }
    }
}

fn failure<R: Outcome<Error: 'static>>(value: Value) -> Result<R, Value> {
    value.downcast().map(|error| R::failure(*error))
}
