//! Scripted outcomes: failures and answers in the place of a body.

use core::any::{Any, TypeId, type_name};
use core::panic::Location;
use std::boxed::Box;
use std::format;
use std::string::String;

use crate::Outcome;
use crate::calls::injectable::InjectedType;
use crate::test_scope::script::Scripted;
use crate::testing::handle::Scope;
use crate::testing::operation_name::{OperationName, found, registrations};

impl Scope {
    /// Lets the next attempts of an operation fail with `errors`, one each.
    ///
    /// The body does not run in these attempts. It runs in those that follow. Errors that are added later come after
    /// those that are left. All calls of the operation in the scope share them.
    ///
    /// # Panics
    ///
    /// - If there is no such operation; the message has the nearest name.
    /// - If the operation fails with another type of errors, or its errors cannot be scripted: those whose type, as the
    ///   function writes it, borrows, is or has a generic parameter, `Self` or `impl Trait`. A type of one or two
    ///   characters, such as `E`, counts as a parameter of the impl around the function. An alias of the outcome needs a
    ///   name that ends in `Result` or `Option`.
    /// - At the end of the scope, if an error was not used.
    ///
    /// ```
    /// use retry_runtime::{Classify, retry, testing};
    ///
    /// #[derive(Debug, Classify)]
    /// enum ApiError {
    ///     Timeout,
    /// }
    ///
    /// #[retry(retry_on = Timeout, name = "shop::pay")]
    /// fn pay() -> Result<u32, ApiError> {
    ///     Ok(7)
    /// }
    ///
    /// let scope = testing::scope();
    /// scope.fail("shop::pay", [ApiError::Timeout, ApiError::Timeout]);
    /// assert_eq!(pay().unwrap(), 7);
    /// scope.assert("shop::pay").attempts(3).recovered();
    /// ```
    #[track_caller]
    pub fn fail<E: Any + Send>(&self, operation: impl OperationName, errors: impl IntoIterator<Item = E>) {
        let name = self.injectable(operation, TypeId::of::<E>(), type_name::<E>(), "`scope.answer`");
        self.script(name, errors);
    }

    /// Lets the next attempts of an operation return `outcomes`, one each.
    ///
    /// The body does not run in these attempts, so that a test needs no server. Otherwise as [`fail`](Self::fail).
    ///
    /// # Panics
    ///
    /// For the same reasons as `fail`. Its condition for the type of the errors holds for all that the function returns.
    ///
    /// ```
    /// use std::io;
    /// use retry_runtime::{retry, testing};
    ///
    /// #[retry(retry_on = transient, name = "shop::stock")]
    /// fn stock() -> io::Result<u32> {
    ///     unreachable!("no test asks the shop")
    /// }
    ///
    /// let scope = testing::scope();
    /// scope.answer("shop::stock", [Err(io::ErrorKind::TimedOut.into()), Ok(3)] as [io::Result<u32>; 2]);
    /// assert_eq!(stock().unwrap(), 3);
    /// ```
    #[track_caller]
    pub fn answer<R: Outcome + Any + Send>(
        &self,
        operation: impl OperationName,
        outcomes: impl IntoIterator<Item = R>,
    ) {
        let name = self.injectable(operation, TypeId::of::<R>(), type_name::<R>(), "`scope.fail`");
        self.script(name, outcomes);
    }

    /// Checks that every scripted outcome was used.
    ///
    /// The end of the scope does so too, when its guard or last handle is dropped.
    ///
    /// # Panics
    ///
    /// If one was not used.
    #[track_caller]
    pub fn assert_scripts_used(&self) {
        let generation = self.state.generation();
        if let Some(unused) = generation.scripts.take_unused(&generation.records) {
            panic!("{unused}");
        }
    }

    #[track_caller]
    fn script<V: Any + Send>(&self, operation: &'static str, values: impl IntoIterator<Item = V>) {
        let (scripts, place) = (&self.state.generation().scripts, Location::caller());
        for value in values {
            scripts.push(operation, Scripted { value: Box::new(value), type_name: type_name::<V>(), place });
        }
    }

    /// Returns the name of an operation that values of this type may be for.
    #[track_caller]
    fn injectable(&self, operation: impl OperationName, id: TypeId, type_name: &str, other: &str) -> &'static str {
        let name = found(operation, &self.state.generation().records);
        match check(name, id, type_name, other) {
            Ok(()) => name,
            Err(message) => panic!("{message}"),
        }
    }
}

/// Checks that a function of this name has values of this type.
fn check(name: &str, id: TypeId, type_name: &str, other: &str) -> Result<(), String> {
    let known = registrations(name);
    // `answer` takes outcomes, and `fail` takes errors.
    let wants_errors = other == "`scope.answer`";
    let types = || known.iter().filter_map(|known| if wants_errors { known.error } else { known.outcome });
    if types().any(|ty| ty.id() == id) {
        return Ok(());
    }
    if known.is_empty() {
        return Err(format!("`{name}` cannot be scripted; make it a function with `#[retry(..)]` on it"));
    }
    let Some(expected) = types().next().map(InjectedType::name) else {
        let part = if wants_errors { "error" } else { "outcome" };
        return Err(format!(
            "the {part} of `{name}` cannot be scripted, because its type borrows, is `impl Trait`, or may be generic: a name \
             of one or two characters is taken for a parameter; write a type that is `'static`, or let the body return the \
             outcome"
        ));
    };
    let others = known.iter().filter_map(|known| if wants_errors { known.outcome } else { known.error });
    if others.into_iter().any(|ty| ty.id() == id) {
        return Err(format!("`{name}` has a `{type_name}`, which is scripted by {other}; write {other}"));
    }
    let returns = if wants_errors { "fails with" } else { "returns" };
    Err(format!("`{name}` {returns} `{expected}`, and not `{type_name}`; script values of `{expected}`"))
}
